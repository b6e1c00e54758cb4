"""Stretches of days that reports are about, and what they are compared with: pure, in calendar days."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

_DAY: Final = timedelta(days=1)
STEPS: Final = ("day", "week", "month", "quarter", "year")
COMPARISONS: Final = {
    "previous": "The time before",
    "year": "A year earlier",
    "none": "Nothing",
}


@dataclass(frozen=True)
class Period:
    """From a first to a last day; both belong to it."""

    since: date
    until: date

    @property
    def days(self) -> int:
        """How many days it has."""
        return (self.until - self.since).days + 1


def month_of(day: date, step: int = 1) -> Period:
    """The month (or three, or twelve months) that a day lies in."""
    place = (day.year * 12 + day.month - 1) // step
    begin, after = (date(n * step // 12, n * step % 12 + 1, 1) for n in (place, place + 1))
    return Period(begin, after - _DAY)


def _week(day: date) -> Period:
    monday = day - timedelta(days=day.weekday())
    return Period(monday, monday + timedelta(days=6))


def _last(make: Callable[[date], Period]) -> Callable[[date], Period]:
    return lambda day: make(make(day).since - _DAY)


NAMED: Final[dict[str, tuple[str, Callable[[date], Period]]]] = {
    "week": ("This week", _week),
    "month": ("This month", month_of),
    "quarter": ("This quarter", lambda day: month_of(day, 3)),
    "year": ("This year", lambda day: month_of(day, 12)),
    "last_week": ("Last week", _last(_week)),
    "last_month": ("Last month", _last(month_of)),
    "last_quarter": ("Last quarter", _last(lambda day: month_of(day, 3))),
    "last_year": ("Last year", _last(lambda day: month_of(day, 12))),
    "days_30": ("Last 30 days", lambda day: Period(day - timedelta(days=29), day)),
    "days_90": ("Last 90 days", lambda day: Period(day - timedelta(days=89), day)),
    "months_12": ("Last 12 months", lambda day: Period(_year_before(day) + _DAY, day)),
}
"""Periods by name: what people call them, and what they are on a day."""


def named(name: str, today: date) -> Period | None:
    """The period of this name; None where there is no such name."""
    found = NAMED.get(name)
    return found[1](today) if found else None


def before(period: Period, comparison: str, today: date) -> Period | None:
    """What a period is compared with; of one that is not over, only as many days as have gone.

    >>> before(Period(date(2026, 3, 1), date(2026, 3, 31)), "previous", date(2026, 3, 10))
    Period(since=datetime.date(2026, 2, 1), until=datetime.date(2026, 2, 10))
    """
    if comparison not in ("previous", "year"):
        return None
    if comparison == "year":
        end = min(period.until, today) if period.since <= today else period.until
        return Period(_year_before(period.since), _year_before(end))
    whole = _one_earlier(period)
    if not period.since <= today < period.until:
        return whole
    gone = (today - period.since).days
    return Period(whole.since, min(whole.since + timedelta(days=gone), whole.until))


def lately(period: Period, count: int) -> list[Period]:
    """A period and those before it, each as long as calendars say; so many in all, the oldest first.

    >>> [one.since.isoformat() for one in lately(Period(date(2026, 3, 1), date(2026, 3, 31)), 3)]
    ['2026-01-01', '2026-02-01', '2026-03-01']
    """
    found = [period]
    while len(found) < count:
        found.append(_one_earlier(found[-1]))
    return found[::-1]


def step_for(period: Period) -> str:
    """The step in which a period is drawn so that a picture has some twelve to thirty points."""
    if period.days <= 31:
        return "day"
    if period.days <= 31 * 4:
        return "week"
    return "month" if period.days <= 366 * 3 else "quarter"


def parts(period: Period, step: str) -> list[Period]:
    """The days, weeks, months, quarters or years of a period, cut at its ends."""
    make: Callable[[date], Period] = {
        "day": lambda day: Period(day, day),
        "week": _week,
        "month": month_of,
        "quarter": lambda day: month_of(day, 3),
        "year": lambda day: month_of(day, 12),
    }[step]
    found, day = [], period.since
    while day <= period.until:
        last = min(make(day).until, period.until)
        found.append(Period(day, last))
        day = last + _DAY
    return found


def _one_earlier(period: Period) -> Period:
    """The calendar period before, where it is one; else as many days before."""
    for step in (1, 3, 12):
        if month_of(period.since, step) == period:
            return month_of(period.since - _DAY, step)
    return Period(period.since - timedelta(days=period.days), period.since - _DAY)


def _year_before(day: date) -> date:
    return (
        day.replace(year=day.year - 1, day=28)
        if (day.month, day.day) == (2, 29)
        else day.replace(year=day.year - 1)
    )
