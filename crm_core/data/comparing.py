"""How alike two values of one field are: a small number of levels, from “clearly different” up to “the same”.

Levels are what the model of ``crm_core.data.linkage`` counts. ``MISSING`` says that one side is empty, which
is no evidence either way. Similarity is Jaro–Winkler (Winkler 1990) and edit distance (Damerau–Levenshtein).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import fuzz, process
from rapidfuzz.distance import DamerauLevenshtein, JaroWinkler

MISSING = -1
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

    @classmethod
    def of(cls, values: Sequence[str]) -> "Column":
        """Number the different values of a field; empty ones get 0."""
        numbers: dict[str, int] = {"": 0}
        codes = np.fromiter(
            (numbers.setdefault(value, len(numbers)) for value in values), np.int32, len(values)
        )
        counts = np.bincount(codes, minlength=len(numbers)).astype(np.float64)
        counts[0] = 0.0
        # The two records of a pair say nothing about how common their value is among others.
        others = np.maximum(counts - 2.0, 0.0) + 0.5
        return cls(list(numbers), codes, others / max(100.0, counts.sum()))


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
    first = [column.texts[code] for code in pairs // len(column.texts)]
    second = [column.texts[code] for code in pairs % len(column.texts)]
    result[different] = _JUDGES[kind](first, second)[place]
    return result


def _names(first: list[str], second: list[str]) -> Levels:
    """Three: one slip of the pen or nearly the same. Two: alike or a short form. One: different."""
    likeness = process.cpdist(first, second, scorer=JaroWinkler.similarity, workers=1)
    slips = process.cpdist(first, second, scorer=DamerauLevenshtein.distance, score_cutoff=1, workers=1)
    starts = np.fromiter((_begins(a, b) for a, b in zip(first, second, strict=True)), bool, len(first))
    longest = np.fromiter(
        (max(len(a), len(b)) for a, b in zip(first, second, strict=True)), np.int32, len(first)
    )
    found = np.ones(len(first), np.int8)
    found[(likeness >= 0.8) | starts] = 2
    found[((slips <= 1) & (longest > 3)) | (likeness >= 0.93)] = 3
    return found


def _codes(first: list[str], second: list[str]) -> Levels:
    """For numbers and other codes. Two: one or two slips. One: different."""
    slips = process.cpdist(first, second, scorer=DamerauLevenshtein.distance, score_cutoff=2, workers=1)
    found = np.ones(len(first), np.int8)
    longest = np.fromiter(
        (max(len(a), len(b)) for a, b in zip(first, second, strict=True)), np.int32, len(first)
    )
    found[(slips <= 1) | ((slips == 2) & (longest >= 7))] = 2
    return found


def _emails(first: list[str], second: list[str]) -> Levels:
    """Three: a slip, or the same name at another host. Two: alike. One: different."""
    likeness = process.cpdist(first, second, scorer=JaroWinkler.similarity, workers=1)
    slips = process.cpdist(first, second, scorer=DamerauLevenshtein.distance, score_cutoff=2, workers=1)
    same = np.fromiter((_local(a) == _local(b) for a, b in zip(first, second, strict=True)), bool, len(first))
    found = np.ones(len(first), np.int8)
    found[likeness >= 0.9] = 2
    found[(slips <= 2) | same] = 3
    return found


def _dates(first: list[str], second: list[str]) -> Levels:
    """ISO dates. Three: one digit off, or day and month swapped. Two: two of three parts. One: different."""
    slips = process.cpdist(first, second, scorer=DamerauLevenshtein.distance, score_cutoff=1, workers=1)
    parts = np.fromiter((_parts(a, b) for a, b in zip(first, second, strict=True)), np.int8, len(first))
    found = np.ones(len(first), np.int8)
    found[parts == 2] = 2
    found[(slips <= 1) | (parts == 3)] = 3
    return found


def _phrases(first: list[str], second: list[str]) -> Levels:
    """Streets and names of firms. Three: the same words nearly. Two: mostly. One: different."""
    ordered = process.cpdist(first, second, scorer=JaroWinkler.similarity, workers=1)
    words = process.cpdist(first, second, scorer=fuzz.token_set_ratio, workers=1) / 100.0
    sorted_words = process.cpdist(first, second, scorer=fuzz.token_sort_ratio, workers=1) / 100.0
    found = np.ones(len(first), np.int8)
    found[(ordered >= 0.85) | (words >= 0.85) | (sorted_words >= 0.75)] = 2
    found[(sorted_words >= 0.9) | ((words >= 0.99) & (sorted_words >= 0.7)) | (ordered >= 0.95)] = 3
    return found


def _begins(a: str, b: str) -> bool:
    short, long = sorted((a, b), key=len)
    return len(short) == 1 and long.startswith(short)


def _local(address: str) -> str:
    return address.partition("@")[0]


def _parts(a: str, b: str) -> int:
    left, right = a.split("-"), b.split("-")
    if len(left) != 3 or len(right) != 3:
        return 0
    if left[0] == right[0] and left[1] == right[2] and left[2] == right[1]:
        return 3
    return sum(x == y for x, y in zip(left, right, strict=True))


_JUDGES: dict[str, Callable[[list[str], list[str]], Levels]] = {
    "name": _names,
    "code": _codes,
    "email": _emails,
    "date": _dates,
    "phrase": _phrases,
}
TOP: dict[str, int] = {"name": 4, "code": 3, "email": 4, "date": 4, "phrase": 4}
