"""Which products go with which: pure numbers, learned from what the same customers bought.

The method is EASE (H. Steck, “Embarrassingly Shallow Autoencoders for Sparse Data”, WWW 2019): one matrix
that predicts each product from all others, with a closed solution. Rows are products a customer has, columns
products that may follow.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import log2
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

PENALTY: Final = 500.0
SLICE: Final = 2_000
KEPT: Final = 50
"""How many neighbours of a product are kept."""

Matrix = NDArray[np.float32]


@dataclass(frozen=True)
class BackTest:
    """How often the product bought last was among the first ten, and how high (NDCG), beside most popular."""

    tried: int
    hit_rate: float
    hit_rate_popular: float
    ndcg: float
    ndcg_popular: float

    @property
    def is_better(self) -> bool:
        """Is it worth more than naming what everybody buys?"""
        return self.hit_rate > self.hit_rate_popular


def together(histories: Sequence[Sequence[int]], items: int) -> Matrix:
    """How many customers bought both, for each pair of products; on the diagonal, how many bought it."""
    counted = np.zeros((items, items), dtype=np.float32)
    for start in range(0, len(histories), SLICE):
        rows = _rows(histories[start : start + SLICE], items)
        counted += rows.T @ rows
    return counted


def weights(counted: Matrix, penalty: float = PENALTY) -> Matrix:
    """How much having the row's product speaks for the column's one; only the strongest of a row are kept.

    The penalty keeps pairs that met by chance from counting for much.
    """
    items = counted.shape[0]
    inverse = np.linalg.inv(counted.astype(np.float64) + penalty * np.eye(items))
    found = (-inverse / np.diag(inverse)).astype(np.float32)
    np.fill_diagonal(found, 0.0)
    if items > KEPT + 1:
        weakest = np.sort(found, axis=1)[:, -KEPT][:, None]
        found[found < weakest] = 0.0
    return found


def back_test(histories: Sequence[Sequence[int]], items: int, penalty: float = PENALTY) -> BackTest:
    """Learn from all but the last product of each customer, then look for that one among all not bought.

    Args:
        histories: for each customer the products, each once, in the order of buying; at least two.
        items: how many products there are; they are numbers from nought.
    """
    known = [history[:-1] for history in histories]
    counted = together(known, items)
    learned, popular = weights(counted, penalty), np.diag(counted)
    totals = np.zeros(4)
    for start in range(0, len(histories), SLICE):
        rows = _rows(known[start : start + SLICE], items)
        last = np.array([history[-1] for history in histories[start : start + SLICE]])
        for place, scores in enumerate((rows @ learned, np.tile(popular, (len(rows), 1)))):
            ranks = _ranks(np.where(rows > 0, -np.inf, scores), last)
            totals[place] += sum(rank < 10 for rank in ranks)
            totals[2 + place] += sum(1 / log2(rank + 2) for rank in ranks if rank < 10)
    hit, hit_popular, ndcg, ndcg_popular = (float(total) / max(1, len(histories)) for total in totals)
    return BackTest(len(histories), hit, hit_popular, ndcg, ndcg_popular)


def _ranks(scores: NDArray[Any], wanted: NDArray[Any]) -> list[int]:
    """From nought; of equal ones all others come first, so that nothing is won by ties."""
    mine = scores[np.arange(len(wanted)), wanted][:, None]
    return [int(rank) for rank in (scores >= mine).sum(axis=1) - 1]


def _rows(histories: Sequence[Sequence[int]], items: int) -> Matrix:
    rows = np.zeros((len(histories), items), dtype=np.float32)
    for place, history in enumerate(histories):
        rows[place, list(history)] = 1.0
    return rows
