"""Which import is open (the address says it, so that a reload keeps it), and what its state is called."""

from typing import Final, NoReturn

import streamlit as st

from crm_core.data.import_types import ImportDetail
from crm_core.data.repairing import OPEN
from pages.ui import words

KINDS: Final = {"contacts": "Contacts", "accounts": "Companies"}
ONE: Final = {"contacts": ("contact", "contacts"), "accounts": ("company", "companies")}
MOVING: Final = frozenset(("checking", "queued", "running", "undoing"))
# What people read, and the colour of it.
STATES: Final = {
    "draft": ("Not checked yet", "gray", "edit_note"),
    "checking": ("Checking", "blue", "hourglass_top"),
    "checked": ("Ready to import", "blue", "task_alt"),
    "queued": ("Waiting to start", "blue", "hourglass_top"),
    "running": ("Importing", "blue", "hourglass_top"),
    "stopped": ("Stopped", "orange", "pause_circle"),
    "done": ("Imported", "green", "check_circle"),
    "failed": ("Failed", "red", "error"),
    "undoing": ("Undoing", "blue", "hourglass_top"),
    "undone": ("Undone", "gray", "undo"),
}
_NAME: Final = "import"
_SHOWN: Final = "rows"


def opened() -> int | None:
    """The number of the import that the address names."""
    text = st.query_params.get(_NAME, "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 19 else None


def show(import_id: int) -> NoReturn:
    """Open an import."""
    st.query_params.clear()
    st.query_params[_NAME] = str(import_id)
    st.rerun()


def close() -> NoReturn:
    """Go back to all imports."""
    st.query_params.clear()
    st.rerun()


def step(detail: ImportDetail, *, has_begun: bool) -> int:
    """The step of the wizard, from 2 (match) to 4 (import)."""
    if has_begun or detail.state in ("queued", "running", "undoing"):
        return 4
    return 3 if detail.state in ("checking", "checked") else 2


def shown_rows() -> str:
    """Which rows are looked at: an outcome, or nothing."""
    return str(st.query_params.get(_SHOWN, ""))


def show_rows(outcome: str) -> None:
    """Look at rows of this outcome; at none when they are shown already."""
    if shown_rows() == outcome:
        st.query_params.pop(_SHOWN, None)
    else:
        st.query_params[_SHOWN] = outcome


def badge(state: str) -> None:
    """The state as a badge."""
    label, color, icon = STATES[state]
    st.badge(label, icon=f":material/{icon}:", color=color)  # type: ignore[arg-type]


def refused_file(detail: ImportDetail) -> None:
    """The way to the refused rows as a file."""
    refused = detail.counts["rejected"]
    if not refused:
        return
    with st.container(horizontal=True, vertical_alignment="center", key="refused"):
        if detail.state in OPEN and shown_rows() != "refuse":
            label = f"Repair {words.count(refused, 'refused row')}"
            st.button(
                label, key="repair-rows", icon=":material/build:", on_click=show_rows, args=("refuse",)
            )
        st.markdown(
            f":material/download: [Refused rows with reasons (CSV)](/files/imports/{detail.id}/refused.csv)",
            help="Correct them in a spreadsheet and import the file: its columns are known already.",
            width="content",
        )
