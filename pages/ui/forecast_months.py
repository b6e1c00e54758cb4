"""Open deals as cards by month: dragging one, or moving it by keyboard, says when it will close."""

from datetime import date
from typing import Any

import streamlit as st

from crm_core.kernel.access import Actor, Permission
from crm_core.kernel.errors import CrmError
from crm_core.sales import forecast_board
from crm_core.sales.forecast_board import MonthColumn
from crm_core.sales.forecast_types import OVERDUE, PERIOD, UNDATED
from crm_core.sales.types import DealQuery, DealRow
from pages.ui import deal_fields, kanban, navigation, words
from pages.ui.guard import flash, guard, show
from pages.ui.kanban import Card, Column, Mark
from pages.ui.session import me

_NAMES = {OVERDUE: "Overdue", UNDATED: "No date"}
_IDS = {OVERDUE: 1, UNDATED: 2}
_REFUSED, _TURN, _OPEN = "forecast.refused", "forecast.turn", "forecast.open"


def draw(actor: Actor, query: DealQuery) -> None:
    """The board; what is overdue stands first, what has no date last."""
    found = forecast_board.board(actor, query)
    refusal: CrmError | None = st.session_state.pop(_REFUSED, None)
    if refusal is not None:
        show(refusal)
    may_move = actor.may(Permission.DEALS_EDIT)
    if may_move:
        st.caption("Drag a card to another month, or pick it up with Space and move it with the arrow keys: "
                   "the day of the month stays.")  # fmt: skip
    shown = [column for column in found if column.count or column.place.kind != OVERDUE]
    kanban.draw(
        [_column(column) for column in shown],
        key="forecast-board",
        is_movable=may_move,
        moved=_move,
        opened=lambda card: st.session_state.update({_OPEN: card}),
        more=lambda _: None,
        turn=st.session_state.get(_TURN, 0),
    )
    opened = st.session_state.pop(_OPEN, None)
    if opened is not None:
        navigation.open_page("deal", id=opened)


def column_id(kind: str, begin: date | None) -> int:
    """The number of a column on the board: year and month, or a small one beside the months."""
    return begin.year * 100 + begin.month if kind == PERIOD and begin else _IDS[kind]


def _column(column: MonthColumn) -> Column:
    place, hidden = column.place, column.count - len(column.cards)
    title = f"{place.starts_on:%B %Y}" if place.starts_on else _NAMES[place.kind]
    return Column(
        id=column_id(place.kind, place.starts_on),
        title=title,
        count=f"{column.count:,}" + (f" · {hidden:,} not shown" if hidden else ""),
        sum=" + ".join(words.money(amount, currency) for currency, amount in column.sums),
        cards=tuple(map(_card, column.cards)),
    )


def _card(row: DealRow) -> Card:
    amount = words.money(row.amount, row.currency) if row.amount is not None else "No amount"
    due = words.short_day(row.close_on) if row.close_on else ""
    who = " · ".join(name for name in (row.company, row.stage) if name)
    tone = {"commit": "good", "best": "warn"}.get(row.judgement, "plain")
    judged = deal_fields.JUDGEMENTS.get(row.judgement, "").partition(":")[0]
    marks = (Mark(judged, tone),) if row.judgement else ()
    said = [row.name, who, amount, due and f"closes {due}", judged if row.judgement else "", row.owner_name]
    return Card(
        id=row.id, version=row.version, title=row.name, who=who, amount=amount, due=due, owner=row.owner_name,
        label=", ".join(part for part in said if part), marks=marks,
    )  # fmt: skip


def _move(move: kanban.Move) -> None:
    state: Any = st.session_state
    state[_TURN] = state.get(_TURN, 0) + 1
    if move.column == _IDS[OVERDUE]:
        flash("Nothing can be planned for the past. Choose this month or a later one.")
        return
    month = None if move.column == _IDS[UNDATED] else date(move.column // 100, move.column % 100, 1)
    with guard(refused=lambda error: state.update({_REFUSED: error})):
        forecast_board.move(me(), move.card, month, version=move.version)
