"""Which variant of a campaign is the best, and whether that can be said yet."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Final

from crm_core.marketing.lift import FEWEST_EVENTS, FEWEST_PEOPLE, LEVEL, Sample, p_value

GOALS: Final = {
    "opened": "opens", "clicked": "clicks", "visited": "visits", "converted": "purchases",
    "revenue": "revenue per person",
}  # fmt: skip
"""What variants can be compared by, in words."""

MONEY: Final = "revenue"


@dataclass(frozen=True)
class Verdict:
    """The outcome of a test of variants.

    ``leader`` has the highest value so far; ``winner`` only if it beats every other one beyond chance.
    ``p`` is the largest corrected p value of the leader against the others; None without two variants.
    """

    leader: str
    winner: str
    p: float | None
    sentence: str


def verdict(arms: Mapping[str, Sample], goal: str) -> Verdict:
    """The best variant by a goal.

    All pairs are compared and corrected together by Holm's method, so that a test of many variants makes no
    more false winners than a test of two.

    Args:
        arms: the variants that were sent, by name, without the hold-out.
        goal: one of ``GOALS``.
    """
    names = [name for name, arm in arms.items() if arm.people]
    if len(names) < 2:
        return Verdict("".join(names), "", None, "There is only one variant, so nothing to compare.")
    is_share = goal != MONEY
    leader = max(names, key=lambda name: (arms[name].mean, name))
    thin = [name for name in names if arms[name].people < FEWEST_PEOPLE]
    few = sum(arms[name].events for name in names) < FEWEST_EVENTS
    pairs = list(combinations(names, 2))
    corrected = dict(
        zip(pairs, holm([p_value(arms[a], arms[b], is_share=is_share) for a, b in pairs]), strict=True)
    )
    worst = max(p for pair, p in corrected.items() if leader in pair)
    if thin or few:
        return Verdict(leader, "", worst, "Not enough data yet to compare the variants.")
    if worst <= 1 - LEVEL:
        return Verdict(leader, leader, worst, f"“{leader}” wins by {GOALS[goal]}.")
    return Verdict(leader, "", worst, f"“{leader}” leads by {GOALS[goal]}, but that may be chance.")


def holm(values: Sequence[float]) -> list[float]:
    """Corrected p values, in the same order (S. Holm, Scandinavian Journal of Statistics 6, 1979)."""
    corrected = [0.0] * len(values)
    highest = 0.0
    for rank, place in enumerate(sorted(range(len(values)), key=lambda at: values[at])):
        highest = max(highest, min(1.0, (len(values) - rank) * values[place]))
        corrected[place] = highest
    return corrected
