"""What must hold whatever people do: history adds up to the present, columns equal their lists."""

import contextlib
from typing import Any

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as some

from crm_core.kernel.errors import CrmError
from crm_core.kernel.work import Work, begin
from crm_core.sales import deals, stages
from crm_core.sales.types import DealQuery
from db.models import Deal
from tests.people import Cast
from tests.sales.conftest import WHOLE

VERBS = ("create", "move", "move", "move", "win", "lose", "reopen", "delete", "restore", "many", "undo")
ACTS = some.lists(
    some.tuples(some.sampled_from(VERBS), some.integers(0, 6), some.integers(0, 3), some.integers(0, 6)),
    min_size=3,
    max_size=15,
)
QUIETLY = settings(
    max_examples=15,
    deadline=None,
    phases=[Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


class TakenBackError(Exception):
    """Ends a story without keeping it."""


class Story:
    """A random life of some deals in one transaction."""

    def __init__(self, work: Work, stage_ids: list[int]) -> None:
        self.work, self.stage_ids = work, stage_ids
        self.ids: list[int] = []
        self.tokens: list[int | None] = []

    def live(self, verb: str, one: int, place: int, other: int) -> None:
        work, stage_id = self.work, self.stage_ids[place]
        if verb == "create":
            amount = {"amount": 100 * other, "currency": ("EUR", "USD")[one % 2], "close_date": "2026-06-30"}
            self.ids.append(deals.create(work, {"deal": "D", "stage_id": stage_id, **amount}))
            return
        chosen, neighbour = self.ids[one % len(self.ids)], self.ids[other % len(self.ids)]
        if verb == "move":
            beside: dict[str, Any] = {("before_id", "behind_id")[one % 2]: neighbour}
            deals.move(work, chosen, stage_id, version=None, **beside)
        elif verb in ("win", "reopen"):
            getattr(deals, verb)(work, chosen, version=None)
        elif verb == "lose":
            deals.lose(work, chosen, "Price", version=None)
        elif verb == "undo" and self.tokens:
            deals.undo(work, self.tokens[one % len(self.tokens)])
        elif verb in ("delete", "restore"):
            self.tokens.append(getattr(deals, verb)(work, [chosen]).undo_token)
        elif verb == "many":
            self.tokens.append(deals.move_many(work, [chosen, neighbour], stage_id).undo_token)

    def check(self) -> None:
        assert stages.differences(self.work) == []
        for row in deals.search(self.work, DealQuery()):
            told = deals.history(self.work, row.id)
            assert (told[-1].stage_id, told[-1].status) == (row.stage_id, row.status)
            assert [stay.from_stage for stay in told] == ["", *(stay.stage for stay in told[:-1])]
            assert (row.closed_at is None) == (row.status == "open")
            assert row.stage_since == [stay.entered_at for stay in told if stay.status == "open"][-1]
        board = deals.board(self.work, DealQuery())
        for column in board.columns:
            listed = deals.search(self.work, DealQuery(stage_id=column.stage.id, status="open"))
            assert column.count == listed.total == len(column.cards)
            summed: dict[str, int] = {}
            for row in listed:
                summed[row.currency] = summed.get(row.currency, 0) + (row.amount or 0)
            assert dict(column.sums) == summed
            assert [(card.rank, card.id) for card in column.cards] == sorted(
                (card.rank, card.id) for card in column.cards
            )


@QUIETLY
@given(acts=ACTS)
def test_history_adds_up_to_the_present_and_columns_to_their_lists(
    cast: Cast, stage: dict[str, int], acts: list[tuple[str, int, int, int]]
) -> None:
    with contextlib.suppress(TakenBackError), begin(cast.olga) as work:
        story = Story(work, list(stage.values()))
        for act in [("create", 1, 0, 1), ("create", 2, 2, 3), *acts]:
            with contextlib.suppress(CrmError):
                story.live(*act)
        story.check()
        raise TakenBackError


@QUIETLY
@given(moves=some.lists(some.tuples(some.integers(0, 4), some.integers(0, 4), some.booleans()), max_size=15))
def test_a_card_stands_where_it_was_dropped_even_when_gaps_run_out(
    cast: Cast, stage: dict[str, int], moves: list[tuple[int, int, bool]]
) -> None:
    with contextlib.suppress(TakenBackError), begin(cast.olga) as work:
        expected = [deals.create(work, {"deal": f"D{n}", **WHOLE}) for n in range(5)][::-1]
        for deal_id in expected:  # as imported: all alike
            work.get(Deal, deal_id).rank = 0
        expected.sort()
        for card, neighbour, above in moves:
            moved, beside = expected[card], expected[neighbour]
            if moved == beside:
                continue
            place: dict[str, Any] = {"before_id" if above else "behind_id": beside}
            deals.move(work, moved, stage["New"], version=None, **place)
            expected.remove(moved)
            expected.insert(expected.index(beside) + (not above), moved)
            assert [card.id for card in deals.board(work, DealQuery()).columns[0].cards] == expected
        raise TakenBackError


def test_moving_around_and_back_tells_every_step(cast: Cast, stage: dict[str, int]) -> None:
    deal_id = deals.create(cast.ann, {"deal": "A", **WHOLE})

    for name in ("Qualified", "Proposal", "Qualified", "New"):
        deals.move(cast.ann, deal_id, stage[name], version=None)
    deals.win(cast.mia, deal_id, version=None)
    deals.reopen(cast.ann, deal_id, version=None)

    told = [(stay.stage, stay.status, stay.by) for stay in deals.history(cast.ann, deal_id)]
    assert told == [
        ("New", "open", "Ann Archer"),
        ("Qualified", "open", "Ann Archer"),
        ("Proposal", "open", "Ann Archer"),
        ("Qualified", "open", "Ann Archer"),
        ("New", "open", "Ann Archer"),
        ("New", "won", "Mia Meyer"),
        ("New", "open", "Ann Archer"),
    ]
