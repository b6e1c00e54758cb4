"""How often customers will buy again: the BG/NBD model of days of buying.

Fader, Hardie, Lee (2005), “Counting Your Customers the Easy Way”, Marketing Science 24(2). While customers
are alive they buy at a rate of their own (gamma: ``r``, ``alpha`` per week); after each purchase they may
leave with a chance of their own (beta: ``a``, ``b``). Time is counted in weeks.
"""

from dataclasses import dataclass

import numpy as np

from crm_core.insights.likelihood import Reals, log_gamma, maximise

_STARTS = ((0.3, 0.5, 0.8, 2.0), (1.0, 1.0, 1.0, 3.0))
_TERMS = 3000


@dataclass(frozen=True)
class Buyers:
    """Customers, or groups of those who bought alike.

    ``repeats``: days of buying after the first one; ``span``: weeks from the first to the last of them;
    ``age``: weeks from the first until now; ``people``: how many there are of each.
    """

    repeats: Reals
    span: Reals
    age: Reals
    people: Reals


@dataclass(frozen=True)
class Buying:
    """The parameters of the model, and how likely they make what was seen."""

    r: float
    alpha: float
    a: float
    b: float
    log_likelihood: float = 0.0

    def alive(self, who: Buyers) -> Reals:
        """The chance that each is still a customer. Not for ranking: it is 1 for all who bought once."""
        since = (self.r + who.repeats) * np.log((self.alpha + who.age) / (self.alpha + who.span))
        gone = self.a / (self.b + np.maximum(who.repeats, 1) - 1) * np.exp(np.minimum(since, 600))
        found: Reals = np.where(who.repeats > 0, 1 / (1 + gone), 1.0)
        return found

    def expected(self, who: Buyers, weeks: float) -> Reals:
        """How many days of buying each will have within so many weeks from now."""
        # The closed form divides by a - 1; a little beside it the limit is met to six digits.
        a = self.a + 1e-6 if abs(self.a - 1) < 1e-6 else self.a
        z = weeks / (self.alpha + who.age + weeks)
        c = a + self.b + who.repeats - 1
        c = np.where(np.abs(c) < 1e-9, 1e-9, c)
        left = (1 - z) ** (a - 1) * _hypergeometric(a - 1, a + self.b - 1 - self.r, c, z)
        found: Reals = c / (a - 1) * (1 - left) * self.alive(who)
        return np.maximum(found, 0.0)

    def draws(self, who: Buyers, weeks: float, times: int, chance: np.random.Generator) -> Reals:
        """Days of buying of the first customer within so many weeks, drawn so many times.

        Given that a customer is alive, rate and chance of leaving are independent: gamma and beta.
        """
        x, age = float(who.repeats[0]), float(who.age[0])
        rate = chance.gamma(self.r + x, 1 / (self.alpha + age), times)
        leaving = np.clip(chance.beta(self.a, self.b + x, times), 1e-12, 1.0)
        bought = np.minimum(chance.poisson(rate * weeks), chance.geometric(leaving))
        return np.where(chance.random(times) < self.alive(who)[0], bought, 0).astype(np.float64)


def fit(buyers: Buyers) -> Buying:
    """The parameters under which these customers are most likely."""
    # In units of a tenth of the longest age the numbers are of one size, whatever the business.
    unit = max(float(buyers.age.max(initial=0.0)) / 10, 1e-6)
    scaled = Buyers(buyers.repeats, buyers.span / unit, buyers.age / unit, buyers.people)
    (r, alpha, a, b), likely = maximise(lambda guess: _log_likelihood(guess, scaled), _STARTS)
    seen = float((buyers.people * buyers.repeats).sum())
    return Buying(float(r), float(alpha * unit), float(a), float(b), likely - seen * float(np.log(unit)))


def _log_likelihood(parameters: Reals, who: Buyers) -> float:
    r, alpha, a, b = parameters
    x = who.repeats
    rate = log_gamma(r + x) - log_gamma(np.array([r])) + r * np.log(alpha)
    stay = log_gamma(np.array([a + b])) + log_gamma(b + x) - log_gamma(np.array([b])) - log_gamma(a + b + x)
    alive = -(r + x) * np.log(alpha + who.age)
    left = np.log(a) - np.log(b + np.maximum(x, 1) - 1) - (r + x) * np.log(alpha + who.span)
    each = rate + stay + np.where(x > 0, np.logaddexp(alive, left), alive)
    return float((who.people * each).sum())


def _hypergeometric(a: float, b: float, c: Reals, z: Reals) -> Reals:
    """Gauss's series; after Euler's transformation its terms fall fast for every z below 1."""
    total = term = np.ones(np.broadcast(c, z).shape)
    for n in range(_TERMS):
        term = term * (a + n) * (b + n) / ((c + n) * (n + 1)) * z
        total = total + term
        if np.abs(term).max(initial=0.0) < 1e-11 * max(np.abs(total).max(initial=1.0), 1e-300):
            break
    return total
