"""Finding the parameters under which what was seen is most likely: few parameters, all above nought."""

from collections.abc import Callable
from math import lgamma

import numpy as np
from numpy.typing import NDArray

Reals = NDArray[np.float64]
Likelihood = Callable[[Reals], float]

_BOUND = 8.0
_ROUNDS = 80
_STEP = 1e-3


def maximise(likelihood: Likelihood, starts: tuple[tuple[float, ...], ...]) -> tuple[Reals, float]:
    """The parameters with the highest log likelihood, and that.

    Newton's method with damping (Levenberg 1944, Marquardt 1963) on the logarithms of the parameters, which
    stay between e⁻⁸ and e⁸: few observations otherwise let them run away.

    Args:
        likelihood: the log likelihood of parameters, each above nought.
        starts: where to begin; the best end of all counts.
    """
    found = [_climb(lambda logs: likelihood(np.exp(logs)), np.log(np.array(start))) for start in starts]
    logs, value = max(found, key=lambda end: end[1])
    return np.exp(logs), value


def log_gamma(values: Reals) -> Reals:
    """The logarithm of the gamma function, computed once for each different value."""
    different, places = np.unique(values, return_inverse=True)
    return np.array([lgamma(one) for one in different])[places]


def _climb(height: Likelihood, at: Reals) -> tuple[Reals, float]:
    value, damping = height(at), 1e-2
    for _ in range(_ROUNDS):
        slope, bend = _slope_and_bend(height, at, value)
        gained = 0.0
        while damping < 1e10:
            weight = damping * (np.abs(np.diag(bend)) + 1e-6)
            step = np.clip(_solved(np.diag(weight) - bend, slope), -2, 2)
            there = np.clip(at + step, -_BOUND, _BOUND)
            gained = height(there) - value
            if gained > 0:
                at, value, damping = there, value + gained, damping / 10
                break
            damping *= 10
        if gained < 1e-9 * (abs(value) + 1):
            break
        damping = max(damping, 1e-9)
    return at, value


def _solved(matrix: Reals, right: Reals) -> Reals:
    return np.linalg.lstsq(matrix, right, rcond=None)[0].astype(np.float64)


def _slope_and_bend(height: Likelihood, at: Reals, value: float) -> tuple[Reals, Reals]:
    """First and second derivatives by central differences."""
    size = len(at)
    steps = np.eye(size) * _STEP
    up = [height(at + step) for step in steps]
    down = [height(at - step) for step in steps]
    slope = np.array([(high - low) / (2 * _STEP) for high, low in zip(up, down, strict=True)])
    bend = np.diag([(high + low - 2 * value) / _STEP**2 for high, low in zip(up, down, strict=True)])
    for i in range(size):
        for j in range(i):
            both = height(at + steps[i] + steps[j]) - up[i] - up[j] + value
            none = height(at - steps[i] - steps[j]) - down[i] - down[j] + value
            bend[i, j] = bend[j, i] = (both + none) / (2 * _STEP**2)
    return slope, bend
