"""When a repeating task is due next: calendar arithmetic with month ends and changing clocks."""

from calendar import monthrange
from datetime import date, datetime, time, timedelta
from itertools import count
from zoneinfo import ZoneInfo

REPEATS = ("daily", "weekly", "monthly", "yearly")
_MONTHS = {"monthly": 1, "yearly": 12}
_DAYS = {"daily": 1, "weekly": 7}


def occurrence(anchor: date, repeats: str, every: int, number: int) -> date:
    """The day of one occurrence, the anchor being number 0.

    It is counted from the anchor, never from the one before: a task of the 31st is due on the last day of
    shorter months and on the 31st again after them; one of 29 February on the 28th in common years.

    Raises:
        OverflowError: the calendar ends before that day.
    """
    if repeats in _DAYS:
        return anchor + timedelta(days=_DAYS[repeats] * every * number)
    months = anchor.month - 1 + _MONTHS[repeats] * every * number
    year, month = anchor.year + months // 12, months % 12 + 1
    if year > date.max.year:
        raise OverflowError("The calendar ends with the year 9999.")
    return date(year, month, min(anchor.day, monthrange(year, month)[1]))


def following(anchor: date, repeats: str, every: int, *, after: date, not_before: date) -> date | None:
    """The first occurrence behind one day and not before another; None when the calendar ends.

    ``not_before`` is usually today: whoever finishes a daily task five days late gets one for today and no
    pile of five.
    """
    earliest = max(after + timedelta(days=1), not_before)
    try:
        for number in count(_at_most(anchor, repeats, every, earliest)):
            found = occurrence(anchor, repeats, every, number)
            if found >= earliest:
                return found
    except OverflowError:
        return None
    return None


def moment(day: date, clock: time, zone: ZoneInfo) -> datetime:
    """An instant by the clocks of a zone; an hour that is skipped in spring counts from before the change."""
    return datetime.combine(day, clock.replace(tzinfo=None), tzinfo=zone)


def _at_most(anchor: date, repeats: str, every: int, day: date) -> int:
    """A number whose occurrence is surely not behind ``day``, near it."""
    if day <= anchor:
        return 0
    if repeats in _DAYS:
        return (day - anchor).days // (_DAYS[repeats] * every)
    months = (day.year - anchor.year) * 12 + day.month - anchor.month
    return max(0, months // (_MONTHS[repeats] * every) - 1)
