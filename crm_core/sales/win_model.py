"""The chance of winning a deal, learned from what became of others.

With few closed deals the chance is that of the stage, drawn towards its rate of wins; with more, a logistic
regression with a quadratic penalty weighs stage, age, seller, source and time in the stage. The penalty pulls
towards “the rate of the stage alone”, so that little history cannot lead astray.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from crm_core.sales.deal_past import OPEN, WON, Past, View
from crm_core.sales.simulation import EDGES, Pace, fit_pace

Reals = NDArray[np.float64]
Whole = NDArray[np.int64]

FEATURES: Final = ("base", "stage", "age", "owner", "source", "stay")
_USUAL: Final = np.array([0.0, 1.0, 0.0, 0.0, 0.0, 0.0])
PENALTY: Final = np.array([200.0, 20.0, 20.0, 20.0, 20.0, 20.0])
"""The level may swing with the season, so it is held most firmly."""

PRIOR: Final = 10.0
"""So many closed deals weigh as much as what is assumed without any."""

LANDMARKS: Final = tuple(range(60, 241, 30))
_ROUNDS: Final = 25


@dataclass(frozen=True)
class Rates:
    """Shares of wins among closed deals, each drawn towards the whole; by stage id, owner and source."""

    overall: float
    stages: Mapping[int, tuple[float, int]]
    owners: Mapping[Any, tuple[float, int]]
    sources: Mapping[str, tuple[float, int]]
    stays: Mapping[int, float]
    closed: int


@dataclass(frozen=True)
class Model:
    """All that the chance of a deal follows from."""

    rates: Rates
    pace: Pace
    weights: Reals

    def parts(self, stage: Whole, owners: list[Any], sources: list[str], age: Reals, stay: Reals) -> Reals:
        """The features of deals, one row each, in the order of ``FEATURES``."""
        rates = self.rates
        middle = _logit(np.array([rates.overall]))[0]
        by_stage = [rates.stages.get(int(one), (rates.overall, 0))[0] for one in stage]
        usual = np.array([rates.stays.get(int(one), 14.0) for one in stage])
        start = _logit(self.pace.chance(np.zeros(1)))[0]
        return np.column_stack([
            np.ones(len(stage)),
            _logit(np.array(by_stage)),
            _logit(self.pace.chance(age)) - start,
            [_logit_of(rates.owners, one, rates.overall) - middle for one in owners],
            [_logit_of(rates.sources, one, rates.overall) - middle for one in sources],
            np.clip(np.log1p(stay) - np.log1p(usual), -2, 2),
        ])  # fmt: skip

    def chances(self, parts: Reals) -> Reals:
        """The chance of each row of features, 0 to 1."""
        return _squashed(parts @ self.weights)


def fit(past: Past, now: float, defaults: Mapping[int, float]) -> Model:
    """The model from what was known at a moment.

    Args:
        past: all that happened. now: nothing later is looked at.
        defaults: the usual chance of every stage, 0 to 1, by its id.
    """
    view = past.at(now)
    usual = Model(rates_at(past, view, defaults), pace_at(view), _USUAL)
    rows, ends, deals = [], [], []
    for days in LANDMARKS:
        then = past.at(view.last_end - days)
        taken, won = _seen_later(then, view)
        if len(taken) < 5:
            continue
        earlier = Model(rates_at(past, then, defaults), usual.pace, _USUAL)
        rows.append(features(past, then, earlier, taken))
        ends.append(won)
        deals.append(then.deal[taken])
    if not rows:
        return usual
    seen = np.concatenate(deals)
    # A deal that was open on several of the days counts once in all.
    share = 1 / np.bincount(seen)[seen]
    return Model(usual.rates, usual.pace, _regress(np.vstack(rows), np.concatenate(ends), share))


def features(past: Past, view: View, model: Model, taken: Whole) -> Reals:
    """The features of some deals of a view, by their places in it."""
    deals = view.deal[taken]
    owners = [past.owners[place] for place in past.owner[deals]]
    sources = [past.sources[place] for place in past.source[deals]]
    age, stay = view.now - view.opened[taken], view.now - view.entered[taken]
    return model.parts(view.stage[taken], owners, sources, age, stay)


def pace_at(view: View) -> Pace:
    """The hazards by age as they were known at the moment of a view."""
    return fit_pace(view.ended - view.opened, view.status == WON, ~view.is_open & (view.status != WON))


def outcomes(then: View, later: View) -> tuple[Whole, Reals]:
    """Deals that were open then and had ended later: their places in ``then``, and whether they were won."""
    return _seen_later(then, later)


def rates_at(past: Past, view: View, defaults: Mapping[int, float]) -> Rates:
    """Who and what wins how often, as far as deals had ended at the moment of a view."""
    closed = ~view.is_open
    won = view.status == WON
    count = int(closed.sum())
    assumed = float(np.mean(list(defaults.values()))) if defaults else 0.3
    overall = (won.sum() + 4 * assumed) / (count + 4)
    ends = np.zeros(len(past.ids), np.int64)
    ends[view.deal[closed]] = np.where(won[closed], 1, -1)
    deal, stage = view.visits
    pairs = np.unique(np.column_stack([deal, stage]), axis=0) if len(deal) else np.empty((0, 2), np.int64)
    pairs = pairs[ends[pairs[:, 0]] != 0] if len(pairs) else pairs
    by_stage = {}
    for stage_id, default in defaults.items():
        of_stage = ends[pairs[pairs[:, 1] == stage_id, 0]]
        by_stage[stage_id] = (
            float((np.sum(of_stage > 0) + PRIOR * default) / (len(of_stage) + PRIOR)),
            len(of_stage),
        )
    deals = view.deal[closed]
    return Rates(
        float(overall),
        by_stage,
        _grouped(past.owner[deals], won[closed], past.owners, float(overall)),
        _grouped(past.source[deals], won[closed], past.sources, float(overall)),
        _stays(view),
        count,
    )


def to_numbers(model: Model) -> dict[str, Any]:
    """The model as JSON can hold it."""
    rates = model.rates
    return {
        "overall": rates.overall,
        "closed": rates.closed,
        "stages": [[key, *value] for key, value in rates.stages.items()],
        "owners": [[key, *value] for key, value in rates.owners.items()],
        "sources": [[key, *value] for key, value in rates.sources.items()],
        "stays": [[key, value] for key, value in rates.stays.items()],
        "won_rates": model.pace.won_rates.tolist(),
        "lost_rates": model.pace.lost_rates.tolist(),
        "weights": model.weights.tolist(),
    }


def from_numbers(numbers: Mapping[str, Any]) -> Model | None:
    """The model that was stored; None when it was made by another version of the method."""
    if len(numbers.get("won_rates", ())) != len(EDGES) or len(numbers.get("weights", ())) != len(FEATURES):
        return None
    stages, owners, sources = (
        {key: (rate, n) for key, rate, n in numbers[name]} for name in ("stages", "owners", "sources")
    )
    rates = Rates(numbers["overall"], stages, owners, sources, dict(numbers["stays"]), numbers["closed"])
    pace = Pace(np.array(numbers["won_rates"]), np.array(numbers["lost_rates"]))
    return Model(rates, pace, np.array(numbers["weights"]))


def _seen_later(then: View, later: View) -> tuple[Whole, Reals]:
    status = np.full(int(later.deal.max(initial=-1)) + 1, OPEN)
    status[later.deal] = later.status
    ends = status[then.deal] if len(then.deal) else np.empty(0, np.int64)
    taken = np.flatnonzero(then.is_open & (ends != OPEN))
    return taken, (ends[taken] == WON).astype(np.float64)


def _stays(view: View) -> dict[int, float]:
    """The days that deals usually stay in a stage: the median of those that stand or ended there."""
    stays = view.ended - np.where(view.is_open, view.entered, view.opened)
    return {int(one): float(np.median(stays[view.stage == one])) for one in np.unique(view.stage)}


def _grouped(
    group: Whole, won: NDArray[np.bool_], names: tuple[Any, ...], overall: float
) -> dict[Any, tuple[float, int]]:
    many = np.bincount(group, minlength=len(names))
    wins = np.bincount(group[won], minlength=len(names))
    return {
        name: (float((wins[n] + PRIOR * overall) / (many[n] + PRIOR)), int(many[n]))
        for n, name in enumerate(names)
        if many[n]
    }


def _regress(rows: Reals, won: Reals, share: Reals) -> Reals:
    """Newton's method on the penalised likelihood."""
    weights = _USUAL.copy()
    penalty = np.diag(PENALTY)
    for _ in range(_ROUNDS):
        chance = _squashed(rows @ weights)
        slope = rows.T @ (share * (chance - won)) + penalty @ (weights - _USUAL)
        bend = (rows * (share * chance * (1 - chance))[:, None]).T @ rows + penalty
        step = np.linalg.solve(bend, slope)
        weights = weights - step
        if np.abs(step).max() < 1e-8:
            break
    return weights


def _logit_of(rates: Mapping[Any, tuple[float, int]], key: Any, overall: float) -> float:
    bounded = min(max(rates.get(key, (overall, 0))[0], 0.01), 0.99)
    return math.log(bounded / (1 - bounded))


def _logit(chance: Reals) -> Reals:
    bounded = np.clip(chance, 0.01, 0.99)
    found: Reals = np.log(bounded / (1 - bounded))
    return found


def _squashed(value: Reals) -> Reals:
    found: Reals = 1 / (1 + np.exp(-np.clip(value, -30, 30)))
    return found
