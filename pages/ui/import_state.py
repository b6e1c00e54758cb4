"""Which import is open (the address says it, so that a reload keeps it), and what its state is called."""

from collections.abc import Mapping, Sequence
from typing import Final, NoReturn

import streamlit as st

from crm_core.data.entities import ENTITIES
from crm_core.data.import_types import ImportDetail
from crm_core.data.kinds import NOUNS
from crm_core.data.repairing import OPEN
from pages.ui import words

ONE: Final = NOUNS
KINDS: Final = {kind: words.sentence(NOUNS[kind][1]) for kind in sorted(ENTITIES, key=list(NOUNS).index)}
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
_QUEUE: Final = "queue"
_MOST: Final = 50


def opened() -> int | None:
    """The number of the import that the address names."""
    return _number(st.query_params.get(_NAME, ""))


def queue() -> list[int]:
    """The imports that were brought in together, as the address names them."""
    found = (_number(text) for text in st.query_params.get(_QUEUE, "").split("-")[:_MOST])
    return [number for number in found if number is not None]


def show(import_id: int, queue: Sequence[int] = ()) -> NoReturn:
    """Open an import; ``queue`` is what one comes back to."""
    st.query_params.clear()
    st.query_params[_NAME] = str(import_id)
    if queue:
        st.query_params[_QUEUE] = _joined(queue)
    st.rerun()


def set_queue(import_ids: Sequence[int]) -> None:
    """Have the address name these imports, in this order."""
    st.query_params.clear()
    st.query_params[_QUEUE] = _joined(import_ids)


def show_queue(import_ids: Sequence[int]) -> NoReturn:
    """Look at several imports, in this order."""
    set_queue(import_ids)
    st.rerun()


def numbers(counts: Mapping[str, int]) -> str:
    """What the rows of an import came to, in a few words; empty when nothing happened to any."""
    told = (("created", "new"), ("updated", "updated"), ("skipped", "skipped"), ("rejected", "refused"))
    return " · ".join(f"{words.number(counts[name])} {word}" for name, word in told if counts[name])


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 19 else None


def _joined(import_ids: Sequence[int]) -> str:
    return "-".join(map(str, import_ids))


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
            st.button(label, key="repair-rows", icon=":material/build:", on_click=show_rows, args=("refuse",))
        st.markdown(
            f":material/download: [Refused rows with reasons (CSV)](/files/imports/{detail.id}/refused.csv)",
            help="Correct them in a spreadsheet and import the file: its columns are known already.",
            width="content",
        )
