"""The order of cards in a column: numbers with gaps, so that moving one card changes one row."""

from collections.abc import Iterator
from contextlib import contextmanager

from crm_core.kernel.work import Work
from db.queries import deals as sql

GAP = 1 << 20


def top(work: Work, stage_id: int) -> int:
    """A rank above all cards of a column."""
    with _everyone(work) as everyone:
        lowest = everyone.scalar(sql.lowest_rank(stage_id))
    return 0 if lowest is None else int(lowest) - GAP


def beside(work: Work, stage_id: int, deal_id: int, neighbour_id: int, *, is_above: bool) -> int:
    """A rank right above (or below) another card of a column; at the top when that card is gone.

    Cards of a column without room between them get gaps again, also those that this person may not see.
    """
    with _everyone(work) as everyone:
        for _ in range(2):
            place = everyone.scalar(sql.place_of(neighbour_id, stage_id))
            if place is None:
                return top(everyone, stage_id)
            find = sql.rank_before if is_above else sql.rank_behind
            further = everyone.scalar(find(stage_id, place, neighbour_id, deal_id))
            if further is None:
                return int(place) - GAP if is_above else int(place) + GAP
            if abs(place - further) > 1:
                return int(place + further) // 2
            everyone.run(sql.spread_ranks(stage_id, GAP))
    raise AssertionError("unreachable: there are gaps after they were made")


@contextmanager
def _everyone(work: Work) -> Iterator[Work]:
    """The same transaction, seeing all cards of a column."""
    scope = work.session.info["scope"]
    yield work.as_system()
    work.flush()
    work.session.info["scope"] = scope
