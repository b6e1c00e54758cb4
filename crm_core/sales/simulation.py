"""How long deals take, and what a period may bring: hazards of winning and losing, and many drawn futures.

Time to close follows Aalen and Johansen's estimator for competing ends (won, lost) by age, with constant
hazards inside of bins of age that are shrunk to the overall hazard. A period is the sum of open deals, each
won with its chance when the hazards say so, and of deals that nobody has made yet, arriving as they did
lately. Months go better and worse than the average by as much as they did before.
"""

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

Reals = NDArray[np.float64]
Whole = NDArray[np.int64]

EDGES: Final = np.array([0, 3, 7, *range(14, 183, 7), *range(196, 365, 28), 420, 540, 730], dtype=float)
HORIZON: Final = 1200
"""Days of age that are looked at; older deals behave like those of the last bin."""
OLDEST: Final = 760
PSEUDO_ENDS: Final = 2.0
WEEKS: Final = 13
LOW, HIGH = 10, 90
DRAWS: Final = 1000
MANY: Final = 4000
"""Above so many open deals their sum is drawn from a normal distribution, which it follows by then."""


@dataclass(frozen=True)
class Pace:
    """For every whole day of age: the share still open, won by then, and lost by then."""

    won_rates: Reals
    lost_rates: Reals

    def __post_init__(self) -> None:
        """Work the curves out once."""
        place = np.searchsorted(EDGES, np.arange(HORIZON), side="right") - 1
        won, lost = self.won_rates[place], self.lost_rates[place]
        both = won + lost
        leaving = 1 - np.exp(-both)
        alive = np.concatenate([[1.0], np.cumprod(1 - leaving)])
        part = np.divide(won, both, out=np.zeros_like(won), where=both > 0)
        gained = np.concatenate([[0.0], np.cumsum(alive[:-1] * leaving * part)])
        object.__setattr__(self, "_alive", np.maximum(alive, 1e-12))
        object.__setattr__(self, "_gained", gained)
        object.__setattr__(self, "_end", gained[-1] + alive[-1] * part[-1])
        object.__setattr__(self, "_hazard", np.concatenate([[0.0], np.cumsum(won)]))

    def chance(self, ages: Reals) -> Reals:
        """The share that is won in the end of deals that are still open at these ages, in days."""
        at = _days(ages)
        known: Any = self
        found: Reals = (known._end - known._gained[at]) / known._alive[at]
        return np.clip(found, 0.0, 1.0)

    def within(self, ages: Reals, bounds: Reals) -> Reals:
        """Of the wins to come: the part in each period (columns) for each deal (rows).

        Args:
            ages: days since the deals began; negative ones begin later than now.
            bounds: ends of the periods in days from now; the first begins now.
        """
        known: Any = self
        begin = np.maximum(ages, 0)
        begin = np.minimum(begin, OLDEST)
        shift = np.minimum(ages, 0)[:, None]
        until = begin[:, None] + np.maximum(bounds[None, :] + shift, 0)
        at = _days(begin)
        reached = known._gained[_days(until)] - known._gained[at][:, None]
        to_come = np.maximum(known._end - known._gained[at], 1e-12)[:, None]
        return np.diff(reached / to_come, axis=1, prepend=0.0)

    def expected_wins(self, start_ages: Reals, end_ages: Reals) -> float:
        """How many wins such stretches of age bring on average."""
        known: Any = self
        return float(np.sum(known._hazard[_days(end_ages)] - known._hazard[_days(start_ages)]))


def fit_pace(ages: Reals, won: NDArray[np.bool_], lost: NDArray[np.bool_]) -> Pace:
    """The hazards by age, from deals that were followed up to an age: won, lost or still open there."""
    exposure = np.array([_time_between(ages, low, high) for low, high in _bins()])
    place = np.searchsorted(EDGES, ages, side="right") - 1
    size = len(EDGES)
    return Pace(
        _shrunk(np.bincount(place[won], minlength=size), exposure),
        _shrunk(np.bincount(place[lost], minlength=size), exposure),
    )


def unevenness(pace: Pace, opened: Reals, ended: Reals, won: NDArray[np.bool_], now: float) -> float:
    """How far the wins of 30 days swing around the hazards, beyond chance: the variance of their ratio."""
    found = []
    for back in range(1, 13):
        start, end = now - 30 * back, now - 30 * (back - 1)
        inside = (opened < end) & (ended > start)
        if not inside.any():
            break
        begin, finish = np.maximum(opened[inside], start), np.minimum(ended[inside], end)
        expected = pace.expected_wins(begin - opened[inside], finish - opened[inside])
        if expected >= 3:
            happened = int(np.sum(won & (ended > start) & (ended <= end)))
            found.append(((happened - expected) / expected) ** 2 - 1 / expected)
    return float(np.clip(np.mean(found), 0.0025, 0.25)) if len(found) >= 3 else 0.04


@dataclass(frozen=True)
class Arrivals:
    """New deals: how many began in each of the last weeks, and what won ones are worth (mean, deviation)."""

    weeks: Reals
    chance: float
    mean: float
    deviation: float


def draw(
    amounts: Reals,
    chances: Reals,
    parts: Reals,
    arrivals: Arrivals | None,
    *,
    pace: Pace,
    bounds: Reals,
    swing: float,
    seed: int,
    draws: int = DRAWS,
) -> Reals:
    """What the periods may bring: one row a drawn future, one column a period, in the unit of the amounts.

    Args:
        amounts: of the open deals. chances: of winning them. parts: of their wins in each period.
        arrivals: deals to come; None for none.
        pace: when deals to come are won. bounds: see ``Pace.within``.
        swing: see ``unevenness``.
        seed: the same seed and numbers give the same answer.
    """
    dice = np.random.default_rng(seed)
    factor = dice.gamma(1 / swing, swing, (draws, len(bounds)))
    each = chances[:, None] * parts
    if len(amounts) > MANY:
        drawn = _normal(dice, amounts, each, draws)
    else:
        drawn = _one_by_one(dice, amounts, each, draws)
    if arrivals is not None and arrivals.weeks.sum() > 0:
        drawn = drawn + _to_come(dice, arrivals, pace, bounds, draws)
    return drawn * factor


def _one_by_one(dice: np.random.Generator, amounts: Reals, each: Reals, draws: int) -> Reals:
    if not len(amounts):
        return np.zeros((draws, each.shape[1]))
    until = np.cumsum(each, axis=1)
    lots = dice.random((draws, len(amounts)))
    # What is won by the end of each period; the periods are the steps between.
    sums = [(lots < until[:, period]).astype(np.float64) @ amounts for period in range(each.shape[1])]
    return np.diff(np.column_stack(sums), axis=1, prepend=0.0)


def _normal(dice: np.random.Generator, amounts: Reals, each: Reals, draws: int) -> Reals:
    mean = amounts @ each
    deviation = np.sqrt((amounts**2) @ (each * (1 - each)))
    drawn: Reals = mean + deviation * dice.standard_normal((draws, each.shape[1]))
    return np.maximum(drawn, 0.0)


def _to_come(dice: np.random.Generator, arrivals: Arrivals, pace: Pace, bounds: Reals, draws: int) -> Reals:
    weeks = int(np.ceil(bounds[-1] / 7))
    counts = dice.choice(arrivals.weeks, (draws, weeks))
    begin: Reals = -(np.arange(weeks, dtype=np.float64) * 7 + 3.5)
    shares = arrivals.chance * pace.within(begin, bounds)
    wins = dice.poisson(counts @ shares)
    spread = (arrivals.deviation / arrivals.mean) ** 2 if arrivals.mean else 0.0
    if spread <= 0:
        return np.asarray(wins * arrivals.mean, dtype=np.float64)
    # A sum of amounts of this mean and deviation is close to a gamma distribution.
    sums: Reals = dice.gamma(np.maximum(wins / spread, 1e-9), arrivals.mean * spread)
    return np.where(wins > 0, sums, 0.0)


def _days(ages: Reals) -> Whole:
    return np.clip(np.rint(ages), 0, HORIZON).astype(np.int64)


def _bins() -> list[tuple[float, float]]:
    return list(zip(EDGES, [*EDGES[1:], np.inf], strict=True))


def _time_between(ages: Reals, low: float, high: float) -> float:
    return float(np.sum(np.clip(ages, low, high) - low)) if len(ages) else 0.0


def _shrunk(ends: Any, exposure: Reals) -> Reals:
    overall = (ends.sum() + 0.5) / (exposure.sum() + 100.0)
    found: Reals = (ends + PSEUDO_ENDS) / (exposure + PSEUDO_ENDS / overall)
    return found
