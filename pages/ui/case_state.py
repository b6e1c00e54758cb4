"""What the pages with cases remember between clicks: dialogs, refusals, and the ways back."""

from dataclasses import dataclass
from typing import Any, Final

import streamlit as st

from crm_core.kernel.errors import CrmError
from crm_core.service import case_batches, cases
from crm_core.service.case_types import CaseBefore, ManyCases
from pages.ui import words
from pages.ui.guard import flash, guard, show
from pages.ui.session import me

_DIALOG: Final = "case.dialog"
_UNDO: Final = "case.undo"
_REFUSED: Final = "case.refused"
SEEN: Final = "case.seen"


@dataclass(frozen=True)
class Undo:
    """What was just done, and how it is taken back: cases as they were, or ids that come back or go."""

    what: ManyCases | int
    sentence: str
    is_deleted: bool = False


def open_dialog(name: str, **about: Any) -> None:
    """Show this dialog from the next drawing of the page on."""
    st.session_state[_DIALOG] = (name, about)


def dialog() -> tuple[str, dict[str, Any]] | None:
    """The dialog that stands open, with what it is about."""
    found: tuple[str, dict[str, Any]] | None = st.session_state.get(_DIALOG)
    return found


def close_dialog() -> None:
    """No dialog stands open any more."""
    st.session_state.pop(_DIALOG, None)


def refuse(error: CrmError, place: str = "") -> None:
    """Keep a refusal of an act that ran before the page was drawn, so that it is shown where it belongs."""
    st.session_state[_REFUSED + place] = error


def show_refusal(place: str = "") -> None:
    """The refusal that waits for this place, once."""
    error: CrmError | None = st.session_state.pop(_REFUSED + place, None)
    if error is not None:
        show(error)


def offer_undo(undo: Undo) -> None:
    """Let the next drawing of the page offer to take this back."""
    st.session_state[_UNDO] = undo


def undo_bar() -> bool:
    """What was just done, with the way back. Returns whether a case was just deleted."""
    undo: Undo | None = st.session_state.get(_UNDO)
    if undo is None:
        return False
    with st.container(border=True, horizontal=True, vertical_alignment="center", key="case-undo-bar"):
        st.markdown(f":material/check: {words.md(undo.sentence)}", width="stretch")
        st.button("Undo", key="undo-case", icon=":material/undo:", on_click=_take_back, args=(undo,))
        st.button(
            "", key="forget-case-undo", icon=":material/close:", type="tertiary", help="Close",
            on_click=st.session_state.pop, args=(_UNDO, None),
        )  # fmt: skip
    return undo.is_deleted


def forget_undo() -> None:
    """It belongs to another page, or is no longer wanted."""
    st.session_state.pop(_UNDO, None)


def _take_back(undo: Undo) -> None:
    with guard(refused=refuse):
        if isinstance(undo.what, ManyCases):
            before: tuple[CaseBefore, ...] = undo.what.before
            back = case_batches.put_back(me(), before)
            kept = f" {words.count(back.kept, 'case')} changed since and stay." if back.kept else ""
            flash(f"As it was before.{kept}")
        else:
            cases.restore(me(), undo.what)
            flash("The case is back.")
        st.session_state.pop(_UNDO, None)
