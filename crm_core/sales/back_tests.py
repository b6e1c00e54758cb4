"""What the methods would have said in the past, knowing only what was known then, and what came."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from crm_core.sales import calibration, simulation, win_model
from crm_core.sales.calibration import Quality
from crm_core.sales.deal_past import WON, Past, View
from crm_core.sales.simulation import Arrivals
from crm_core.sales.win_model import Model

Reals = NDArray[np.float64]

FEWEST_CLOSED: Final = 30
"""Closed deals below which there is too little history to forecast from it."""

PERIODS: Final = np.array([30.0, 60.0, 90.0])
EVERY_DAYS: Final = 15
MOST_ORIGINS: Final = 24
DRAWS: Final = 400
_WEEK: Final = 7.0
_NUMBERS: Final = ("brier_learned", "brier_of_stage_default", "n", "coverage", "intervals")


def back_test(past: Past, now: float, defaults: Mapping[int, float]) -> Quality:
    """Forecast from many days of the past, and compare with what came.

    Chances are asked every 30 days for the deals that were open then and have ended by now; amounts every
    15 days for the next 30, 60 and 90 days. Nothing after each of these days is looked at.
    """
    end = past.at(now).last_end
    said, usual, came, held = [], [], [], []
    for number, origin in enumerate(_origins(past, end)):
        model = win_model.fit(past, origin, defaults)
        view = past.at(origin)
        if number % 2 == 0:
            taken, won = win_model.outcomes(view, past.at(now))
            said.append(model.chances(win_model.features(past, view, model, taken)))
            usual.append(np.array([defaults.get(int(one), 0.3) for one in view.stage[taken]]))
            came.append(won)
        held += list(_intervals(past, view, model, end, number))
    chances, defaulted, won_then = (
        np.concatenate(found) if found else np.empty(0) for found in (said, usual, came)
    )
    low, high, real = (np.array(column) for column in zip(*held, strict=True)) if held else [np.empty(0)] * 3
    return Quality(
        calibration.brier(chances, won_then),
        calibration.brier(defaulted, won_then),
        len(won_then),
        calibration.coverage(low, high, real),
        len(real),
        calibration.reliability(chances, won_then),
    )


def _joined(found: list[Reals]) -> Reals:
    return np.concatenate(found) if found else np.empty(0)


def arrivals(view: View, model: Model, mine: NDArray[np.bool_]) -> Arrivals:
    """What came in lately of some deals (a flag for each deal of the past), and what won ones were worth."""
    chosen = mine[view.deal]
    ages = view.now - view.opened[chosen]
    week = np.minimum(ages // _WEEK, simulation.WEEKS).astype(np.int64)
    weeks = np.bincount(week, minlength=simulation.WEEKS + 1)
    amounts = won_amounts(view, chosen)
    if not len(amounts):
        amounts = view.amount[chosen & ~np.isnan(view.amount)]
    mean = float(amounts.mean()) if len(amounts) else 0.0
    deviation = float(amounts.std()) if len(amounts) else 0.0
    return Arrivals(weeks[: simulation.WEEKS].astype(float), _start_chance(model), mean, deviation)


def won_amounts(view: View, chosen: NDArray[np.bool_]) -> Reals:
    """The amounts of the deals that were won, the latest 2,000."""
    won = chosen & (view.status == WON) & ~np.isnan(view.amount)
    places = np.flatnonzero(won)
    latest = places[np.argsort(view.entered[places], kind="stable")][-2000:]
    return view.amount[latest]


def unsteadiness(view: View, model: Model) -> float:
    """How unevenly wins came so far; see ``simulation.unevenness``."""
    return simulation.unevenness(model.pace, view.opened, view.ended, view.status == WON, view.now)


def _start_chance(model: Model) -> float:
    return float(model.pace.chance(np.zeros(1))[0])


def _origins(past: Past, end: float) -> Iterator[float]:
    """Days of the past that had enough history, the first one first."""
    origin = end - EVERY_DAYS * 2
    found: list[float] = []
    while len(found) < MOST_ORIGINS:
        if not len(past.ids) or np.sum(~past.at(origin).is_open) < FEWEST_CLOSED:
            break
        found.append(origin)
        origin -= EVERY_DAYS
    return iter(found[::-1])


def _intervals(
    past: Past, view: View, model: Model, end: float, seed: int
) -> Iterator[tuple[float, float, float]]:
    """For the next 30, 60 and 90 days, as far as they are over: low, high, and what came, all sums."""
    bounds = PERIODS[view.now + PERIODS <= end]
    if not len(bounds):
        return
    everybody = np.ones(len(past.ids), np.bool_)
    coming = arrivals(view, model, everybody)
    places = np.flatnonzero(view.is_open)
    known = view.amount[places]
    amounts = np.where(np.isnan(known), coming.mean, known)
    chances = model.chances(win_model.features(past, view, model, places))
    parts = model.pace.within(view.now - view.opened[places], bounds)
    drawn = simulation.draw(
        amounts, chances, parts, coming, pace=model.pace, bounds=bounds,
        swing=unsteadiness(view, model), seed=seed, draws=DRAWS,
    )  # fmt: skip
    sums = np.cumsum(drawn, axis=1)
    later = past.at(end)
    for period, bound in enumerate(bounds):
        low, high = np.percentile(sums[:, period], [simulation.LOW, simulation.HIGH])
        won = (later.status == WON) & (later.entered > view.now) & (later.entered <= view.now + bound)
        yield float(low), float(high), float(np.nansum(later.amount[won]))


def as_json(quality: Quality) -> dict[str, Any]:
    """What a back-test found, as JSON can hold it."""
    found = {name: getattr(quality, name) for name in _NUMBERS}
    return found | {"steps": [[step.said, step.happened, step.count] for step in quality.steps]}


def from_json(stored: Mapping[str, Any]) -> Quality:
    """What a back-test found, as it was stored."""
    steps = tuple(calibration.Step(*step) for step in stored.get("steps", ()))
    return Quality(**{**stored, "steps": steps})
