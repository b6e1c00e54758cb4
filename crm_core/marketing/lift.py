"""What a campaign changed: differences between those who got it and those who did not, with intervals.

Pure numbers. Shares are compared by Newcombe's hybrid of two Wilson intervals (R. G. Newcombe, “Interval
estimation for the difference between independent proportions”, Statistics in Medicine 17, 1998, method 10),
means by Welch's interval. Who looks while a campaign runs would be fooled by both sooner or later: for them
there is a confidence sequence, which holds at every look (I. Waudby-Smith et al., “Time-uniform central
limit theory and asymptotic confidence sequences”, Annals of Statistics, 2024, equation 10).
"""

from dataclasses import dataclass
from math import ceil, exp, inf, log, sqrt
from statistics import NormalDist
from typing import Final

HOLDOUT: Final = "holdout"
"""The name of the variant that nothing is sent to: what every other one is compared with."""

LEVEL: Final = 0.95
FEWEST_PEOPLE: Final = 100
FEWEST_EVENTS: Final = 10
FEWEST_BUYERS: Final = 30
NARROW: Final = 0.1
"""An interval that reaches at most this share of the hold-out's value to each side is an answer too."""

_NORMAL: Final = NormalDist()


@dataclass(frozen=True)
class Sample:
    """What is known of one arm: people, the sum of a measure over them, the sum of its squares.

    For shares the measure is 0 or 1. ``events`` is how many people have any of it at all.
    """

    people: int
    total: float
    squares: float
    events: int

    @staticmethod
    def of_share(people: int, events: int) -> "Sample":
        """An arm where ``events`` of ``people`` did something."""
        return Sample(people, events, events, events)

    @property
    def mean(self) -> float:
        """The measure per person; 0 without people."""
        return self.total / self.people if self.people else 0.0

    @property
    def variance(self) -> float:
        """The variance between people, with n - 1; 0 for less than two."""
        if self.people < 2:
            return 0.0
        return max(0.0, self.squares - self.total * self.total / self.people) / (self.people - 1)


@dataclass(frozen=True)
class Difference:
    """Treated less held back, per person, with the interval around it."""

    difference: float
    low: float
    high: float

    @property
    def is_clear(self) -> bool:
        """Is zero outside?"""
        return self.low > 0 or self.high < 0

    @property
    def reach(self) -> float:
        """Half of the width."""
        return (self.high - self.low) / 2


def wilson(events: int, people: int, level: float = LEVEL) -> tuple[float, float]:
    """The interval of a share that behaves also near 0 and 1 (E. B. Wilson, 1927)."""
    z = _z(level)
    share, room = events / people, z * z / people
    middle = (share + room / 2) / (1 + room)
    reach = z / (1 + room) * sqrt(share * (1 - share) / people + room / (4 * people))
    low = max(0.0, middle - reach) if events else 0.0
    return low, (min(1.0, middle + reach) if events < people else 1.0)


def difference_of_shares(treated: Sample, held: Sample, level: float = LEVEL) -> Difference:
    """How much larger the share of the treated is; both arms need people."""
    mine, other = treated.mean, held.mean
    my_low, my_high = wilson(treated.events, treated.people, level)
    low, high = wilson(held.events, held.people, level)
    found = mine - other
    return Difference(
        found,
        found - sqrt((mine - my_low) ** 2 + (high - other) ** 2),
        found + sqrt((my_high - mine) ** 2 + (other - low) ** 2),
    )


def difference_of_means(treated: Sample, held: Sample, level: float = LEVEL) -> Difference:
    """How much larger the mean of the treated is. Arms of one person say nothing: the interval is endless."""
    found = treated.mean - held.mean
    if min(treated.people, held.people) < 2:
        return Difference(found, -inf, inf)
    error, freedom = _welch(treated, held)
    reach = student_quantile((1 + level) / 2, freedom) * error
    return Difference(found, found - reach, found + reach)


def at_any_look(
    treated: Sample, held: Sample, planned: int | None = None, level: float = LEVEL
) -> Difference:
    """The difference with an interval that may be looked at as often as one likes.

    Args:
        treated, held: the arms so far.
        planned: people of both arms at the end, where the interval is to be narrowest; None for those so far.
        level: the chance that the truth is inside at all looks together.
    """
    found, people = treated.mean - held.mean, treated.people + held.people
    if min(treated.people, held.people) < 2:
        return Difference(found, -inf, inf)
    error, _ = _welch(treated, held)
    alpha = 1 - level
    tuned = (-2 * log(alpha) + log(1 - 2 * log(alpha))) / max(planned or people, people)
    spread = people * tuned
    reach = error * sqrt((spread + 1) / spread * log((spread + 1) / (alpha * alpha)))
    return Difference(found, found - reach, found + reach)


def is_enough(found: Difference, treated: Sample, held: Sample, *, is_share: bool) -> bool:
    """Do these people suffice to say something?

    The rule: at least 100 people an arm; of each, at least 10 who did it and 10 who did not (for money, 30
    who spent some); and an interval that leaves zero out, or is so narrow that at most a tenth of the
    hold-out's value could be hidden in it.
    """
    arms = (treated, held)
    if any(arm.people < FEWEST_PEOPLE for arm in arms):
        return False
    fewest = FEWEST_EVENTS if is_share else FEWEST_BUYERS
    if any(arm.events < fewest or (is_share and arm.people - arm.events < fewest) for arm in arms):
        return False
    return found.is_clear or found.reach <= NARROW * abs(held.mean)


def p_value(one: Sample, other: Sample, *, is_share: bool) -> float:
    """How often chance alone makes a difference this large, two-sided: 1 where nothing can be said.

    Shares by the z test with the pooled share, means by Welch's test.
    """
    if min(one.people, other.people) < 2:
        return 1.0
    gap = abs(one.mean - other.mean)
    if not is_share:
        error, freedom = _welch(one, other)
        return 1.0 if not error else 2 * (1 - _NORMAL.cdf(_normal_of(gap / error, freedom)))
    pooled = (one.events + other.events) / (one.people + other.people)
    error = sqrt(pooled * (1 - pooled) * (1 / one.people + 1 / other.people))
    return 2 * (1 - _NORMAL.cdf(gap / error)) if error else 1.0


def people_needed(usual: float, wanted: float, power: float = 0.8, level: float = LEVEL) -> int:
    """How many people an arm needs so that a change of a share from ``usual`` to ``wanted`` shows.

    ``power`` is the chance to see it (J. L. Fleiss, “Statistical Methods for Rates and Proportions”, without
    correction for continuity).

    Raises:
        ValueError: the shares are equal, or not between 0 and 1.
    """
    if usual == wanted or not (0 <= usual <= 1 and 0 <= wanted <= 1):
        raise ValueError("The two shares must differ and lie between 0 and 1.")
    middle = (usual + wanted) / 2
    chance = _z(level) * sqrt(2 * middle * (1 - middle))
    effect = _NORMAL.inv_cdf(power) * sqrt(usual * (1 - usual) + wanted * (1 - wanted))
    return ceil(((chance + effect) / (wanted - usual)) ** 2)


def smallest_visible(usual: float, people: int, power: float = 0.8) -> float | None:
    """The smallest rise of a share that an arm of so many people would show; None where even 1 would not."""
    low, high = 0.0, 1 - usual
    if people < 2 or high <= 0 or people_needed(usual, usual + high, power) > people:
        return None
    for _ in range(40):
        middle = (low + high) / 2
        low, high = (low, middle) if people_needed(usual, usual + middle, power) <= people else (middle, high)
    return high


def student_quantile(chance: float, freedom: float) -> float:
    """Quantile of Student's distribution by D. L. Wallace's transformation (1959): a little too wide.

    One percent with 3 degrees of freedom, less than a tenth of a percent from 10 on.
    """
    z = _NORMAL.inv_cdf(chance) * (8 * freedom + 3) / (8 * freedom + 1)
    size = sqrt(freedom * (exp(z * z / freedom) - 1))
    return size if chance >= 0.5 else -size


def _normal_of(t: float, freedom: float) -> float:
    """The same approximation the other way round."""
    return (8 * freedom + 1) / (8 * freedom + 3) * sqrt(freedom * log(1 + t * t / freedom))


def _welch(one: Sample, other: Sample) -> tuple[float, float]:
    """Standard error of the difference of two means, and its degrees of freedom."""
    mine, theirs = one.variance / one.people, other.variance / other.people
    whole = mine + theirs
    if not whole:
        return 0.0, float(one.people + other.people - 2)
    parts = mine * mine / (one.people - 1) + theirs * theirs / (other.people - 1)
    return sqrt(whole), whole * whole / parts


def _z(level: float) -> float:
    return _NORMAL.inv_cdf((1 + level) / 2)
