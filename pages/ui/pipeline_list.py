"""Deals as a table: the same filters as on the board, and acts on many at once."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pandas as pd
import streamlit as st

from crm_core.kernel.access import Actor, Permission
from crm_core.kernel.paging import Page, Paging
from crm_core.sales import deals
from crm_core.sales.types import ChosenDeals, DealRow
from crm_core.team import users
from pages.ui import contacts_state, navigation, words
from pages.ui.dialogs import confirm
from pages.ui.guard import flash, guard
from pages.ui.pipeline_state import Asked
from pages.ui.session import me

UNDO = "deals.undo"
_TITLES = {
    "name": "Deal", "company": "Company", "contact": "Contact", "stage": "Stage", "amount": "Amount",
    "chance": "Chance", "close": "Closes", "days": "Days in stage", "next": "Next step", "owner": "Owner",
}  # fmt: skip


def draw(actor: Actor, asked: Asked) -> bool:
    """One page of deals, with what all of them add up to; returns whether there are any."""
    _undo_bar()
    page = deals.search(actor, asked.query)
    count, sums = deals.totals(actor, asked.query)
    amounts = " + ".join(words.money(amount, currency) for currency, amount in sums)
    st.caption(words.md(" · ".join(filter(None, (words.count(count, "deal"), amounts)))))
    if not page.items:
        return False
    ticked = _table(actor, asked, page)
    if ticked and actor.may(Permission.DEALS_EDIT):
        _bar(actor, asked, page, ticked)
    st.pagination(contacts_state.last_page(page), key="p", bind="query-params")
    return True


def _table(actor: Actor, asked: Asked, page: Page[DealRow]) -> list[int]:
    height = contacts_state.row_height(actor)
    event: Any = st.dataframe(
        pd.DataFrame([_cells(row) for row in page], columns=list(_TITLES)),
        hide_index=True,
        key=f"deals-{st.session_state.get('deals.round', 0)}-{hash(asked.query)}",
        on_select="rerun",
        selection_mode=["multi-row", "single-cell"],
        row_height=height,
        height=height * (len(page) + 1) + 2,
        column_config=dict(_TITLES),
        alt=f"Deals: {', '.join(row.name for row in page.items[:20])}",
    )
    ids = [row.id for row in page]
    for position, _name in event.selection.cells:
        if isinstance(position, int) and 0 <= position < len(ids):
            navigation.open_page("deal", id=ids[position])
    return [ids[at] for at in event.selection.rows if isinstance(at, int) and 0 <= at < len(ids)]


def _cells(row: DealRow) -> list[Any]:
    stage = row.stage if row.status == "open" else words.sentence(row.status)
    step = words.short_day(row.next_step_on) if row.next_step_on else "yes" if row.has_next_step else "none"
    amount = words.money(row.amount, row.currency) if row.amount is not None else ""
    return [
        row.name, row.company, row.contact_name, stage, amount, f"{row.probability} %",
        words.day(row.close_on) if row.close_on else "", row.days_in_stage,
        step if row.status == "open" else "", row.owner_name,
    ]  # fmt: skip


def _bar(actor: Actor, asked: Asked, page: Page[DealRow], ticked: list[int]) -> None:
    """Acts on the ticked deals, or on all that the list would show."""
    chosen: ChosenDeals = ticked
    with st.bottom, st.container(horizontal=True, vertical_alignment="center", key="bulk-bar"):
        is_all = page.total > len(ticked) and st.toggle(f"All {page.total:,} matching", key="deals-all")
        if is_all:
            chosen = replace(asked.query, paging=Paging())
        what = words.count(page.total if is_all else len(ticked), "deal")
        st.markdown(f"**{what}**", width="content")
        with st.popover("Move", icon=":material/arrow_forward:"):
            names = {stage.id: stage.name for stage in asked.pipeline.stages}
            stage_id = st.selectbox("To stage", list(names), format_func=names.__getitem__, key="bulk-stage")
            if st.button("Move", key="bulk-move", type="primary") and stage_id:
                _do(lambda: deals.move_many(me(), chosen, stage_id), "moved")
        with st.popover("Assign", icon=":material/person:"):
            people: dict[int | None, str] = {None: "Nobody", **dict(users.choices(actor))}
            owner = st.selectbox("New owner", list(people), format_func=people.__getitem__, key="bulk-owner")
            if st.button("Assign", key="bulk-assign", type="primary"):
                _do(lambda: deals.assign(me(), chosen, owner), "assigned")
        if actor.may(Permission.DEALS_DELETE) and st.button(
            "Delete", key="bulk-delete", icon=":material/delete:"
        ):
            confirm(
                f"Delete {what}?", "They disappear from board, lists and reports. You can undo this.",
                "Delete",
                lambda: _keep(deals.delete(me(), chosen), "deleted"), done=f"{what} deleted.",
            )  # fmt: skip


def _undo_bar() -> None:
    done: tuple[int, str] | None = st.session_state.get(UNDO)
    if done is None:
        return
    with st.container(border=True, horizontal=True, vertical_alignment="center", key="undo-bar"):
        st.markdown(f":material/check: {words.md(done[1])}", width="stretch")
        if st.button("Undo", key="undo-deals", icon=":material/undo:"):
            with guard():
                back = deals.undo(me(), done[0])
                flash(f"{words.count(back.count, 'deal')} put back.")
                del st.session_state[UNDO]
                st.rerun()
        if st.button("", key="forget-deals", icon=":material/close:", type="tertiary", help="Close"):
            del st.session_state[UNDO]
            st.rerun()


def _do(act: Callable[[], Any], verb: str) -> None:
    with guard():
        _keep(act(), verb)
        st.rerun()


def _keep(done: Any, verb: str) -> None:
    st.session_state["deals.round"] = st.session_state.get("deals.round", 0) + 1
    if done.undo_token is not None:
        st.session_state[UNDO] = (done.undo_token, f"{words.count(done.count, 'deal')} {verb}.")
