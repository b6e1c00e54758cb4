"""Business time: it adds up, whatever the hours, and a pause never makes a promise shorter."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crm_core.kernel.errors import Invalid
from crm_core.service import calendars
from crm_core.service.calendars import ALWAYS, Hours

BERLIN = ZoneInfo("Europe/Berlin")
OFFICE = Hours("Europe/Berlin", holidays=frozenset({date(2026, 12, 25)}))


def berlin(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=BERLIN)  # type: ignore[misc,arg-type]


@pytest.mark.parametrize(
    ("start", "end", "hours"),
    [
        (berlin(2026, 3, 2, 9), berlin(2026, 3, 2, 12), 3),
        (berlin(2026, 3, 2, 7), berlin(2026, 3, 2, 23), 8),
        (berlin(2026, 3, 6, 16), berlin(2026, 3, 9, 10), 2),  # Friday to Monday
        (berlin(2026, 12, 24, 16), berlin(2026, 12, 28, 10), 2),  # over Christmas and a weekend
        (berlin(2026, 3, 7, 0), berlin(2026, 3, 9, 9), 0),
        (berlin(2026, 3, 2, 12), berlin(2026, 3, 2, 9), 0),
    ],
)
def test_time_counts_only_while_we_are_there(start: datetime, end: datetime, hours: int) -> None:
    assert calendars.between(OFFICE, start, end) == timedelta(hours=hours)


@pytest.mark.parametrize(("day", "hours"), [(29, 23), (28, 24)])
def test_a_day_on_which_clocks_change_has_the_hours_that_pass(day: int, hours: int) -> None:
    always = Hours("Europe/Berlin", ALWAYS)

    passed = calendars.between(always, berlin(2026, 3, day), berlin(2026, 3, day + 1))

    assert passed == timedelta(hours=hours)
    assert calendars.between(always, berlin(2026, 10, 25), berlin(2026, 10, 26)) == timedelta(hours=25)


def test_a_promise_made_on_friday_evening_is_due_on_monday() -> None:
    due = calendars.after(OFFICE, berlin(2026, 3, 6, 16, 30), timedelta(hours=1))

    assert due == berlin(2026, 3, 9, 9, 30)
    assert calendars.after(OFFICE, berlin(2026, 3, 7), timedelta()) == berlin(2026, 3, 9, 9)


def test_hours_without_time_or_that_overlap_are_refused() -> None:
    with pytest.raises(Invalid, match="too little time"):
        calendars.after(Hours("UTC", ((),) * 7), datetime(2026, 3, 2, tzinfo=UTC), timedelta(hours=1))
    for week in (((),) * 7, (((540, 600), (590, 700)),) * 7, (((600, 540),),) * 7, (((0, 1441),),) * 7):
        with pytest.raises(Invalid, match="opening hours"):
            calendars.check(Hours("UTC", week))
    calendars.check(Hours("UTC", ALWAYS))


CUTS = st.lists(st.integers(0, 1440), min_size=2, max_size=6, unique=True).map(sorted)
WEEKS = st.lists(
    CUTS.map(lambda cuts: tuple(zip(cuts[::2], cuts[1::2], strict=False))), min_size=7, max_size=7
)
ZONES = st.sampled_from(["Europe/Berlin", "America/St_Johns", "Australia/Lord_Howe", "UTC"])
# Around the days on which clocks change, to the second.
MOMENTS = st.integers(0, 60 * 86_400).map(
    lambda seconds: datetime(2026, 3, 1, tzinfo=UTC) + timedelta(seconds=seconds)
) | st.integers(0, 60 * 86_400).map(
    lambda seconds: datetime(2026, 10, 1, tzinfo=UTC) + timedelta(seconds=seconds)
)


@settings(max_examples=60, deadline=None)
@given(week=WEEKS, zone=ZONES, moments=st.tuples(MOMENTS, MOMENTS, MOMENTS))
def test_the_time_of_parts_adds_up_to_that_of_the_whole(
    week: list[Any], zone: str, moments: tuple[datetime, ...]
) -> None:
    hours = Hours(zone, tuple(week))
    first, middle, last = sorted(moments)

    whole = calendars.between(hours, first, last)

    parts = calendars.between(hours, first, middle) + calendars.between(hours, middle, last)
    assert parts == whole
    assert timedelta() <= whole <= last - first


@settings(max_examples=60, deadline=None)
@given(week=WEEKS, zone=ZONES, start=MOMENTS, minutes=st.integers(1, 20_000), paused=st.integers(0, 20_000))
def test_a_pause_never_shortens_and_a_promise_is_due_when_its_time_has_passed(
    week: list[Any], zone: str, start: datetime, minutes: int, paused: int
) -> None:
    hours, span = Hours(zone, tuple(week)), timedelta(minutes=minutes)

    due = calendars.after(hours, start, span)
    later = calendars.after(hours, start, span + timedelta(minutes=paused))

    assert calendars.between(hours, start, due) == span
    assert due <= later
    assert calendars.between(hours, due, later) == timedelta(minutes=paused)
