"""The board of a pipeline: open deals by stage, moved by dragging or by keyboard, won or lost at its end."""

from collections.abc import Mapping
from typing import Any

import streamlit as st

from crm_core.kernel.access import Actor, Permission
from crm_core.kernel.errors import CrmError, Invalid
from crm_core.sales import deals, win_probability
from crm_core.sales.types import Board, BoardColumn, Cursor, DealRow, Sums
from pages.ui import deal_dialogs, kanban, navigation, pipeline_cards, words
from pages.ui.guard import flash, guard, show
from pages.ui.kanban import Column
from pages.ui.pipeline_state import Asked
from pages.ui.session import me

WON, LOST = -1, -2
CARDS = 50
_MORE = "pipeline.more"
_REFUSED = "pipeline.refused"
_TURN = "pipeline.turn"


def draw(actor: Actor, asked: Asked) -> bool:
    """The board with what it adds up to; returns whether any deal stands on it."""
    board = deals.board(actor, asked.query, asked.pipeline.id)
    refusal: CrmError | None = st.session_state.pop(_REFUSED, None)
    if refusal is not None:
        show(refusal)
    may_move = actor.may(Permission.DEALS_EDIT)
    st.caption(_summary(board, asked, may_move=may_move))
    held = [_held(actor, asked, column) for column in board.columns]
    chances = win_probability.percents(actor, [row.id for rows, _ in held for row in rows])
    columns = [
        _column(column, rows, left, chances) for column, (rows, left) in zip(board.columns, held, strict=True)
    ]
    if may_move:
        columns += [
            Column(WON, "Won", "", "", (), "Drop here what is won", is_narrow=True),
            Column(LOST, "Lost", "", "", (), "Drop here what is lost", is_narrow=True),
        ]
    kanban.draw(
        columns,
        key=f"board-{asked.pipeline.id}",
        is_movable=may_move,
        moved=_move,
        opened=lambda card: st.session_state.update({"pipeline.open": card}),
        more=_show_more,
        turn=st.session_state.get(_TURN, 0),
    )
    opened = st.session_state.pop("pipeline.open", None)
    if opened is not None:
        navigation.open_page("deal", id=opened)
    deal_dialogs.draw()
    return board.count > 0


def _summary(board: Board, asked: Asked, *, may_move: bool) -> str:
    found = words.count(board.count, "open deal")
    parts = [found, _sums(board.sums)] if board.sums else [found]
    if asked.is_filtered:
        parts.append("filtered")
    if may_move:
        parts.append("drag a card, or pick it up with Space and move it with the arrow keys")
    return words.md(" · ".join(parts))


def _sums(sums: Sums) -> str:
    return " + ".join(words.money(amount, currency) for currency, amount in sums)


def _held(actor: Actor, asked: Asked, column: BoardColumn) -> tuple[list[DealRow], Cursor | None]:
    """The cards of a column as far as they were asked for, and where the next ones begin."""
    cards, left = list(column.cards), column.more
    for _ in range(st.session_state.get(_MORE, {}).get(column.stage.id, 0)):
        if left is None:
            break
        further = deals.more(actor, asked.query, column.stage.id, left, CARDS)
        cards += further
        left = (further[-1].rank, further[-1].id) if len(further) == CARDS else None
    return cards, left


def _column(
    column: BoardColumn, cards: list[DealRow], left: Cursor | None, chances: Mapping[int, int]
) -> Column:
    hidden = column.count - len(cards)
    return Column(
        id=column.stage.id,
        title=column.stage.name,
        count=f"{column.count:,} · {column.stage.probability} %",
        sum=_sums(column.sums),
        cards=tuple(pipeline_cards.card(row, chances.get(row.id)) for row in cards),
        more=f"Show more ({hidden:,} left)" if left is not None and hidden > 0 else "",
    )


def _move(move: kanban.Move) -> None:
    """What follows a drop: saved at once; what a stage still asks for is asked in a dialog."""
    actor, state = me(), st.session_state
    state[_TURN] = state.get(_TURN, 0) + 1
    if move.column == LOST:
        deal_dialogs.ask("lose", move.card, move.version)
        return

    def refused(error: CrmError) -> None:
        if isinstance(error, Invalid) and move.column != WON:
            deal_dialogs.ask("fill", move.card, move.version, stage_id=move.column, said=error.message)
        else:
            state[_REFUSED] = error

    with guard(refused=refused):
        if move.column == WON:
            deals.win(actor, move.card, version=move.version)
            flash("Won. Well done!")
        else:
            deals.move(
                actor,
                move.card,
                move.column,
                version=move.version,
                before_id=move.before,
                behind_id=move.behind,
            )


def _show_more(column: int) -> None:
    shown: dict[int, Any] = st.session_state.setdefault(_MORE, {})
    shown[column] = shown.get(column, 0) + 1
