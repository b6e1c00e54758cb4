"""The numbers of an import, each with the way to its rows."""

from typing import Final

import streamlit as st

from crm_core.data.import_types import ImportDetail
from pages.ui import import_rows, import_state, words

# Outcome, which number, what it is called before and after, and when it deserves a colour.
TILES: Final = (
    ("create", "created", "New", "New"),
    ("update", "updated", "Update", "Updated"),
    ("skip", "skipped", "Skip", "Skipped"),
    ("refuse", "rejected", "Refuse", "Refused"),
    ("duplicate", "possible_duplicates", "Duplicates?", "Duplicates?"),
)
HELP: Final = {
    "create": "Rows that become new records.",
    "update": "Rows that change a record that exists.",
    "skip": "Rows whose record exists and stays as it is, or that stand in the file twice.",
    "refuse": "Rows that cannot be imported, each with its reason.",
    "duplicate": "Possible duplicates: new records that look like one that exists.",
}
SKIPS: Final = {
    "skip": "exist already",
    "same": "exist with the same values",
    "repeat": "stand in the file twice",
}


def draw(detail: ImportDetail, *, is_over: bool) -> None:
    """Five tiles, and the rows of the one that is looked at."""
    shown = import_state.shown_rows()
    with st.container(horizontal=True, gap="small", key="tiles"):
        for outcome, name, before, after in TILES:
            with st.container(border=True, gap=None, width=175, key=f"tile-{outcome}"):
                st.metric(after if is_over else before, words.number(detail.counts[name]), help=HELP[outcome])
                is_shown = shown == outcome or (outcome == "skip" and shown in SKIPS)
                st.button(
                    "Hide rows" if is_shown else "See rows", key=f"rows-{outcome}", type="tertiary",
                    icon=":material/expand_less:" if is_shown else ":material/expand_more:",
                    disabled=not detail.counts[name], on_click=import_state.show_rows, args=(outcome,),
                )  # fmt: skip
    warnings = detail.counts["warnings"]
    if warnings:
        with st.container(horizontal=True, vertical_alignment="center"):
            noun = "value was left out or changed" if warnings == 1 else "values were left out or changed"
            st.markdown(f":orange[:material/warning:] {words.number(warnings)} {noun}.", width="content")
            st.button(
                "See rows",
                key="rows-warning",
                type="tertiary",
                on_click=import_state.show_rows,
                args=("warning",),
            )
    if shown in SKIPS:
        _which_skipped(shown)
    if shown:
        import_rows.draw(detail, shown)


def _which_skipped(shown: str) -> None:
    chosen = st.segmented_control(
        "Skipped because they", list(SKIPS), default=shown, required=True, key=f"skips-{shown}",
        format_func=SKIPS.__getitem__,
    )  # fmt: skip
    if chosen and chosen != shown:
        import_state.show_rows(chosen)
        st.rerun()
