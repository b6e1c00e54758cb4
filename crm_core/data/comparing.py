"""How alike two values of one field are: a small number of levels, from “clearly different” up to “the same”.

Levels are what the model of ``crm_core.data.linkage`` counts. ``MISSING`` says that one side is empty, which
is no evidence either way. Similarity is Jaro–Winkler (Winkler 1990) and edit distance (Damerau–Levenshtein).
"""

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import count
from typing import Any

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import fuzz, process
from rapidfuzz.distance import DamerauLevenshtein, JaroWinkler, Levenshtein

MISSING = -1
CORES = os.cpu_count() or 1
Codes = NDArray[np.int32]
Levels = NDArray[np.int8]


@dataclass(frozen=True)
class Column:
    """The values of one field: each different text once, and for every record which one it has.

    ``codes`` is 0 for empty; ``share`` is how common each different text is among other filled records.
    """

    texts: list[str]
    codes: Codes
    share: NDArray[np.float64]

    @property
    def is_filled(self) -> bool:
        """Does any record say something here?"""
        return len(self.texts) > 1

    @classmethod
    def of(cls, values: Sequence[str]) -> "Column":
        """Number the different values of a field; empty ones get 0."""
        numbers = dict(zip(dict.fromkeys(("", *values)), count(), strict=False))
        codes = np.fromiter(map(numbers.__getitem__, values), np.int32, len(values))
        return cls._counted(list(numbers), codes)

    def derived(self, read_off: Callable[[str], str]) -> "Column":
        """What can be read off each value, such as the year of a date."""
        short = Column.of([read_off(text) for text in self.texts])
        return self._counted(short.texts, short.codes[self.codes])

    @cached_property
    def lengths(self) -> Codes:
        """The length of each different text."""
        return np.fromiter(map(len, self.texts), np.int32, len(self.texts))

    @cached_property
    def letters(self) -> NDArray[np.object_]:
        """The texts, for picking many at once."""
        return np.array(self.texts, object)

    @cached_property
    def locals(self) -> Codes:
        """For each different e-mail address the number of its part before the @."""
        return Column.of([text.partition("@")[0] for text in self.texts]).codes

    @classmethod
    def _counted(cls, texts: list[str], codes: Codes) -> "Column":
        counts = np.bincount(codes, minlength=len(texts)).astype(np.float64)
        counts[0] = 0.0
        # The two records of a pair say nothing about how common their value is among others.
        others = np.maximum(counts - 2.0, 0.0) + 0.5
        return cls(texts, codes, others / max(100.0, counts.sum()))


def levels(kind: str, column: Column, left: Codes, right: Codes) -> Levels:
    """The level of each pair of values (given as codes) of a field of this kind."""
    result = np.full(len(left), TOP[kind], np.int8)
    result[(left == 0) | (right == 0)] = MISSING
    different = np.flatnonzero((left != right) & (left != 0) & (right != 0))
    if not len(different):
        return result
    low = np.minimum(left[different], right[different]).astype(np.int64)
    high = np.maximum(left[different], right[different]).astype(np.int64)
    pairs, place = np.unique(low * len(column.texts) + high, return_inverse=True)
    result[different] = _JUDGES[kind](_Sides(column, pairs // len(column.texts), pairs % len(column.texts)))[
        place
    ]
    return result


@dataclass(frozen=True)
class _Sides:
    """Different values of one column, pair by pair."""

    column: Column
    left: NDArray[np.int64]
    right: NDArray[np.int64]

    def score(self, scorer: Callable[..., Any], **options: Any) -> NDArray[Any]:
        """Compare the two texts of each pair, on all cores."""
        first, second = (self.column.letters[side] for side in (self.left, self.right))
        found: NDArray[Any] = process.cpdist(first, second, scorer=scorer, workers=CORES, **options)
        return found

    def slips(self, most: int, among: NDArray[np.bool_] | None = None) -> NDArray[np.int64]:
        """Slips of the pen (letters that are wrong, missing, too many or swapped), up to ``most`` of them.

        Counting swaps is slow, so it is done where the quicker count without them allows for a few:
        a swap is two slips there. ``among`` says where it matters at all.
        """
        result = np.full(len(self.left), most + 1, np.int64)
        places = np.arange(len(self.left)) if among is None else np.flatnonzero(among)
        quick = self._at(places).score(Levenshtein.distance, score_cutoff=2 * most)
        places = places[quick <= 2 * most]
        exact = self._at(places).score(DamerauLevenshtein.distance, score_cutoff=most)
        result[places] = exact
        return result

    def _at(self, places: NDArray[np.int64]) -> "_Sides":
        return _Sides(self.column, self.left[places], self.right[places])

    @property
    def longest(self) -> Codes:
        """The length of the longer text of each pair."""
        lengths = self.column.lengths
        return np.maximum(lengths[self.left], lengths[self.right])


def _names(sides: _Sides) -> Levels:
    """Three: one slip of the pen or nearly the same. Two: alike or a short form. One: different."""
    likeness = sides.score(JaroWinkler.similarity)
    alike = likeness >= 0.8  # one slip among four letters or more leaves so much
    letters, column = sides.column.letters, sides.column
    shorter = np.minimum(column.lengths[sides.left], column.lengths[sides.right]) == 1
    starts = np.zeros(len(likeness), bool)
    for place in np.flatnonzero(shorter):
        starts[place] = letters[sides.left[place]][0] == letters[sides.right[place]][0]
    found = np.ones(len(likeness), np.int8)
    found[alike | starts] = 2
    found[((sides.slips(1, alike) <= 1) & (sides.longest > 3)) | (likeness >= 0.93)] = 3
    return found


def _codes(sides: _Sides) -> Levels:
    """For numbers and other codes. Two: one or two slips. One: different."""
    slips = sides.slips(2)
    found = np.ones(len(slips), np.int8)
    found[(slips <= 1) | ((slips == 2) & (sides.longest >= 7))] = 2
    return found


def _emails(sides: _Sides) -> Levels:
    """Three: a slip, or the same name at another host. Two: alike. One: different."""
    likeness = sides.score(JaroWinkler.similarity)
    same = sides.column.locals[sides.left] == sides.column.locals[sides.right]
    found = np.ones(len(likeness), np.int8)
    found[likeness >= 0.9] = 2
    found[(sides.slips(2) <= 2) | same] = 3
    return found


def _dates(sides: _Sides) -> Levels:
    """ISO dates. Three: one digit off, or day and month swapped. Two: two of three parts. One: different."""
    letters = sides.column.letters
    first, second = letters[sides.left], letters[sides.right]
    parts = np.fromiter((_parts(a, b) for a, b in zip(first, second, strict=True)), np.int8, len(first))
    found = np.ones(len(first), np.int8)
    found[parts == 2] = 2
    found[(sides.slips(1) <= 1) | (parts == 3)] = 3
    return found


def _phrases(sides: _Sides) -> Levels:
    """Streets and names of firms. Three: the same words nearly. Two: mostly. One: different."""
    ordered = sides.score(JaroWinkler.similarity)
    words = sides.score(fuzz.token_set_ratio) / 100.0
    sorted_words = sides.score(fuzz.token_sort_ratio) / 100.0
    found = np.ones(len(ordered), np.int8)
    found[(ordered >= 0.85) | (words >= 0.85) | (sorted_words >= 0.75)] = 2
    found[(sorted_words >= 0.9) | ((words >= 0.99) & (sorted_words >= 0.7)) | (ordered >= 0.95)] = 3
    return found


def _parts(a: str, b: str) -> int:
    left, right = a.split("-"), b.split("-")
    if len(left) != 3 or len(right) != 3:
        return 0
    if left[0] == right[0] and left[1] == right[2] and left[2] == right[1]:
        return 3
    return sum(x == y for x, y in zip(left, right, strict=True))


_JUDGES: dict[str, Callable[[_Sides], Levels]] = {
    "name": _names,
    "code": _codes,
    "email": _emails,
    "date": _dates,
    "phrase": _phrases,
}
TOP: dict[str, int] = {"name": 4, "code": 3, "email": 4, "date": 4, "phrase": 4}
