"""Business time: how much of the opening hours lies between two instants, and when so much has gone by.

Opening hours are a set of intervals on the time line: each day's hours are turned into instants in the
company's time zone, and time is counted only inside of them. So the time of two parts adds up to that of the
whole, and a day on which clocks are changed has the hours that really pass (RFC 5545 section 3.3.10 reads
local times in the same way).
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

from crm_core.kernel.errors import Invalid

Window = tuple[int, int]
"""From one minute of the day to another; 1440 is midnight at its end."""

DAY: Final = 1440
TOO_LITTLE: Final = "The opening hours leave too little time. Change the hours, or the promised times."
LONGEST_SEARCH: Final = timedelta(days=36_500)
"""How far ahead a promise is looked for: cases may wait for years, but not for a hundred."""
WEEKDAYS: Final = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
OFFICE: Final[tuple[tuple[Window, ...], ...]] = (((540, 1020),),) * 5 + ((), ())
ALWAYS: Final[tuple[tuple[Window, ...], ...]] = (((0, DAY),),) * 7


@dataclass(frozen=True)
class Hours:
    """When we are there: windows for each weekday from Monday on, but not on holidays, in a time zone."""

    zone: str = "UTC"
    week: tuple[tuple[Window, ...], ...] = OFFICE
    holidays: frozenset[date] = field(default_factory=frozenset)


def check(hours: Hours) -> None:
    """Refuse hours in which nobody is ever there, or that overlap.

    Raises:
        Invalid: with a hint for each weekday that needs correcting.
    """
    wrong: dict[str, str] = {}
    for name, windows in zip(WEEKDAYS, hours.week, strict=True):
        ends = 0
        for begins, until in windows:
            if not ends <= begins < until <= DAY:
                wrong[name.lower()] = "Write times from early to late that do not overlap."
            ends = until
    if not any(hours.week):
        wrong["monday"] = "Somebody must be there on at least one day of the week."
    if wrong:
        raise Invalid("The opening hours need correcting.", fields=wrong)


def between(hours: Hours, start: datetime, end: datetime) -> timedelta:
    """The business time from one instant to a later one; nothing when ``end`` is not later."""
    total = timedelta()
    if end <= start:
        return total
    for opens, closes in _windows(hours, start):
        if opens >= end:
            break
        total += max(timedelta(), min(closes, end) - max(opens, start))
    return total


def after(hours: Hours, start: datetime, span: timedelta) -> datetime:
    """The first instant at which so much business time has gone by since ``start``.

    Raises:
        Invalid: the hours leave so little time that it would take years.
    """
    left = span
    for opens, closes in _windows(hours, start):
        if opens - start > LONGEST_SEARCH:
            break
        begins = max(opens, start)
        if closes - begins >= left and closes > begins:
            return begins + left
        left -= max(timedelta(), closes - begins)
    raise Invalid(TOO_LITTLE)


def _windows(hours: Hours, start: datetime) -> Iterator[tuple[datetime, datetime]]:
    """Open windows as instants, in their order and apart from each other, from the day before on."""
    zone = ZoneInfo(hours.zone)
    day = start.astimezone(zone).date() - timedelta(days=1)
    last = datetime.min.replace(tzinfo=UTC)
    while any(hours.week):
        if day not in hours.holidays:
            for opens, closes in _instants(zone, day, hours.week[day.weekday()]):
                # Where clocks are put forward, a window of the lost hour may reach into the next one.
                begins = max(opens, last)
                if closes > begins:
                    last = closes
                    yield begins, closes
        day += timedelta(days=1)


@lru_cache(maxsize=4096)
def _instants(
    zone: ZoneInfo, day: date, windows: tuple[Window, ...]
) -> tuple[tuple[datetime, datetime], ...]:
    midnight = datetime.combine(day, time.min)

    def instant(minute: int, fold: int) -> datetime:
        local = midnight + timedelta(minutes=minute)
        return local.replace(tzinfo=zone, fold=fold).astimezone(UTC)

    # An hour that comes twice is open both times: from its first beginning to its second end.
    return tuple((instant(begins, 0), instant(until, 1)) for begins, until in windows)
