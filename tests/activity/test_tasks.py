"""Tasks from the plan to the outcome: who sees them, what follows, and what two people do at once."""

from datetime import UTC, date, datetime, timedelta

import pytest

from crm_core.activity import interactions, task_batches, task_lists, tasks
from crm_core.activity.task_types import NewTask, TaskQuery, TaskRow
from crm_core.activity.types import NewInteraction
from crm_core.kernel.access import SYSTEM, Actor
from crm_core.kernel.errors import Conflict, Invalid, NotFound
from crm_core.kernel.work import Clock, begin
from crm_core.people import contacts
from crm_core.team import notices
from db.models import Task
from tests.people import Cast
from tests.people.records import activities

TODAY = date(2026, 3, 2)
pytestmark = pytest.mark.usefixtures("clock")


def plan(who: Actor, title: str = "Call Zoe", **more: object) -> int:
    """A task for today, unless said otherwise."""
    return tasks.add(who, NewTask(title, **{"due_on": TODAY} | more))  # type: ignore[arg-type]


def titles(rows: object) -> list[str]:
    return [row.title for row in rows]  # type: ignore[attr-defined]


def test_a_task_is_planned_and_traced(ann: Actor) -> None:
    zoe = contacts.create(ann, {"full_name": "Zoe Zander", "company": "Alder & Sons"})

    key = plan(ann, "  Call\n Zoe ", contact_id=zoe, kind="call")

    row = tasks.get(ann, key)
    assert (row.title, row.owner_name, row.contact_name) == ("Call Zoe", "Ann Archer", "Zoe Zander")
    assert (row.account_name, row.status, row.due_on) == ("Alder & Sons", "open", TODAY)
    assert activities("task.created")[0]["title"] == "Call Zoe"


def test_wrong_fields_are_all_named_at_once(ann: Actor) -> None:
    with pytest.raises(Invalid) as refusal:
        tasks.add(ann, NewTask("", kind="dance", priority="huge", repeats="daily", duration_minutes=-5))

    assert set(refusal.value.fields) == {"title", "kind", "priority", "due_on", "duration_minutes"}


def test_the_day_of_a_timed_task_is_that_of_the_company(ann: Actor, olga: Actor) -> None:
    from dataclasses import replace

    from crm_core.team import company

    company.change_company(olga, replace(company.company(), name="Alder", time_zone="Asia/Tokyo"))
    late = datetime(2026, 3, 2, 20, 0, tzinfo=UTC)

    row = tasks.get(ann, tasks.add(ann, NewTask("Call", starts_at=late)))

    assert row.due_on == date(2026, 3, 3)


def test_the_same_cause_plans_once(ann: Actor) -> None:
    first = plan(ann, cause="web-form:7")

    assert plan(ann, "Another", cause="web-form:7") == first
    assert len(task_lists.search(ann, TaskQuery())) == 1


def test_sellers_do_not_see_each_others_tasks_and_the_manager_sees_both(cast: Cast) -> None:
    key = plan(cast.ann)
    plan(cast.bob, "Of Bob")

    with pytest.raises(NotFound):
        tasks.get(cast.bob, key)
    with pytest.raises(NotFound):
        tasks.finish(cast.bob, key)
    assert task_batches.delete(cast.bob, [key]) == 0
    assert titles(task_lists.search(cast.bob, TaskQuery())) == ["Of Bob"]
    assert len(task_lists.search(cast.mia, TaskQuery())) == 2
    assert len(task_lists.calendar(cast.mia, TODAY, TODAY, [cast.ann.id or 0])) == 1


def test_a_colleagues_task_about_ones_own_customer_is_seen_without_what_is_not_ones_own(cast: Cast) -> None:
    zoe = contacts.create(cast.ann, {"full_name": "Zoe Zander"})
    key = plan(cast.mia, "Ask for a reference", contact_id=zoe)

    assert tasks.get(cast.ann, key).contact_name == "Zoe Zander"
    given = plan(cast.mia, contact_id=zoe, owner_id=cast.bob.id)
    assert tasks.get(cast.bob, given).contact_name == ""


def test_what_one_gave_away_stays_in_sight_but_not_whom_it_is_about_once_that_is_out_of_reach(
    cast: Cast,
) -> None:
    bobs = contacts.create(cast.bob, {"first_name": "Zoe"})
    about = tasks.add(cast.mia, NewTask(title="Call Zoe", owner_id=cast.bob.id, contact_id=bobs))
    tasks.add(cast.mia, NewTask(title="My own"))
    tasks.add(cast.bob, NewTask(title="Bob's own"))
    given = TaskQuery(given=True)

    assert [(row.id, row.contact_name) for row in task_lists.search(cast.mia, given)] == [(about, "Zoe")]
    with begin(SYSTEM) as work:
        work.get(Task, about).creator_id = cast.ann.id
    assert [(row.id, row.contact_name) for row in task_lists.search(cast.ann, given)] == [(about, "")]
    assert not task_lists.search(cast.bob, given).items
    assert [row.title for row in task_lists.search(cast.ann, TaskQuery())] == []


def test_who_is_given_a_task_hears_of_it_once(cast: Cast) -> None:
    plan(cast.mia, owner_id=cast.ann.id)

    [told] = notices.mine(cast.ann)
    assert told.text == "Mia Meyer gave you “Call Zoe”."
    assert (notices.unread(cast.ann), notices.unread(cast.bob), notices.unread(cast.mia)) == (1, 0, 0)
    assert notices.mark_read(cast.bob, [told.id]) == 0
    assert notices.mark_read(cast.ann) == 1
    assert notices.unread(cast.ann) == 0


def test_a_seller_gives_tasks_to_nobody_else(cast: Cast) -> None:
    with pytest.raises(Invalid, match="was not saved"):
        plan(cast.ann, owner_id=cast.bob.id)


def test_finishing_logs_the_call_and_plans_the_next_step(ann: Actor) -> None:
    zoe = contacts.create(ann, {"full_name": "Zoe Zander"})
    key = plan(ann, contact_id=zoe, kind="call")

    done = tasks.finish(
        ann,
        key,
        "reached",
        version=tasks.get(ann, key).version,
        log=NewInteraction("call", body="Wants the blue one", outcome="reached"),
        follow_up=NewTask("Send the offer", due_on=TODAY + timedelta(days=2)),
    )

    assert interactions.get(ann, done.interaction_id or 0).contact_id == zoe
    follow_up = tasks.get(ann, done.follow_up_id or 0)
    assert (follow_up.contact_id, follow_up.status) == (zoe, "open")
    assert (tasks.get(ann, key).status, tasks.get(ann, key).outcome) == ("done", "reached")


def test_a_refused_entry_leaves_the_task_open(ann: Actor) -> None:
    key = plan(ann)

    with pytest.raises(Invalid):
        tasks.finish(ann, key, log=NewInteraction("call", body="Said hello"))

    assert tasks.get(ann, key).status == "open"


def test_a_done_task_is_not_done_again_until_it_is_reopened(ann: Actor) -> None:
    key = plan(ann)
    tasks.finish(ann, key)

    with pytest.raises(Conflict, match="not open any more"):
        tasks.finish(ann, key)
    with pytest.raises(Conflict, match="not open any more"):
        tasks.cancel(ann, key)
    tasks.reopen(ann, key)
    with pytest.raises(Conflict, match="open already"):
        tasks.reopen(ann, key)

    assert tasks.get(ann, key).done_at is None


def test_an_old_version_is_not_saved(ann: Actor) -> None:
    key = plan(ann)
    old = tasks.get(ann, key).version
    tasks.change(ann, key, {"title": "Call Zoe at home"}, version=old)

    with pytest.raises(Conflict) as refusal:
        tasks.change(ann, key, {"title": "Write to Zoe"}, version=old)

    assert refusal.value.theirs["title"] == "Call Zoe at home"
    assert activities("task.changed")[0]["changes"]["title"] == ["Call Zoe", "Call Zoe at home"]


def test_tasks_are_put_off_with_their_times_and_reminders_and_put_back(ann: Actor) -> None:
    start = datetime(2026, 3, 2, 14, 0, tzinfo=UTC)
    timed = plan(ann, starts_at=start, remind_at=start - timedelta(minutes=15))
    plain, done = plan(ann, "Plain"), plan(ann, "Done")
    tasks.finish(ann, done)
    was = tasks.get(ann, timed)

    moved = task_batches.postpone(ann, [timed, plain, done], TODAY + timedelta(days=7))

    assert (moved.count, moved.kept) == (2, 1)
    now = tasks.get(ann, timed)
    assert now.starts_at == start + timedelta(days=7)
    assert now.remind_at == start + timedelta(days=7) - timedelta(minutes=15)
    tasks.change(ann, plain, {"notes": "changed since"}, version=None)
    assert task_batches.put_back(ann, moved) == 1
    assert tasks.get(ann, timed).starts_at == was.starts_at
    assert tasks.get(ann, plain).due_on == TODAY + timedelta(days=7)


def test_many_are_given_finished_deleted_and_restored(cast: Cast) -> None:
    keys = [plan(cast.mia, f"Task {at}") for at in range(3)]

    given = task_batches.assign(cast.mia, keys, cast.ann.id or 0)
    assert {row.owner_id for row in task_lists.search(cast.mia, TaskQuery())} == {cast.ann.id}
    assert notices.unread(cast.ann) == 3
    assert task_batches.put_back(cast.mia, given) == 3
    assert task_batches.finish(cast.mia, keys[:2]) == 2
    assert task_batches.reopen(cast.mia, keys) == 2
    assert task_batches.delete(cast.mia, keys) == 3
    assert len(task_lists.search(cast.mia, TaskQuery())) == 0
    assert len(task_lists.search(cast.mia, TaskQuery(status="deleted"))) == 3
    assert task_batches.restore(cast.mia, keys) == 3


def test_my_day_knows_late_today_and_later(cast: Cast) -> None:
    for title, days in (("late", -3), ("today", 0), ("later", 5)):
        plan(cast.ann, title, due_on=TODAY + timedelta(days=days))
    tasks.add(cast.ann, NewTask("some day"))
    plan(cast.bob, "not hers")
    tasks.finish(cast.ann, plan(cast.ann, "done"))

    day = task_lists.my_day(cast.ann)

    parts = (day.overdue, day.due_today, day.upcoming, day.undated)
    assert [titles(part) for part in parts] == [["late"], ["today"], ["later"], ["some day"]]
    assert (day.done_today, day.today) == (1, TODAY)
    assert titles(task_lists.until_today(cast.ann)) == ["late", "today"]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        (TaskQuery(text="ZOE"), ["Call Zoe"]),
        (TaskQuery(text="50%"), []),
        (TaskQuery(kinds=("meeting",)), ["Meet Max"]),
        (TaskQuery(priority="high"), ["Meet Max"]),
        (TaskQuery(due="overdue"), ["Write"]),
        (TaskQuery(due="upcoming"), ["Meet Max"]),
        (TaskQuery(status="done"), ["Old"]),
        (TaskQuery(status=""), ["Write", "Call Zoe", "Old", "Meet Max"]),
    ],
)
def test_a_list_holds_what_is_asked_for(ann: Actor, query: TaskQuery, found: list[str]) -> None:
    plan(ann)
    plan(ann, "Meet Max", kind="meeting", due_on=TODAY + timedelta(days=1), priority="high")
    plan(ann, "Write", due_on=TODAY - timedelta(days=1))
    tasks.finish(ann, plan(ann, "Old"))

    assert titles(task_lists.search(ann, query)) == found


def test_a_calendar_has_an_end(ann: Actor) -> None:
    with pytest.raises(Invalid, match="at most"):
        task_lists.calendar(ann, TODAY, TODAY + timedelta(days=63))
    with pytest.raises(Invalid, match="at most"):
        task_lists.calendar(ann, TODAY, TODAY - timedelta(days=1))


def test_a_timed_task_comes_before_an_untimed_one_of_the_same_day(ann: Actor) -> None:
    plan(ann, "any time", priority="high")
    plan(ann, "at nine", starts_at=Clock.now())

    found: tuple[TaskRow, ...] = task_lists.calendar(ann, TODAY, TODAY)

    assert titles(found) == ["at nine", "any time"]


def test_deals_know_their_next_step_whoever_takes_it(cast: Cast) -> None:
    from tests.activity.selling import a_deal

    planned, undated, forgotten = (a_deal(cast.ann, name) for name in ("A", "B", "C"))
    plan(cast.mia, deal_id=planned, due_on=TODAY + timedelta(days=3))
    plan(cast.mia, deal_id=planned)
    tasks.finish(cast.ann, plan(cast.ann, deal_id=planned, due_on=TODAY - timedelta(days=9)))
    tasks.add(cast.ann, NewTask("some day", deal_id=undated))
    tasks.finish(cast.ann, plan(cast.ann, deal_id=forgotten))

    with begin(cast.ann, write=False) as work:
        keys = [planned, undated, forgotten]
        assert task_lists.next_steps(work, keys) == {planned: TODAY, undated: None}
        assert task_lists.without_next_step(work, keys) == [forgotten]
        assert work.session.info["scope"] == cast.ann.scope
    with begin(SYSTEM, write=False) as work:
        assert task_lists.next_steps(work, []) == {}
