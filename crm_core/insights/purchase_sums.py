"""When each customer bought last, how often and for how much in all: read from kept histories in one pass."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np

from crm_core.commerce.order_history import EPOCH, minute
from crm_core.insights import purchase_histories
from crm_core.insights.purchase_histories import Wholes, begins_of
from crm_core.kernel.work import Work
from db.queries.rfm import MEASURES, Cuts


class Scored(NamedTuple):
    """Customers with the same three scores; revenue in minor units."""

    r: int
    f: int
    m: int
    customers: int
    orders: int
    revenue: int


@dataclass(frozen=True)
class Sums:
    """A place for each customer of one currency: the minute of the last order since 1970-01-01 in UTC, how
    many orders, and what stayed of them after refunds in minor units."""

    last_at: Wholes
    orders: Wholes
    revenue: Wholes

    def __len__(self) -> int:
        return len(self.last_at)

    @cached_property
    def rising(self) -> dict[str, Wholes]:
        """Each measure by itself, the lowest first."""
        return {measure: np.sort(getattr(self, measure)) for measure in MEASURES}

    def neighbours(self, measure: str, place: int) -> list[Any]:
        """The values at this place and the next one, counted from nought, in rising order."""
        found = self.rising[measure][place : place + 2].tolist()
        return [EPOCH + timedelta(minutes=one) for one in found] if measure == "last_at" else found

    def scored(self, cuts: Cuts) -> list[Scored]:
        """How many customers have which scores, by rising scores, and what they bought."""
        ends: dict[str, Sequence[float]] = {**cuts._asdict(), "last_at": [minute(at) for at in cuts.last_at]}
        code = np.zeros(len(self), dtype=np.int64)
        for measure in MEASURES:
            score = np.searchsorted(np.array(ends[measure]), getattr(self, measure), side="right") + 1
            code = code * 10 + score
        in_turn = np.argsort(code, kind="stable")
        starts = begins_of(code[in_turn])
        many = np.diff(np.append(starts, len(self)))
        sums = (np.add.reduceat(one[in_turn], starts) for one in (self.orders, self.revenue))
        told = zip(
            code[in_turn][starts].tolist(), many.tolist(), *(one.tolist() for one in sums), strict=True
        )
        return [Scored(code // 100, code // 10 % 10, code % 10, *rest) for code, *rest in told]


def sums(work: Work, currency: str, before: datetime | None, among: Any = None) -> Sums:
    """What customers bought in a currency, before a moment (a whole minute; None for all) and only these
    contacts (a statement; None for all)."""
    whom, minutes, values = purchase_histories.orders(work, before, currency, among)
    starts = begins_of(whom)
    if not len(starts):
        return Sums(whom, whom, whom)
    many = np.diff(np.append(starts, len(whom)))
    return Sums(np.maximum.reduceat(minutes, starts), many, np.add.reduceat(values, starts))
