"""Repeating tasks: month ends, changing clocks, and exactly one next time."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as some

from crm_core.activity import recurrence, task_batches, task_lists, tasks
from crm_core.activity.task_types import NewTask, TaskQuery
from crm_core.kernel.access import Actor
from crm_core.kernel.errors import CrmError
from crm_core.kernel.work import Clock
from crm_core.team import company
from crm_core.team.types import CompanySettings
from tests.conftest import at

BERLIN = ZoneInfo("Europe/Berlin")


@pytest.mark.parametrize(
    ("anchor", "repeats", "every", "days"),
    [
        ("2026-01-31", "monthly", 1, ["2026-01-31", "2026-02-28", "2026-03-31", "2026-04-30"]),
        ("2024-02-29", "yearly", 1, ["2024-02-29", "2025-02-28", "2026-02-28", "2027-02-28", "2028-02-29"]),
        ("2026-03-02", "weekly", 2, ["2026-03-02", "2026-03-16", "2026-03-30"]),
        ("2026-12-30", "daily", 3, ["2026-12-30", "2027-01-02", "2027-01-05"]),
        ("2025-11-30", "monthly", 3, ["2025-11-30", "2026-02-28", "2026-05-30"]),
    ],
)
def test_days_are_counted_from_the_first(anchor: str, repeats: str, every: int, days: list[str]) -> None:
    first = date.fromisoformat(anchor)

    found = [recurrence.occurrence(first, repeats, every, number) for number in range(len(days))]

    assert [str(day) for day in found] == days


@given(
    anchor=some.dates(date(1990, 1, 1), date(2090, 1, 1)),
    repeats=some.sampled_from(recurrence.REPEATS),
    every=some.integers(1, 99),
    ahead=some.integers(-400, 4000),
    late=some.integers(-400, 4000),
)
def test_the_following_day_is_the_first_that_fits(
    anchor: date, repeats: str, every: int, ahead: int, late: int
) -> None:
    after, not_before = anchor + timedelta(days=ahead), anchor + timedelta(days=late)

    found = recurrence.following(anchor, repeats, every, after=after, not_before=not_before)

    every_day = (recurrence.occurrence(anchor, repeats, every, number) for number in range(10_000))
    assert found == next(day for day in every_day if day > after and day >= not_before)


def test_a_series_ends_with_the_calendar() -> None:
    last, december = date(9999, 12, 31), date(9999, 12, 1)
    before = last - timedelta(days=1)

    assert recurrence.following(last, "daily", 1, after=before, not_before=last) == last
    assert recurrence.following(december, "monthly", 1, after=december, not_before=december) is None


@pytest.fixture
def in_berlin(olga: Actor, clock: type[Clock]) -> None:
    company.change_company(olga, CompanySettings(name="Alder", time_zone="Europe/Berlin"))


@pytest.mark.usefixtures("in_berlin")
def test_a_meeting_stays_at_ten_when_clocks_change(ann: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    start = datetime(2026, 3, 23, 10, 0, tzinfo=BERLIN)
    key = tasks.add(
        ann,
        NewTask(
            "Team", "meeting", starts_at=start, remind_at=start - timedelta(minutes=15), repeats="weekly"
        ),
    )
    monkeypatch.setattr(Clock, "now", at(start.astimezone(UTC)))

    following = tasks.get(ann, tasks.finish(ann, key).next_id or 0)

    assert following.starts_at == datetime(2026, 3, 30, 8, 0, tzinfo=UTC)  # one hour earlier than before
    assert following.remind_at == datetime(2026, 3, 30, 7, 45, tzinfo=UTC)
    assert following.due_on == date(2026, 3, 30)


@pytest.mark.usefixtures("in_berlin")
def test_an_hour_that_is_skipped_once_does_not_move_the_series(ann: Actor) -> None:
    start = datetime(2026, 3, 28, 2, 30, tzinfo=BERLIN)
    first = tasks.add(ann, NewTask("Backup", starts_at=start, repeats="daily"))

    second = tasks.finish(ann, first).next_id or 0
    third = tasks.finish(ann, second).next_id or 0

    local = [tasks.get(ann, key).starts_at for key in (second, third)]
    assert [moment.astimezone(BERLIN).time() for moment in local if moment] == [time(3, 30), time(2, 30)]


@pytest.mark.usefixtures("clock")
def test_a_time_that_is_put_off_leaves_the_rhythm(ann: Actor) -> None:
    monday = date(2026, 3, 2)
    key = tasks.add(ann, NewTask("Report", due_on=monday, repeats="weekly"))
    task_batches.postpone(ann, [key], date(2026, 3, 4))

    following = tasks.get(ann, tasks.finish(ann, key).next_id or 0)

    assert following.due_on == date(2026, 3, 9)


@pytest.mark.usefixtures("clock")
def test_skipping_and_finishing_twice_make_one_next(ann: Actor) -> None:
    key = tasks.add(ann, NewTask("Report", due_on=date(2026, 3, 2), repeats="weekly"))
    following = tasks.cancel(ann, key)
    assert following is not None

    tasks.reopen(ann, key)

    assert tasks.finish(ann, key).next_id is None
    assert [row.id for row in task_lists.search(ann, TaskQuery())] == [following]


@pytest.mark.usefixtures("clock")
def test_a_series_ends_by_deleting_or_by_no_longer_repeating(ann: Actor) -> None:
    key = tasks.add(ann, NewTask("Report", due_on=date(2026, 3, 2), repeats="weekly"))
    following = tasks.finish(ann, key).next_id or 0
    task_batches.delete(ann, [following])
    tasks.reopen(ann, key)
    assert tasks.finish(ann, key).next_id is None

    task_batches.restore(ann, [following])
    tasks.change(ann, following, {"repeats": ""}, version=None)
    assert tasks.finish(ann, following).next_id is None


@pytest.mark.usefixtures("clock")
@settings(max_examples=15, deadline=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck))
@given(
    acts=some.lists(
        some.tuples(
            some.sampled_from(["finish", "cancel", "reopen", "postpone", "delete", "restore", "shift"]),
            some.integers(0, 6),
            some.integers(0, 40),
        ),
        max_size=14,
    ),
    repeats=some.sampled_from(recurrence.REPEATS),
)
def test_whatever_is_done_a_task_makes_its_next_at_most_once(
    ann: Actor, acts: list[tuple[str, int, int]], repeats: str
) -> None:
    keys = [tasks.add(ann, NewTask("Report", due_on=date(2026, 1, 31), repeats=repeats))]
    made: dict[int, int] = {}

    for act, which, days in acts:
        key = keys[which % len(keys)]
        day = date(2026, 1, 31) + timedelta(days=days)
        next_times: dict[str, Callable[[], int | None]] = {
            "finish": lambda key=key: tasks.finish(ann, key).next_id,  # type: ignore[misc]
            "cancel": lambda key=key: tasks.cancel(ann, key),  # type: ignore[misc]
        }
        others: dict[str, Callable[[], object]] = {
            "reopen": lambda key=key: tasks.reopen(ann, key),  # type: ignore[misc]
            "postpone": lambda key=key, day=day: task_batches.postpone(ann, [key], day),  # type: ignore[misc]
            "delete": lambda key=key: task_batches.delete(ann, [key]),  # type: ignore[misc]
            "restore": lambda key=key: task_batches.restore(ann, [key]),  # type: ignore[misc]
            "shift": lambda key=key, day=day: tasks.change(ann, key, {"due_on": day}, version=None),  # type: ignore[misc]
        }
        try:
            following = next_times[act]() if act in next_times else None
            if act in others:
                others[act]()
        except CrmError:
            continue
        if following is not None:
            assert key not in made, "it made its next a second time"
            made[key] = following
            keys.append(following)
