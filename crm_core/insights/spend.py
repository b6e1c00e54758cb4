"""What customers will spend on a day of buying: the Gamma-Gamma model.

Fader, Hardie (2013), “The Gamma-Gamma Model of Monetary Value”. The average of few purchases says little, so
it is drawn towards that of everybody. Amounts are in major units of one currency.
"""

from dataclasses import dataclass

import numpy as np

from crm_core.insights.likelihood import Reals, log_gamma, maximise

_STARTS = ((1.0, 2.0, 1.0), (6.0, 4.0, 1.0))


@dataclass(frozen=True)
class Spending:
    """The parameters of the model."""

    p: float
    q: float
    v: float

    def average(self, repeats: Reals, spent: Reals) -> Reals | None:
        """What each will spend on a day of buying; None when the model has no mean.

        Args:
            repeats: days of buying that are known. spent: what they brought in all.
        """
        if self.q <= 1:
            return None
        return self.p * (self.v + spent) / (self.p * repeats + self.q - 1)

    def draws(self, repeats: float, spent: float, days: Reals, chance: np.random.Generator) -> Reals:
        """What one customer spends on so many days of buying, drawn once for each number of days."""
        scale = chance.gamma(self.p * repeats + self.q, 1 / (self.v + spent), len(days))
        shape = np.maximum(self.p * days, 1e-12)
        found: Reals = np.where(days > 0, chance.gamma(shape) / np.maximum(scale, 1e-300), 0.0)
        return found


def fit(repeats: Reals, spent: Reals) -> Spending:
    """The parameters from customers who came back: days of buying, and what they brought (above nought)."""
    unit = float(np.mean(spent / repeats))
    different, places = np.unique(repeats, return_inverse=True)
    logs = np.log(spent / unit / repeats)

    def likelihood(guess: Reals) -> float:
        p, q, v = guess
        shape = p * different
        by_repeats = log_gamma(shape + q) - log_gamma(shape) + shape * np.log(different)
        base = by_repeats[places] - log_gamma(np.array([q])) + q * np.log(v)
        each = base + (p * repeats - 1) * logs - (p * repeats + q) * np.log(v + spent / unit)
        return float(each.sum())

    (p, q, v), _likely = maximise(likelihood, _STARTS)
    return Spending(float(p), float(q), float(v * unit))
