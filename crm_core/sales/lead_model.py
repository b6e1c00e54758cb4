"""What history says about leads: a logistic model with the score of the card as one of its features.

Fitted by Newton's method with an L2 penalty on standardised features (Hastie, Tibshirani, Friedman: The
Elements of Statistical Learning, 4.4.1). Judged on the latest closed leads, which it has not seen.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]

NEEDED: Final = 50
FEWEST_OF_EACH: Final = 10
HELD_OUT: Final = 0.3
PENALTY: Final = 10.0
LEAK: Final = 0.97
"""An AUC beyond this is too good to be true: something in the features knows the outcome."""
ROUNDS: Final = 50
CLOSE_ENOUGH: Final = 1e-9


@dataclass(frozen=True)
class Logistic:
    """A fitted model: standardised feature times weight, added up, is the log-odds of conversion."""

    names: tuple[str, ...]
    weights: tuple[float, ...]
    intercept: float
    means: tuple[float, ...]
    scales: tuple[float, ...]

    def parts(self, features: Sequence[float]) -> dict[str, float]:
        """What each feature adds to the log-odds, against the average lead."""
        values = (np.asarray(features, dtype=float) - self.means) / self.scales * self.weights
        return dict(zip(self.names, map(float, values), strict=True))

    def chances(self, features: Numbers) -> Numbers:
        """The probability of conversion for each row."""
        standard = (features - np.asarray(self.means)) / np.asarray(self.scales)
        return _sigmoid(standard @ np.asarray(self.weights) + self.intercept)


def fit(names: Sequence[str], features: Numbers, outcomes: Numbers, penalty: float = PENALTY) -> Logistic:
    """Find the weights that explain the outcomes (1 converted, 0 not) best, short of memorising them."""
    means, scales = features.mean(axis=0), features.std(axis=0)
    scales = np.where(scales > 0, scales, 1.0)
    standard = np.column_stack([np.ones(len(features)), (features - means) / scales])
    # The intercept carries the overall rate and is not drawn to zero.
    ridge = np.diag([0.0, *([penalty] * features.shape[1])])
    weights = np.zeros(standard.shape[1])
    for _ in range(ROUNDS):
        chances = _sigmoid(standard @ weights)
        gradient = standard.T @ (outcomes - chances) - ridge @ weights
        spread = np.maximum(chances * (1 - chances), 1e-6)
        step = np.linalg.solve((standard * spread[:, None]).T @ standard + ridge, gradient)
        weights = weights + step
        if np.abs(step).max() < CLOSE_ENOUGH:
            break
    floats = [tuple(map(float, each)) for each in (weights[1:], means, scales)]
    return Logistic(tuple(names), floats[0], float(weights[0]), floats[1], floats[2])


def auc(outcomes: Numbers, chances: Numbers) -> float:
    """How often a converted lead was rated above one that was not; ties count half, 0.5 is chance."""
    won, lost = chances[outcomes == 1], chances[outcomes == 0]
    if not len(won) or not len(lost):
        return 0.5
    above = (won[:, None] > lost[None, :]).sum() + 0.5 * (won[:, None] == lost[None, :]).sum()
    return float(above / (len(won) * len(lost)))


def brier(outcomes: Numbers, chances: Numbers) -> float:
    """The mean squared error of the probabilities (Brier 1950); 0 is perfect."""
    return float(np.mean((outcomes - chances) ** 2))


def judge(names: Sequence[str], features: Numbers, card_scores: Numbers, outcomes: Numbers) -> dict[str, Any]:
    """How good the card and the model are on the latest part of history, in order of time.

    The card's score is turned into a probability by the same means, so that its Brier score is a fair one.
    """
    cut = round(len(outcomes) * (1 - HELD_OUT))
    now, seen = outcomes[cut:], outcomes[:cut]
    card = card_scores.reshape(-1, 1) / 100
    plain = fit(("score",), card[:cut], seen, penalty=0.1).chances(card[cut:])
    learned = fit(names, features[:cut], seen).chances(features[cut:])
    return {
        "rules": {"auc": auc(now, card_scores[cut:]), "brier": brier(now, plain)},
        "learned": {"auc": auc(now, learned), "brier": brier(now, learned)},
        "trained_on": int(cut),
        "tested_on": len(now),
    }


def is_enough(outcomes: Numbers) -> bool:
    """Are there outcomes enough to learn from, of both kinds, in both parts of history?"""
    cut = round(len(outcomes) * (1 - HELD_OUT))
    parts = (outcomes[:cut], outcomes[cut:])
    fewest = (FEWEST_OF_EACH, 1)
    return len(outcomes) >= NEEDED and all(
        min(part.sum(), len(part) - part.sum()) >= few for part, few in zip(parts, fewest, strict=True)
    )


def is_better(quality: Mapping[str, Any]) -> bool:
    """Does the model beat the card on both measures, without being too good to be true?"""
    rules, learned = quality["rules"], quality["learned"]
    beats = learned["auc"] > rules["auc"] and learned["brier"] < rules["brier"]
    return bool(beats and learned["auc"] <= LEAK)


def _sigmoid(log_odds: Numbers) -> Numbers:
    return 1.0 / (1.0 + np.exp(-np.clip(log_odds, -30, 30)))
