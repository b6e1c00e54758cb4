"""Buying classes: customers by how lately, how often and for how much they bought, each in fifths of all.

Scores of recency, frequency and monetary value from 1 to 5 as A. M. Hughes describes them in “Strategic
Database Marketing” (1994), and the classes of the package rfm for R. Equal customers always get equal scores.
"""

from collections.abc import Sequence
from itertools import product
from typing import Any, Final, NamedTuple

SCORES: Final = (1, 2, 3, 4, 5)


class Bounds(NamedTuple):
    """A class: the lowest and highest score of recency, and of both frequency and monetary value."""

    name: str
    r: tuple[int, int]
    fm: tuple[int, int]


RULES: Final = (
    Bounds("Champions", (4, 5), (4, 5)),
    Bounds("Loyal Customers", (2, 5), (3, 5)),
    Bounds("Potential Loyalist", (3, 5), (1, 3)),
    Bounds("New Customers", (4, 5), (1, 1)),
    Bounds("Promising", (3, 4), (1, 1)),
    Bounds("Need Attention", (2, 3), (2, 3)),
    Bounds("About To Sleep", (2, 3), (1, 2)),
    Bounds("At Risk", (1, 2), (2, 5)),
    Bounds("Can't Lose Them", (1, 1), (4, 5)),
    Bounds("Lost", (1, 2), (1, 2)),
)
"""The first one that fits counts."""

OTHERS: Final = "Others"
CLASSES: Final = (*(rule.name for rule in RULES), OTHERS)


def class_of(r: int, f: int, m: int) -> str:
    """The class of three scores."""
    for rule in RULES:
        if all(low <= score <= high for score, (low, high) in ((r, rule.r), (f, rule.fm), (m, rule.fm))):
            return rule.name
    return OTHERS


def codes(names: Sequence[str]) -> list[int]:
    """All scores of these classes, as recency * 100 + frequency * 10 + monetary value."""
    return [r * 100 + f * 10 + m for r, f, m in product(SCORES, repeat=3) if class_of(r, f, m) in names]


def score(value: Any, cuts: Sequence[Any]) -> int:
    """From 1 to 5: one more than there are cuts that the value reaches."""
    return 1 + len([cut for cut in cuts if cut <= value])
