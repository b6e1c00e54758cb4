"""Many deals at once: moved, given away, dated, deleted, and all of it taken back."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from crm_core.kernel.access import SYSTEM
from crm_core.kernel.errors import Conflict, Invalid, NotAllowed, NotFound
from crm_core.kernel.work import begin
from crm_core.people.types import BulkDone
from crm_core.sales import deals, stages
from crm_core.sales.types import DealQuery
from tests.people import Cast
from tests.people.records import activities
from tests.sales.conftest import WHOLE


@pytest.fixture
def four(cast: Cast, stage: dict[str, int]) -> list[int]:
    """Three open deals of Ann and one of Bob, all in New with all fields."""
    assert stage
    owners = (cast.ann, cast.ann, cast.ann, cast.bob)
    return [deals.create(who, {"deal": f"D{number}", **WHOLE}) for number, who in enumerate(owners)]


ACTS: dict[str, Callable[..., BulkDone]] = {
    "move": lambda who, ids, _cast, stage: deals.move_many(who, ids, stage["Proposal"]),
    "assign": lambda who, ids, cast, _stage: deals.assign(who, ids, cast.mia.id),
    "assign to nobody": lambda who, ids, _cast, _stage: deals.assign(who, ids, None),
    "close date": lambda who, ids, _cast, _stage: deals.set_close_date(who, ids, date(2026, 9, 1)),
    "no close date": lambda who, ids, _cast, _stage: deals.set_close_date(who, ids, None),
    "delete": lambda who, ids, _cast, _stage: deals.delete(who, ids),
}


def state(cast: Cast) -> list[tuple[Any, ...]]:
    board = deals.board(cast.olga, DealQuery())
    return [
        (card.id, card.stage, card.status, card.owner_id, card.close_on)
        for column in board.columns
        for card in column.cards
    ]


@pytest.mark.parametrize("act", ACTS)
def test_an_act_on_many_is_taken_back_once(
    cast: Cast, four: list[int], stage: dict[str, int], act: str
) -> None:
    before = state(cast)

    done = ACTS[act](cast.mia, four, cast, stage)

    assert done.count == 4
    assert state(cast) != before
    assert deals.undo(cast.mia, done.undo_token).count == 4
    assert state(cast) == before, "also in the same order"
    assert deals.undo(cast.mia, done.undo_token).count == 0
    with begin(SYSTEM, write=False) as work:
        assert stages.differences(work) == []


def test_cards_that_are_moved_together_keep_their_order(
    cast: Cast, four: list[int], stage: dict[str, int]
) -> None:
    there = deals.create(cast.ann, {"deal": "There", **WHOLE, "stage": "Proposal"})

    deals.move_many(cast.mia, four, stage["Proposal"])

    column = deals.board(cast.olga, DealQuery()).columns[2]
    assert [card.id for card in column.cards] == [*reversed(four), there]
    assert len(activities("deal.moved")) == 4


def test_closed_deals_and_such_that_lack_something_stop_the_move_of_all(
    cast: Cast, four: list[int], stage: dict[str, int]
) -> None:
    bare = deals.create(cast.ann, {"deal": "Bare"})
    deals.win(cast.ann, four[0], version=None)

    with pytest.raises(Conflict, match="Closed deals are not moved: “D0”"):
        deals.move_many(cast.mia, four, stage["Proposal"])
    with pytest.raises(Invalid, match="missing on: “Bare”"):
        deals.move_many(cast.mia, [*four[1:], bare], stage["Proposal"])
    assert deals.board(cast.olga, DealQuery()).columns[2].count == 0


def test_a_list_is_acted_on_without_naming_its_members(
    cast: Cast, four: list[int], stage: dict[str, int]
) -> None:
    assert deals.move_many(cast.ann, DealQuery(text="D"), stage["Qualified"]).count == 3
    assert deals.delete(cast.mia, DealQuery(stage_id=stage["Qualified"])).count == 3
    assert deals.restore(cast.mia, DealQuery(deleted=True)).count == 3
    assert deals.restore(cast.mia, DealQuery(deleted=True)) == BulkDone(0, None)
    assert {row.id for row in deals.search(cast.olga, DealQuery())} == set(four)


def test_a_restore_can_be_taken_back(cast: Cast, four: list[int]) -> None:
    deals.delete(cast.mia, four[:2])

    done = deals.restore(cast.mia, four[:2])

    assert deals.undo(cast.mia, done.undo_token).count == 2
    assert deals.totals(cast.olga, DealQuery())[0] == 2


def test_what_was_changed_since_stays_and_is_named(
    cast: Cast, four: list[int], stage: dict[str, int]
) -> None:
    done = deals.move_many(cast.mia, four, stage["Qualified"])
    deals.move(cast.ann, four[0], stage["New"], version=None)
    deals.win(cast.ann, four[1], version=None)

    undone = deals.undo(cast.mia, done.undo_token)

    assert (undone.count, undone.kept_count, set(undone.kept)) == (2, 2, {"D0", "D1"})


def test_nobody_takes_back_what_somebody_else_did_or_may_not_do(
    cast: Cast, four: list[int], stage: dict[str, int]
) -> None:
    deleted = deals.delete(cast.mia, four[:1])
    moved = deals.move_many(cast.mia, four[1:], stage["Qualified"])

    with pytest.raises(NotFound):
        deals.undo(cast.ann, moved.undo_token)
    with pytest.raises(NotAllowed):
        deals.undo(cast.vera, deleted.undo_token)
    with pytest.raises(NotFound):
        deals.undo(cast.mia, 10**9)
    with pytest.raises(NotAllowed):
        deals.assign(cast.ann, four[1:2], cast.bob.id)
    assert deals.move_many(cast.ann, four[1:], stage["New"]).count == 2, "Bob's is not hers"
