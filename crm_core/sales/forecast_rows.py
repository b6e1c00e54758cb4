"""The rows of a forecast: open deals by their close dates, and futures drawn from what is known."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from crm_core.kernel.work import Work
from crm_core.sales import back_tests, forecast_days, simulation, win_probability
from crm_core.sales.deal_past import Past, View, day_number
from crm_core.sales.forecast_days import OpenDeal
from crm_core.sales.forecast_types import OVERDUE, PERIOD, UNDATED, ForecastRow, Whose
from crm_core.sales.win_model import Model
from crm_core.team.company import company


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
        """Were enough deals closed to ask history?"""
        return self.model.rates.closed >= back_tests.FEWEST_CLOSED


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


def groups_of(known: Known) -> set[tuple[int | None, int]]:
    """Owners and pipelines with deals now, or with deals that began lately and so may begin again."""
    found = {(deal.owner_id, deal.pipeline_id) for deal in known.deals}
    past, view = known.past, known.view
    lately = view.deal[view.opened >= view.now - 7 * simulation.WEEKS]
    for owner, pipeline_id in zip(past.owner[lately], past.pipeline[lately], strict=True):
        name = past.owners[owner]
        found.add((name if isinstance(name, int) else None, int(pipeline_id)))
    return found


def _rows(
    known: Known, deals: Sequence[OpenDeal], currency: str, whose: Whose, work: Work
) -> Iterator[ForecastRow]:
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
