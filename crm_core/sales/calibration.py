"""How good forecasts were: Brier score, reliability of chances, coverage of intervals."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Reals = NDArray[np.float64]
STEPS = 10
MANY_OUTCOMES = 50
"""With fewer outcomes no model of ours is believed to be better than the chance of the stage."""


@dataclass(frozen=True)
class Step:
    """Deals whose chance was about ``said`` (0 to 1), and the share of them that was won."""

    said: float
    happened: float
    count: int


@dataclass(frozen=True)
class Quality:
    """What a back-test found; None where there was too little to look at.

    ``brier`` is that of the chances in use, ``brier_learned`` that of the learned ones and
    ``brier_of_stage_default`` that of the stages; smaller is better. ``coverage`` is the share of 80 %
    intervals that held what came, of ``intervals`` many.
    """

    brier_learned: float | None = None
    brier_of_stage_default: float | None = None
    n: int = 0
    coverage: float | None = None
    intervals: int = 0
    steps: tuple[Step, ...] = ()

    @property
    def is_learned_better(self) -> bool:
        """Do the learned chances beat those of the stages on what had not been seen?"""
        if self.brier_learned is None or self.brier_of_stage_default is None:
            return False
        return self.n >= MANY_OUTCOMES and self.brier_learned < self.brier_of_stage_default

    @property
    def brier(self) -> float | None:
        """The score of the chances that are in use."""
        return self.brier_learned if self.is_learned_better else self.brier_of_stage_default


def brier(chances: Reals, won: Reals) -> float | None:
    """The mean squared distance between chance and outcome (Brier 1950); None without outcomes.

    >>> brier(np.array([1.0, 0.5]), np.array([1.0, 0.0]))
    0.125
    """
    return float(np.mean((chances - won) ** 2)) if len(chances) else None


def reliability(chances: Reals, won: Reals) -> tuple[Step, ...]:
    """Deals of like chance, and what share was won: on a straight line when chances mean what they say."""
    place = np.minimum((chances * STEPS).astype(int), STEPS - 1)
    return tuple(
        Step(
            float(chances[place == step].mean()), float(won[place == step].mean()), int(np.sum(place == step))
        )
        for step in range(STEPS)
        if np.any(place == step)
    )


def coverage(low: Reals, high: Reals, came: Reals) -> float | None:
    """The share of intervals that held what came."""
    return float(np.mean((low <= came) & (came <= high))) if len(came) else None
