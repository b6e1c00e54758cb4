"""What was forecast is kept every night, and compared with what came."""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from typing import Any, Final

from crm_core.kernel.access import SYSTEM, Permission
from crm_core.kernel.errors import Conflict
from crm_core.kernel.work import Work, begin, use_case
from crm_core.sales import forecast, forecast_rows, win_probability
from crm_core.sales.forecast_days import begin_of
from crm_core.sales.forecast_types import PERIOD, Whose
from crm_core.sales.win_probability import Learned
from crm_core.team.company import company, is_set_up
from db.models import ForecastSnapshot, Setting
from db.queries import forecast as sql
from db.queries import settings as settings_sql

NIGHT: Final = "forecast_night"
MONTHS: Final = 6
_COLUMNS = (
    "taken_on", "owner_id", "pipeline_id", "month_on", "currency", "open_deals", "open_amount", "won",
    "weighted", "committed", "best_case", "expected", "low", "high",
)  # fmt: skip
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Kept:
    """What was forecast on a day for a month, in minor units; the interval is that of the sum.

    Sellers are taken as independent of each other, so that the interval of many is narrower than the sum of
    theirs.
    """

    month_on: date
    taken_on: date
    won: int
    weighted: int
    committed: int
    best_case: int
    expected: int
    low: int
    high: int


@dataclass(frozen=True)
class Compared:
    """A month: what was forecast for it day by day, and what was won in it up to now."""

    month_on: date
    currency: str
    kept: tuple[Kept, ...]
    came: int
    is_over: bool


@dataclass(frozen=True)
class Nights:
    """When forecasts were kept: the last time, and how many nights of the last weeks are missing."""

    last_on: date | None
    kept: int
    missing: int


def advance_next(_worker: str, is_stopping: Callable[[], bool]) -> bool:
    """Keep the forecast of the day and learn anew, once a day; returns whether this worker did so."""
    if is_stopping() or not is_set_up():
        return False
    with begin(SYSTEM, write=False) as work:
        today = forecast.today(work)
        known: Setting | None = work.scalar(settings_sql.by_name(NIGHT))
        if known is not None and known.updated_at >= begin_of(today):
            return False
        # Outside of the transaction that stores it: learning takes seconds, and others want to write.
        learned = win_probability.learn(work)
        rows = _rows(work, today, learned)
    try:
        with begin(SYSTEM) as work:
            return _keep(work, today, learned, rows)
    except Conflict:
        _log.info("the forecast of %s is kept by another worker", today)
        return False


def _keep(work: Work, today: date, learned: Learned, rows: list[tuple[Any, ...]]) -> bool:
    """Store the forecast and the model; False when another worker did so for this day.

    The claim and what it is for are stored together: a worker that dies leaves the day to the next one.
    """
    known: Setting | None = work.scalar(settings_sql.by_name(NIGHT))
    if known is None:
        work.add(Setting(name=NIGHT, value={}, updated_at=work.now))
        work.flush()
    else:
        missed = (today - forecast.day_of(known.updated_at)).days - 1
        if not work.run(sql.claim_night(NIGHT, begin_of(today), work.now)):
            return False
        if missed > 0:
            _log.warning("no forecast was kept for %s nights: no worker ran", missed)
    win_probability.keep(work, learned)
    work.insert(ForecastSnapshot, _COLUMNS, rows)
    return True


@use_case(Permission.DEALS_READ, read=True)
def compare(
    work: Work, months: int = 6, currency: str = "", pipeline_id: int | None = None
) -> list[Compared]:
    """The last months and the present one: what was forecast for them, beside what was won.

    Args:
        months: how many, the present one included. currency: the company's where none is named.
    """
    today, chosen = forecast.today(work), currency or company().currency
    place = today.year * 12 + today.month - months
    bounds = forecast.months_from(date(place // 12, place % 12 + 1, 1), months)
    kept: dict[date, list[Kept]] = {bound: [] for bound in bounds[:-1]}
    for row in work.tuples(sql.kept(bounds[:-1], chosen, pipeline_id)):
        kept[row[0]].append(_kept(row))
    came = _won(work, bounds, chosen, pipeline_id) if any(kept.values()) else {}
    return [
        Compared(month, chosen, tuple(kept[month]), came.get(month, 0), until <= today)
        for month, until in pairwise(bounds)
    ]


@use_case(Permission.DEALS_READ, read=True)
def nights(work: Work, days: int = 30) -> Nights:
    """How regularly forecasts were kept in the last days."""
    today = forecast.today(work)
    found: list[date] = work.scalars(sql.snapshot_days(today - timedelta(days=days)))
    missing = (today - found[0]).days + 1 - len(found) if found else 0
    return Nights(found[-1] if found else None, len(found), missing)


def _rows(work: Work, today: date, learned: Learned) -> list[tuple[Any, ...]]:
    known = forecast.known_on(work, today, "month", MONTHS, learned=learned)
    groups = forecast_rows.groups_of(known)
    return [
        (
            today, owner_id, pipeline_id, row.starts_on, row.currency, row.open_deals, row.open_amount,
            row.won, row.weighted, row.committed, row.best_case, row.expected, row.low, row.high,
        )
        for owner_id, pipeline_id in sorted(groups, key=lambda group: (group[0] or 0, group[1]))
        for row in forecast_rows.made_for(work, known, Whose(frozenset([owner_id]), pipeline_id))
        if row.kind == PERIOD and (row.open_deals or row.won or row.high)
    ]  # fmt: skip


def _won(work: Work, bounds: Sequence[date], currency: str, pipeline_id: int | None) -> dict[date, int]:
    """What was won in each month, by its first day."""
    found: dict[date, int] = {}
    statement = sql.won_since(begin_of(bounds[0]), currency, company().currency, pipeline_id)
    for closed_at, amount in work.tuples(statement):
        month = forecast.day_of(closed_at).replace(day=1)
        found[month] = found.get(month, 0) + amount
    return found


def _kept(row: Any) -> Kept:
    month_on, taken_on, won, weighted, committed, best_case, expected, below, above = row
    low, high = expected - round(float(below or 0) ** 0.5), expected + round(float(above or 0) ** 0.5)
    return Kept(month_on, taken_on, won, weighted, committed, best_case, expected, low, high)
