"""What the page of one customer remembers between clicks: the open dialog, and what can be taken back."""

from dataclasses import dataclass
from typing import Any

import streamlit as st

from crm_core.people.comparison import Comparison

_DIALOG = "customer.dialog"
_UNDO = "customer.undo"


@dataclass
class Dialog:
    """The dialog that stands open on a page.

    ``record`` says whose page: ``contacts-7``. A form keeps here what it was opened with, what is wrong
    with what was typed, and, after a stale save, what both sides changed.
    """

    name: str
    record: str
    opened: Any = None
    message: str = ""
    errors: dict[str, str] | None = None
    typed: dict[str, Any] | None = None
    comparison: Comparison | None = None
    version: int | None = None


@dataclass(frozen=True)
class Undo:
    """Something that was just deleted: ``verb`` brings ``key`` back, ``sentence`` says what happened."""

    record: str
    verb: str
    key: int
    sentence: str


def open_dialog(name: str, record: str, opened: Any = None) -> None:
    """Show this dialog from the next drawing of the page on."""
    st.session_state[_DIALOG] = Dialog(name, record, opened)


def dialog(record: str) -> Dialog | None:
    """The dialog that stands open on this record's page; one of another record is forgotten."""
    found: Dialog | None = st.session_state.get(_DIALOG)
    if found is not None and found.record != record:
        close_dialog()
        return None
    return found


def close_dialog() -> None:
    """No dialog stands open any more."""
    st.session_state.pop(_DIALOG, None)


def offer_undo(undo: Undo) -> None:
    """Let the next drawing of the page offer to take this back."""
    st.session_state[_UNDO] = undo


def undo_of(record: str) -> Undo | None:
    """What can be taken back on this record's page."""
    found: Undo | None = st.session_state.get(_UNDO)
    return found if found is not None and found.record == record else None


def forget_undo() -> None:
    """It was taken back, or is no longer wanted."""
    st.session_state.pop(_UNDO, None)
