"""What the coming months may bring: stage times amount, what people think, and what history says.

Three answers stand side by side and are never mixed: ``weighted`` (chance of the stage, or of the deal, times
amount, in the month of the close date), ``committed`` and ``best_case`` (what owners think), and ``expected``
with the interval that holds 80 of 100 futures (see ``simulation``), which asks history when deals close.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import pairwise
from typing import Final

import numpy as np
from numpy.typing import NDArray

from crm_core.kernel.access import Permission
from crm_core.kernel.errors import Invalid
from crm_core.kernel.values import dates
from crm_core.kernel.work import Work, use_case
from crm_core.sales import back_tests, forecast_days, simulation, win_model, win_probability
from crm_core.sales.calibration import Quality
from crm_core.sales.deal_past import Past, View, day_number
from crm_core.sales.forecast_days import OpenDeal
from crm_core.sales.forecast_types import OVERDUE, PERIOD, UNDATED, Forecast, ForecastRow, Whose
from crm_core.sales.win_model import Model
from crm_core.sales.win_probability import Learned
from crm_core.team.company import company
from db.queries import users as user_sql

STEPS: Final = {"month": 1, "quarter": 3}
MOST_PERIODS: Final = 24


@dataclass(frozen=True)
class Known:
    """What a forecast is drawn from."""

    day: date
    now: datetime
    past: Past
    view: View
    model: Model
    is_learned: bool
    deals: Sequence[OpenDeal]
    bounds: tuple[date, ...]

    @property
    def has_history(self) -> bool:
        return self.model.rates.closed >= back_tests.FEWEST_CLOSED


@use_case(Permission.DEALS_READ, read=True)
def report(
    work: Work,
    *,
    by: str = "month",
    periods: int = 6,
    pipeline_id: int | None = None,
    owner_id: int | None = None,
    team_id: int | None = None,
) -> Forecast:
    """The forecast from today on, of the deals that this person sees.

    Args:
        by: ``month`` or ``quarter``. periods: how many, the present one included.
        pipeline_id, owner_id, team_id: only deals of these; owner 0 for those of nobody.

    Raises:
        Invalid: another kind or number of periods.
    """
    return _made(work, today(work), by, periods, _whose(work, pipeline_id, owner_id, team_id))


@use_case(Permission.DEALS_READ, read=True)
def as_of(
    work: Work, day: date, *, by: str = "month", periods: int = 6, pipeline_id: int | None = None
) -> Forecast:
    """The forecast as it would have been made at the end of a day: nothing that came later is looked at.

    Raises:
        Invalid: the day is still to come, or another kind or number of periods.
    """
    if day > today(work):
        hint = "Give today or an earlier day."
        raise Invalid(f"Nobody knows yet what will be known then. {hint}", fields={"as_of": hint})
    return _made(work, day, by, periods, Whose(pipeline_id=pipeline_id), is_replayed=True)


@use_case(Permission.REPORTS_READ, read=True)
def back_test(work: Work, day: date | None = None) -> Quality:
    """How good chances and intervals would have been in the past, up to a day (today when none is named)."""
    until = forecast_days.end_of(day or today(work))
    past = win_probability.past_of(work, until)
    return back_tests.back_test(past, day_number(min(until, work.now)), win_probability.defaults_of(work))


def today(work: Work) -> date:
    """The day in the company's time zone."""
    return day_of(work.now)


def day_of(instant: datetime) -> date:
    """The day that an instant lay in, in the company's time zone."""
    return instant.astimezone(dates.zone_of(company().time_zone)).date()


def months_from(day: date, count: int, step: int = 1) -> tuple[date, ...]:
    """First days of so many periods and of the one behind them, beginning with the period of a day.

    >>> [str(one) for one in months_from(date(2026, 11, 9), 2)]
    ['2026-11-01', '2026-12-01', '2027-01-01']
    """
    place = (day.year * 12 + day.month - 1) // step
    return tuple(date(n * step // 12, n * step % 12 + 1, 1) for n in range(place, place + count + 1))


def made_for(work: Work, known: Known, whose: Whose) -> list[ForecastRow]:
    """The rows for some deals of what is known; several groups are drawn from one knowledge."""
    mine = [deal for deal in known.deals if whose.holds(deal.owner_id)]
    if whose.pipeline_id is not None:
        mine = [deal for deal in mine if deal.pipeline_id == whose.pipeline_id]
    own = company().currency
    found = sorted({deal.currency for deal in mine} | {own}, key=lambda one: (one != own, one))
    rows: list[ForecastRow] = []
    for currency in found:
        chosen = [deal for deal in mine if deal.currency == currency]
        rows += _rows(known, chosen, currency, whose, work)
    return rows


def known_on(
    work: Work,
    day: date,
    by: str = "month",
    periods: int = 6,
    *,
    is_replayed: bool = False,
    learned: Learned | None = None,
) -> Known:
    """All that a forecast of a day needs, read once.

    Raises:
        Invalid: another kind or number of periods.
    """
    if by not in STEPS:
        raise Invalid("A forecast goes by month or quarter.", fields={"by": "Choose month or quarter."})
    if not 1 <= periods <= MOST_PERIODS:
        hint = f"Give 1 to {MOST_PERIODS} periods."
        raise Invalid(hint, fields={"periods": hint})
    bounds = months_from(day, periods, STEPS[by])
    end = forecast_days.end_of(day)
    now = end if is_replayed else work.now
    past = win_probability.past_of(work, end)
    if learned is None and not is_replayed:
        learned = win_probability.latest(work)
    defaults = win_probability.defaults_of(work)
    if learned is None:
        model, is_learned = win_model.fit(past, day_number(now), defaults), False
        if is_replayed:
            is_learned = back_tests.back_test(past, day_number(now), defaults).is_learned_better
    else:
        model, is_learned = learned.model, learned.is_in_use
    deals = forecast_days.deals_on(work, end, bounds[0], is_replayed=is_replayed)
    view = past.at(day_number(now))
    return Known(day, now, past, view, model, is_learned, deals, bounds)


def _made(
    work: Work, day: date, by: str, periods: int, whose: Whose, *, is_replayed: bool = False
) -> Forecast:
    known = known_on(work, day, by, periods, is_replayed=is_replayed)
    rows = tuple(made_for(work, known, whose))
    return Forecast(day, by, rows, known.model.rates.closed, known.has_history, known.is_learned)


def _rows(
    known: Known, deals: Sequence[OpenDeal], currency: str, whose: Whose, work: Work
) -> Iterable[ForecastRow]:
    open_ones = [deal for deal in deals if deal.is_open]
    drawn = _drawn(known, open_ones, currency, whose, work)
    for place, (begin, end) in enumerate(pairwise(known.bounds)):
        due = [deal for deal in open_ones if deal.close_on and begin <= deal.close_on < end]
        if place == 0:
            due = [deal for deal in due if deal.close_on and deal.close_on >= known.day]
        won = [deal for deal in deals if not deal.is_open and begin <= deal.won_on < end]
        gained = sum(deal.amount or 0 for deal in won)
        middle, low, high = (round(gained + float(one)) for one in drawn[:, place])
        yield _summed(PERIOD, begin, currency, due, (len(won), gained), (middle, low, high))
    overdue = [deal for deal in open_ones if deal.close_on and deal.close_on < known.day]
    if overdue:
        yield _summed(OVERDUE, None, currency, overdue)
    if undated := [deal for deal in open_ones if deal.close_on is None]:
        yield _summed(UNDATED, None, currency, undated)


def _summed(
    kind: str,
    begin: date | None,
    currency: str,
    deals: Sequence[OpenDeal],
    won: tuple[int, int] = (0, 0),
    drawn: tuple[int | None, int | None, int | None] = (None, None, None),
) -> ForecastRow:
    committed = sum(deal.amount or 0 for deal in deals if deal.judgement == "commit")
    best = sum(deal.amount or 0 for deal in deals if deal.judgement == "best")
    return ForecastRow(
        kind,
        begin,
        currency,
        len(deals),
        sum(deal.amount or 0 for deal in deals),
        *won,
        sum(round((deal.amount or 0) * deal.percent / 100) for deal in deals),
        committed,
        committed + best,
        *drawn,
    )


def _drawn(
    known: Known, deals: Sequence[OpenDeal], currency: str, whose: Whose, work: Work
) -> NDArray[np.float64]:
    """Mean, low and high of what is still to come in each period: three rows."""
    seed = known.day.toordinal()
    ends = [day_number(forecast_days.begin_of(bound)) for bound in known.bounds[1:]]
    bounds = np.maximum(np.array(ends) - known.view.now, 0.0)
    amounts = np.array([float(deal.amount or 0) for deal in deals])
    chances = _chances(known, deals)
    if known.has_history:
        coming = back_tests.arrivals(known.view, known.model, _mine(known, currency, whose, work))
        amounts = np.where(amounts > 0, amounts, coming.mean)
        ages = known.view.now - np.array([day_number(deal.opened_at) for deal in deals])
        parts = known.model.pace.within(ages, bounds)
        swing = back_tests.unsteadiness(known.view, known.model)
    else:
        coming, swing = None, 0.04
        parts = _by_close_date(known, deals)
    drawn = simulation.draw(
        amounts, chances, parts, coming, pace=known.model.pace, bounds=bounds, swing=swing, seed=seed
    )
    return np.vstack([drawn.mean(axis=0), *np.percentile(drawn, [simulation.LOW, simulation.HIGH], axis=0)])


def _chances(known: Known, deals: Sequence[OpenDeal]) -> NDArray[np.float64]:
    """The chance of each deal: somebody's own, else learned, else that of the stage."""
    found = np.array([deal.percent / 100 for deal in deals])
    if known.is_learned and len(deals):
        learned = known.model.chances(win_probability.parts_of(known.model, deals, known.now))
        has_own = np.array([deal.probability is not None for deal in deals])
        found = np.where(has_own, found, learned)
    return found


def _by_close_date(known: Known, deals: Sequence[OpenDeal]) -> NDArray[np.float64]:
    """Without a history: deals close when their owners say; what is overdue, in the present period."""
    parts = np.zeros((len(deals), len(known.bounds) - 1))
    for place, deal in enumerate(deals):
        if deal.close_on is not None and deal.close_on < known.bounds[-1]:
            period = sum(bound <= deal.close_on for bound in known.bounds[1:])
            parts[place, period] = 1.0
    return parts


def _mine(known: Known, currency: str, whose: Whose, work: Work) -> NDArray[np.bool_]:
    """Which deals of the past are within this forecast, for what may still begin."""
    past = known.past
    owners = [owner if isinstance(owner, int) else None for owner in past.owners]
    counted = [work.actor.scope.covers(owner) and whose.holds(owner) for owner in owners]
    is_mine = np.array(counted, np.bool_)[past.owner] if owners else np.zeros(0, np.bool_)
    is_same = np.array([name == currency for name in past.currencies], np.bool_)
    same = is_same[past.currency] if len(is_same) else np.zeros(0, np.bool_)
    found: NDArray[np.bool_] = is_mine & same
    if whose.pipeline_id is not None:
        found &= past.pipeline == whose.pipeline_id
    return found


def _whose(work: Work, pipeline_id: int | None, owner_id: int | None, team_id: int | None) -> Whose:
    owners: frozenset[int | None] | None = None
    if owner_id is not None:
        owners = frozenset([owner_id or None])
    elif team_id is not None:
        owners = frozenset(work.scalars(user_sql.ids_of_team(team_id)))
    return Whose(owners, pipeline_id)
