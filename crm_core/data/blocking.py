"""Candidate pairs: records that share a key, so that a million records need not all be compared.

Keys of small bases become weak in large ones: ten thousand Smiths say nothing about any two of them. So the
largest block that is still paired shrinks until all pairs together are ``PAIRS_PER_RECORD`` for each record,
and what stands in larger blocks is divided by one more property, and by another one, until it is small
(dynamic blocking: McNeill, Kardes, Borthwick, QDB 2012). The work grows with the number of records, not with
its square, however often names repeat.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from crm_core.data.comparing import Column
from crm_core.data.linkage import Block, Positions

LARGEST_BLOCK = 40
LARGEST_WEAK = 12
"""A single common word would pair half the base; the people of a firm may share its e-mail or phone."""
PAIRS_PER_RECORD = 5
FEWEST_PAIRS = 300_000
"""What any base can afford."""
ANCHOR_PAIRS = 600_000
DIVISIONS = 2
Mask = NDArray[np.bool_]
_ODD = np.uint64(0x9E3779B97F4A7C15)
_HALF = np.uint64(32)


@dataclass(frozen=True)
class Keys:
    """What records must share to be compared.

    Attributes:
        keys: each a combination of columns.
        weak: those of them that say little even together.
        dividers: columns that divide blocks that are too large.
    """

    keys: tuple[tuple[str, ...], ...]
    weak: frozenset[tuple[str, ...]]
    dividers: tuple[str, ...]

    def largest(self, key: tuple[str, ...]) -> int:
        """How many records may share the key before it says too little."""
        return LARGEST_WEAK if len(key) == 1 or key in self.weak else LARGEST_BLOCK


@dataclass(frozen=True)
class _Grouped:
    """Records in the order of their key: the blocks of at least two begin at ``starts``."""

    fields: frozenset[str]
    largest: int
    places: Positions
    starts: NDArray[np.int64]
    sizes: NDArray[np.int64]

    def pairs_by_size(self) -> NDArray[np.int64]:
        """How many pairs the blocks of each size make."""
        count = np.bincount(np.minimum(self.sizes, LARGEST_BLOCK + 1), minlength=LARGEST_BLOCK + 2)
        size = np.arange(LARGEST_BLOCK + 2)
        return np.where(size <= self.largest, count * (size * (size - 1) // 2), 0)

    def crowd(self, largest: int) -> Positions:
        """The records in blocks that are too large, for this key or for all."""
        chosen = self.sizes > min(largest, self.largest)
        return self.places[_ranges(self.starts[chosen], self.sizes[chosen])]


def block(fields: Sequence[str], columns: Mapping[str, Column], most: int = ANCHOR_PAIRS) -> Block:
    """About ``most`` of the pairs that agree on all of these columns, none empty; small blocks first."""
    grouped = _group(tuple(fields), columns, LARGEST_BLOCK)
    left, right = _pairs(grouped, _affordable([grouped], most), None)
    return Block("+".join(fields), frozenset(fields), left, right)


def candidates(
    keys: Keys, columns: Mapping[str, Column], size: int, fresh: Mask | None = None
) -> tuple[Positions, Positions]:
    """All pairs worth comparing among ``size`` records, each once, the smaller position on the left.

    With ``fresh`` (true for records that are new or changed) only pairs that touch one of those.
    """
    budget = max(FEWEST_PAIRS, PAIRS_PER_RECORD * size)
    groups = [
        _group(key, columns, keys.largest(key))
        for key in keys.keys
        if all(columns[one].is_filled for one in key)
    ]
    most = LARGEST_BLOCK
    found: list[NDArray[np.int64]] = []
    tried = {one.fields for one in groups}
    for _ in range(DIVISIONS + 1):
        most = min(most, _affordable(groups, budget))
        found.extend(_numbered(one, most, size, fresh) for one in groups)
        groups = list(_divided(groups, keys.dividers, columns, most, tried))
    numbers = np.sort(np.concatenate([np.zeros(0, np.int64), *found]))
    # np.unique would hash them, which takes three times as long.
    numbers = numbers[np.r_[True, numbers[1:] != numbers[:-1]]] if len(numbers) else numbers
    return (numbers // size).astype(np.int32), (numbers % size).astype(np.int32)


def _divided(
    groups: Sequence[_Grouped],
    dividers: Sequence[str],
    columns: Mapping[str, Column],
    most: int,
    tried: set[frozenset[str]],
) -> Iterator[_Grouped]:
    """What is too large, divided by each further property; combinations that were tried are left out."""
    for one in groups:
        crowd = one.crowd(most)
        for divider in dividers if len(crowd) else ():
            fields = one.fields | {divider}
            if fields not in tried and columns[divider].is_filled:
                tried.add(fields)
                yield _group(tuple(sorted(fields)), columns, LARGEST_BLOCK, crowd)


def _group(
    fields: tuple[str, ...], columns: Mapping[str, Column], largest: int, among: Positions | None = None
) -> _Grouped:
    codes = [columns[one].codes if among is None else columns[one].codes[among] for one in fields]
    filled = np.flatnonzero(np.logical_and.reduce([code != 0 for code in codes]))
    key = np.zeros(len(filled), np.uint64)
    for code in codes:
        # Two different keys fall together once in 10^19 pairs of them: a wasted comparison, no more.
        key = (key ^ (key >> _HALF) ^ code[filled].astype(np.uint64)) * _ODD
    order = np.argsort(key)
    ordered = key[order]
    places = (filled if among is None else among[filled])[order].astype(np.int32)
    starts = np.flatnonzero(np.r_[True, ordered[1:] != ordered[:-1]]) if len(ordered) else np.zeros(0, int)
    sizes = np.diff(np.r_[starts, len(ordered)])
    return _Grouped(frozenset(fields), largest, places, starts[sizes > 1], sizes[sizes > 1])


def _affordable(groups: Sequence[_Grouped], budget: int) -> int:
    """The largest size of block with which all groups together make no more pairs than this."""
    total = np.cumsum(sum((one.pairs_by_size() for one in groups), np.zeros(LARGEST_BLOCK + 2, np.int64)))
    within = np.flatnonzero(total[: LARGEST_BLOCK + 1] <= budget)
    return max(2, int(within[-1]))


def _numbered(group: _Grouped, most: int, size: int, fresh: Mask | None) -> NDArray[np.int64]:
    left, right = _pairs(group, most, fresh)
    return np.asarray(left.astype(np.int64) * size + right)


def _pairs(group: _Grouped, most: int, fresh: Mask | None) -> tuple[Positions, Positions]:
    left: list[Positions] = []
    right: list[Positions] = []
    for length in range(2, min(most, group.largest) + 1):
        members = group.places[group.starts[group.sizes == length][:, None] + np.arange(length)]
        if fresh is not None:
            members = members[fresh[members].any(axis=1)]
        if len(members):
            a, b = np.triu_indices(length, 1)
            left.append(members[:, a].ravel())
            right.append(members[:, b].ravel())
    if not left:
        return np.zeros(0, np.int32), np.zeros(0, np.int32)
    one, other = np.concatenate(left), np.concatenate(right)
    if fresh is not None:
        touched = fresh[one] | fresh[other]
        one, other = one[touched], other[touched]
    return np.minimum(one, other), np.maximum(one, other)


def _ranges(starts: NDArray[np.int64], sizes: NDArray[np.int64]) -> NDArray[np.int64]:
    """All numbers of ranges that begin at ``starts``, one range after the other."""
    if not len(starts):
        return np.zeros(0, np.int64)
    before = np.cumsum(sizes) - sizes
    result: NDArray[np.int64] = np.arange(sizes.sum()) + np.repeat(starts - before, sizes)
    return result
