"""Who stands in which tier: decided from what counted, without a database."""

from calendar import monthrange
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from crm_core.loyalty.types import Programme, TierStanding

DECEMBER = 12


@dataclass(frozen=True)
class Level:
    """A tier as the decision needs it."""

    id: int
    rank: int
    threshold: int


def reached(levels: Iterable[Level], qualifying: int) -> Level | None:
    """The highest tier that this is enough for."""
    enough = [level for level in levels if level.threshold <= qualifying]
    return max(enough, key=lambda level: level.rank, default=None)


def standing(
    levels: list[Level], was: TierStanding, counted: tuple[int, int], today: date, settings: Programme
) -> TierStanding:
    """Where a member stands from today on.

    Who reaches a higher tier rises at once, for a whole term. At its end the tier is kept for another term
    if what counted in it is enough; else, after the days of grace, the member falls to what is reached.

    Args:
        counted: what counted in the period up to today, and in the one up to the end of the tier.
    """
    now, at_end = counted
    mine = next((level for level in levels if level.id == was.tier_id), None)
    best = reached(levels, now)
    if best is not None and (mine is None or best.rank > mine.rank):
        return TierStanding(best.id, today, term_end(today, settings), now)
    if mine is None or was.until is None or today <= was.until:
        return TierStanding(mine.id if mine else None, was.since, was.until, now)
    best = reached(levels, max(now, at_end))
    if best is not None and best.rank >= mine.rank:
        return TierStanding(mine.id, was.since, _next_end(was.until, settings), now)
    if today <= was.until + timedelta(days=settings.grace_days):
        return TierStanding(mine.id, was.since, was.until, now)
    if best is None:
        return TierStanding(None, None, None, now)
    return TierStanding(best.id, today, term_end(today, settings), now)


def period(day: date, settings: Programme) -> tuple[date, date]:
    """The first day that counts for a tier on a day, and the day after the last one."""
    if settings.period == "calendar":
        return date(day.year, 1, 1), date(day.year + 1, 1, 1)
    return add_months(day, -settings.months) + timedelta(days=1), day + timedelta(days=1)


def term_end(today: date, settings: Programme) -> date:
    """The last day of a tier that is reached today: the end of next year, or so many months from now."""
    if settings.period == "calendar":
        return date(today.year + 1, DECEMBER, 31)
    return add_months(today, settings.months)


def add_months(day: date, months: int) -> date:
    """The same day so many months later, or the last of that month."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def _next_end(until: date, settings: Programme) -> date:
    if settings.period == "calendar":
        return date(until.year + 1, DECEMBER, 31)
    return add_months(until, settings.months)
