"""Members against comparable customers: what they did more, and how sure one can be. Pure numbers.

Nobody chose by lot who becomes a member: those who buy much join more often. So a member is compared with
customers alike before it joined: first order in the same month, the same class of spending until the month
of joining (each class reaches to twice the one before), and an order in that month or none. Both are
watched over the same months after it. The difference is averaged over members (exact matching, as by S.
Iacus, G. King, G. Porro, “Causal inference without balance checking”, Political Analysis 20, 2012); its
variance counts a customer that serves several comparisons as one person. What is not matched can still
differ: it is a comparison, no experiment.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import inf, sqrt
from statistics import NormalDist
from typing import Final

from crm_core.marketing.lift import FEWEST_EVENTS, FEWEST_PEOPLE

WINDOW: Final = 6
"""So many months after that of joining are compared."""

COHORTS: Final = 12
"""The latest so many months of joining that were watched to their end."""

FEWEST_ALIKE: Final = 2
_Z: Final = NormalDist().inv_cdf(0.975)
Stratum = tuple[int, int, int, bool]


@dataclass(frozen=True)
class Buyer:
    """A customer: in which month it joined (None: never), and (month, orders, revenue) in order of months.

    Months are whole numbers that follow each other; revenue is in minor units.
    """

    contact_id: int
    joined: int | None
    months: tuple[tuple[int, int, int], ...]


@dataclass(frozen=True)
class Estimate:
    """A difference per person between those who have something and those alike, with its interval."""

    people: int
    compared: int
    usual: float
    difference: float
    low: float
    high: float
    enough: bool


@dataclass(frozen=True)
class Matched:
    """Who could be compared: outcomes of members and of others by stratum, each with its person."""

    members: Mapping[Stratum, list[tuple[int, int]]]
    others: Mapping[Stratum, list[tuple[int, int, int]]]
    unmatched: int

    def estimate(self, measure: str) -> Estimate | None:
        """The difference in ``converted`` (bought again, nought or one) or ``revenue``; None without any."""
        place = 0 if measure == "converted" else 1
        people = sum(len(rows) for rows in self.members.values())
        if not people:
            return None
        usual, difference, spread = 0.0, 0.0, 0.0
        parts: dict[int, float] = defaultdict(float)
        means = {}
        for key, rows in self.members.items():
            others = self.others[key]
            means[key] = sum(row[1 + place] for row in others) / len(others)
            usual += len(rows) * means[key] / people
            difference += sum(row[place] - means[key] for row in rows) / people
            weight = len(rows) / people / len(others) * sqrt(len(others) / (len(others) - 1))
            for row in others:
                parts[row[0]] += weight * (row[1 + place] - means[key])
        for key, rows in self.members.items():
            spread += sum((row[place] - means[key] - difference) ** 2 for row in rows)
        error = sqrt(spread / people**2 + sum(part * part for part in parts.values()))
        reach = _Z * error if people > 1 else inf
        enough = self._is_enough(people, len(parts))
        return Estimate(people, len(parts), usual, difference, difference - reach, difference + reach, enough)

    def _is_enough(self, people: int, compared: int) -> bool:
        """At least 100 people on both sides, of each at least 10 who bought again and 10 who did not."""
        if min(people, compared) < FEWEST_PEOPLE:
            return False
        mine = [row[0] for rows in self.members.values() for row in rows]
        theirs = {row[0]: row[1] for key in self.members for row in self.others[key]}
        counts = (sum(mine), len(mine) - sum(mine), sum(theirs.values()), len(theirs) - sum(theirs.values()))
        return min(counts) >= FEWEST_EVENTS


def match(buyers: Sequence[Buyer], present: int) -> Matched:
    """Put members who joined long enough ago beside customers alike who never joined.

    Args:
        present: the running month, which is not over.
    """
    latest = present - WINDOW - 1
    joined = [
        one
        for one in buyers
        if one.joined is not None
        and latest - COHORTS < one.joined <= latest
        and one.months[0][0] < one.joined
    ]
    months = sorted({one.joined for one in joined if one.joined is not None})
    members: dict[Stratum, list[tuple[int, int]]] = defaultdict(list)
    for one in joined:
        members[_stratum(one, one.joined or 0)].append(_outcome(one, one.joined or 0))
    others: dict[Stratum, list[tuple[int, int, int]]] = defaultdict(list)
    for one in buyers:
        if one.joined is None:
            for month in months:
                if one.months[0][0] < month and (key := _stratum(one, month)) in members:
                    others[key].append((one.contact_id, *_outcome(one, month)))
    kept = {key: rows for key, rows in members.items() if len(others[key]) >= FEWEST_ALIKE}
    return Matched(kept, others, len(joined) - sum(len(rows) for rows in kept.values()))


def _stratum(one: Buyer, joined: int) -> Stratum:
    is_buying = any(month == joined for month, _, _ in one.months)
    return one.months[0][0], joined, _spent(one, joined).bit_length(), is_buying


def _outcome(one: Buyer, joined: int) -> tuple[int, int]:
    """Whether somebody bought in the months after one, and for how much."""
    revenue = [value for month, _, value in one.months if joined < month <= joined + WINDOW]
    return int(bool(revenue)), sum(revenue)


def _spent(one: Buyer, before: int) -> int:
    return sum(revenue for month, _, revenue in one.months if month < before)
