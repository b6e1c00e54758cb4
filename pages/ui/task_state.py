"""What the pages with tasks remember between clicks: the open dialog, and what can be taken back."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

import streamlit as st

from crm_core.activity import task_batches
from crm_core.activity.task_types import ManyDone
from pages.ui import words
from pages.ui.guard import guard
from pages.ui.session import me

_DIALOG = "tasks.dialog"
_UNDO = "tasks.undo"
Verb = Literal["reopen", "put_back", "restore", "delete"]


@dataclass(frozen=True)
class Opened:
    """A dialog: ``add``, ``edit`` or ``finish``, and what it is about."""

    name: str
    task_id: int = 0
    about: tuple[tuple[str, Any], ...] = ()


@dataclass(frozen=True)
class Undo:
    """What was just done: how it is taken back, with what, and the sentence that says so."""

    verb: Verb
    what: tuple[int, ...] | ManyDone
    sentence: str


def open_dialog(name: str, task_id: int = 0, **about: Any) -> None:
    """Show this dialog from the next drawing of the page on."""
    st.session_state[_DIALOG] = Opened(name, task_id, tuple(about.items()))


def dialog() -> Opened | None:
    """The dialog that stands open."""
    found: Opened | None = st.session_state.get(_DIALOG)
    return found


def close_dialog() -> None:
    """No dialog stands open any more."""
    st.session_state.pop(_DIALOG, None)


def offer_undo(undo: Undo) -> None:
    """Let the next drawing of the page offer to take this back."""
    st.session_state[_UNDO] = undo


def undo_bar() -> None:
    """What was just done, with the way back."""
    undo: Undo | None = st.session_state.get(_UNDO)
    if undo is None:
        return
    with st.container(border=True, horizontal=True, vertical_alignment="center", key="task-undo-bar"):
        st.markdown(f":material/check: {words.md(undo.sentence)}", width="stretch")
        if st.button("Undo", key="undo-task", icon=":material/undo:"):
            with guard(done="It is as it was before.", rerun=True):
                _take_back(undo)
                st.session_state.pop(_UNDO, None)
        if st.button("", key="forget-task-undo", icon=":material/close:", type="tertiary", help="Close"):
            st.session_state.pop(_UNDO, None)
            st.rerun()


def _take_back(undo: Undo) -> None:
    if isinstance(undo.what, ManyDone):
        task_batches.put_back(me(), undo.what)
        return
    acts: dict[str, Callable[..., int]] = {
        "reopen": task_batches.reopen,
        "restore": task_batches.restore,
        "delete": task_batches.delete,
    }
    acts[undo.verb](me(), undo.what)
