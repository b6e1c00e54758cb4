"""What can be done with a report: keep it, call it something else, copy, share, delete, put it somewhere."""

from collections.abc import Callable
from typing import Final

import streamlit as st

from crm_core.insights import dashboards, saved_reports
from crm_core.insights.report_sharing import MAX_NAME
from crm_core.insights.report_types import EVERYBODY, PRIVATE, TEAM, Definition, ReportCard
from crm_core.kernel.access import Actor, Permission
from pages.ui import navigation, own_report_state, words
from pages.ui.guard import guard
from pages.ui.session import me

SHARING: Final = {PRIVATE: "Only you", TEAM: "Your team", EVERYBODY: "Everybody"}
_REMOVED: Final = "ownreport.removed"


def draw(actor: Actor, card: ReportCard | None, definition: Definition) -> None:
    """The buttons of a report."""
    is_changed = card is not None and card.definition != definition
    if card is not None and card.is_mine and is_changed:
        _save(card, definition)
    if card is not None and is_changed and st.button("Reset", key="reset-report", icon=":material/undo:"):
        own_report_state.begin_with(card.definition)
        st.rerun()
    label = "Save as …" if card else "Save"
    with st.popover(label, icon=":material/save:", type="secondary" if card else "primary"):
        _save_as(definition)
    if card is not None:
        _put_on_dashboard(card)
        if card.is_mine:
            _own(actor, card)


def offer_undo(actor: Actor) -> None:
    """For a moment after something was deleted: the way back."""
    found: tuple[str, Callable[[Actor], None]] | None = st.session_state.get(_REMOVED)
    if found is None:
        return
    name, restore = found
    with st.container(border=True, horizontal=True, vertical_alignment="center", key="undo-removed"):
        st.markdown(f":material/delete: “{words.md(name)}” is deleted.", width="stretch")
        if st.button("Undo", key="undo-remove", icon=":material/undo:"):
            with guard(done=f"“{name}” is back.", rerun=True):
                restore(actor)
                st.session_state.pop(_REMOVED)
        if st.button("Close", key="close-undo", type="tertiary"):
            st.session_state.pop(_REMOVED)
            st.rerun()


def was_removed(name: str, restore: Callable[[Actor], None]) -> None:
    """Remember what was deleted, so that it can be brought back."""
    st.session_state[_REMOVED] = (name, restore)


def go(view: str, **address: str) -> None:
    """Another place among one's own reports, at the next run."""
    for key in ("report", "board", "number", "part"):
        st.query_params.pop(key, None)
    st.query_params["view"] = view
    for key, value in address.items():
        st.query_params[key] = value


def share_field(shared: str, act: Callable[[str], None], key: str) -> None:
    """Who may open it; a change is stored at once."""

    def changed() -> None:
        with guard(done="Who may open it is changed."):
            act(str(st.session_state[key]))

    st.selectbox(
        "Who may open it", list(SHARING), index=list(SHARING).index(shared), format_func=SHARING.__getitem__,
        key=key, on_change=changed, help="Each person sees the numbers that their own rights show.",
    )  # fmt: skip


def _save(card: ReportCard, definition: Definition) -> None:
    if st.button("Save", key="save-report", type="primary", icon=":material/save:"):
        with guard(done=f"“{card.name}” is saved.", rerun=True):
            saved_reports.change(me(), card.id, definition=definition)


def _save_as(definition: Definition) -> None:
    with st.form("save-report-as", border=False, clear_on_submit=True):
        name = st.text_input("Name", key="own-report-name", max_chars=MAX_NAME)
        if st.form_submit_button("Save", type="primary"):
            with guard(done=f"“{name}” is saved.", rerun=True):
                number = saved_reports.save(me(), name, definition)
                go("mine", report=str(number))


def _put_on_dashboard(card: ReportCard) -> None:
    with st.popover("Dashboard", icon=":material/dashboard:"):
        boards = [board for board in dashboards.search(me()) if board.is_mine]
        for board in boards:
            there = any(tile.report_id == card.id for tile in board.tiles)
            label = f"{words.md(board.name)}{' ✓' if there else ''}"
            if st.button(label, key=f"put-{board.id}", disabled=there, width="stretch"):
                with guard(done=f"It is on “{board.name}”.", rerun=True):
                    dashboards.put(me(), board.id, card.id)
        with st.form("new-board", border=False, clear_on_submit=True):
            name = st.text_input("A new dashboard", key="own-board-name", max_chars=MAX_NAME)
            if st.form_submit_button("Make it, with this report"):
                with guard(done=f"“{name}” is made.", rerun=True):
                    number = dashboards.create(me(), name)
                    dashboards.put(me(), number, card.id)
                    go("boards", board=str(number))


def _own(actor: Actor, card: ReportCard) -> None:
    with st.popover("More", icon=":material/more_horiz:"):
        with st.form("rename-report", border=False):
            name = st.text_input("Name", card.name, key=f"rename-{card.id}", max_chars=MAX_NAME)
            if st.form_submit_button("Rename"):
                with guard(done="The name is changed.", rerun=True):
                    saved_reports.change(me(), card.id, name=name)
        if actor.may(Permission.REPORTS_SHARE):
            share_field(
                card.shared, lambda shared: saved_reports.share(me(), card.id, shared), f"share-{card.id}"
            )
        navigation.link("reports", "Mail it regularly", icon=":material/schedule_send:", view="mailing",
                        of=f"report-{card.id}")  # fmt: skip
        if st.button("Duplicate", key="copy-report", icon=":material/content_copy:", width="stretch"):
            with guard(done="The copy is yours to change.", rerun=True):
                go("mine", report=str(saved_reports.duplicate(me(), card.id)))
        if st.button("Delete", key="remove-report", icon=":material/delete:", width="stretch"):
            with guard(rerun=True):
                saved_reports.remove(me(), card.id)
                was_removed(card.name, lambda who: saved_reports.restore(who, card.id))
                go("mine")
