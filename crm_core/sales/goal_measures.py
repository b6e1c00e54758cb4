"""What can be a goal, and how far along one is: measures, periods and pace, without a database."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

AHEAD, ON_TRACK, BEHIND, REACHED, MISSED, PLANNED = (
    "ahead",
    "on_track",
    "behind",
    "reached",
    "missed",
    "planned",
)
PERIODS: Final = {"month": 1, "quarter": 3, "year": 12}
SLACK: Final = 0.05
"""Within so large a part of the target around the even pace one is on track."""

_WEEKEND: Final = 5


@dataclass(frozen=True)
class Measure:
    """One thing that is counted, in minor units where it ``is_money``; ``record`` is what its rows are."""

    name: str
    label: str
    record: str
    noun: str
    is_money: bool = False


MEASURES: Mapping[str, Measure] = {
    measure.name: measure
    for measure in (
        Measure("revenue_won", "Revenue won", "deal", "revenue", is_money=True),
        Measure("deals_won", "Deals won", "deal", "deals"),
        Measure("new_deals", "New deals", "deal", "deals"),
        Measure("order_revenue", "Revenue of orders", "order", "revenue", is_money=True),
        Measure("new_customers", "New customers", "customer", "customers"),
        Measure("lead_conversions", "Leads converted", "customer", "conversions"),
        Measure("calls", "Calls", "interaction", "calls"),
        Measure("meetings", "Meetings", "interaction", "meetings"),
        Measure("satisfaction", "Satisfied answers", "answer", "good answers"),
    )
}


@dataclass(frozen=True)
class Pace:
    """How far a goal is, beside how far its period is.

    ``share`` is value by target, ``gone`` the part of the working days that are over; ``due`` is what an even
    pace would have brought by now, ``gap`` how much more (or, below zero, less) there is.
    """

    share: float
    gone: float
    due: int
    gap: int
    word: str


def pace(value: int, target: int, starts_on: date, ends_on: date, today: date) -> Pace:
    """Where a goal stands on a day, by an even pace over the working days of its period.

    >>> pace(40, 100, date(2026, 3, 1), date(2026, 3, 31), date(2026, 3, 16)).word
    'behind'
    """
    share = value / target if target else 0.0
    gone = share_gone(starts_on, ends_on, today)
    due = round(target * gone)
    gap = value - due
    if value >= target:
        word = REACHED
    elif today > ends_on:
        word = MISSED
    elif today < starts_on:
        word = PLANNED
    elif abs(gap) <= SLACK * target:
        word = ON_TRACK
    else:
        word = AHEAD if gap > 0 else BEHIND
    return Pace(share, gone, due, gap, word)


def share_gone(starts_on: date, ends_on: date, today: date) -> float:
    """The part of the working days (Monday to Friday) of a period that are over; today counts half.

    >>> share_gone(date(2026, 3, 2), date(2026, 3, 6), date(2026, 3, 4))
    0.5
    """
    if today < starts_on:
        return 0.0
    if today > ends_on:
        return 1.0
    whole = working_days(starts_on, ends_on)
    if not whole:
        return ((today - starts_on).days + 0.5) / ((ends_on - starts_on).days + 1)
    half = 0.5 if today.weekday() < _WEEKEND else 0.0
    return (working_days(starts_on, today - timedelta(days=1)) + half) / whole


def working_days(first: date, last: date) -> int:
    """How many days from Monday to Friday there are from one day to another, both included."""
    if last < first:
        return 0
    weeks, rest = divmod((last - first).days + 1, 7)
    return weeks * 5 + sum((first.weekday() + n) % 7 < _WEEKEND for n in range(rest))


def period_of(day: date, kind: str) -> tuple[date, date]:
    """The month, quarter or year that a day lies in: its first and last day."""
    months = PERIODS[kind]
    place = (day.year * 12 + day.month - 1) // months
    begin, after = (date(n * months // 12, n * months % 12 + 1, 1) for n in (place, place + 1))
    return begin, after - timedelta(days=1)


def following(starts_on: date, ends_on: date) -> tuple[date, date]:
    """The period of the same kind that comes next; one of so many days where it is none of the usual ones."""
    for kind in PERIODS:
        if period_of(starts_on, kind) == (starts_on, ends_on):
            return period_of(ends_on + timedelta(days=1), kind)
    return ends_on + timedelta(days=1), ends_on + timedelta(days=1) + (ends_on - starts_on)


def kind_of(starts_on: date, ends_on: date) -> str:
    """``month``, ``quarter`` or ``year``; empty for another stretch."""
    return next((kind for kind in PERIODS if period_of(starts_on, kind) == (starts_on, ends_on)), "")
