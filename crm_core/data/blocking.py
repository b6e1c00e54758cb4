"""Candidate pairs: records that share a key, so that a million records need not all be compared.

A key that more than ``LARGEST_BLOCK`` records share says little and is skipped; the others of a pair's keys
find it all the same.
"""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from crm_core.data.comparing import Column
from crm_core.data.linkage import Block, Positions

LARGEST_BLOCK = 40


def block(fields: Sequence[str], columns: Mapping[str, Column], largest: int | None = None) -> Block:
    """The pairs that agree on all of these columns, none of them empty."""
    codes = [columns[one].codes for one in fields]
    filled = np.flatnonzero(np.logical_and.reduce([code != 0 for code in codes]))
    key = np.zeros(len(filled), np.int64)
    for one, code in zip(fields, codes, strict=True):
        key = key * len(columns[one].texts) + code[filled]
        if len(fields) > 2:  # three factors may not fit into 64 bits
            key = np.unique(key, return_inverse=True)[1].astype(np.int64)
    left, right = _pairs(key, filled.astype(np.int32), largest or LARGEST_BLOCK)
    return Block("+".join(fields), frozenset(fields), left, right)


def union(blocks: Sequence[Block], size: int) -> tuple[Positions, Positions]:
    """All pairs of all blocks, each once, the smaller position on the left."""
    if not blocks:
        return np.zeros(0, np.int32), np.zeros(0, np.int32)
    keys = np.unique(np.concatenate([one.left.astype(np.int64) * size + one.right for one in blocks]))
    return (keys // size).astype(np.int32), (keys % size).astype(np.int32)


def _pairs(key: NDArray[np.int64], places: Positions, largest: int) -> tuple[Positions, Positions]:
    order = np.argsort(key, kind="stable")
    ordered, places = key[order], places[order]
    starts = (
        np.flatnonzero(np.r_[True, ordered[1:] != ordered[:-1]]) if len(ordered) else np.zeros(0, np.int64)
    )
    sizes = np.diff(np.r_[starts, len(ordered)])
    left: list[Positions] = []
    right: list[Positions] = []
    for length in range(2, largest + 1):
        begin = starts[sizes == length]
        if not len(begin):
            continue
        a, b = np.triu_indices(length, 1)
        left.append(places[(begin[:, None] + a).ravel()])
        right.append(places[(begin[:, None] + b).ravel()])
    if not left:
        return np.zeros(0, np.int32), np.zeros(0, np.int32)
    one, other = np.concatenate(left), np.concatenate(right)
    return np.minimum(one, other), np.maximum(one, other)
