"""The numbers of an import, each with the way to its rows."""

from typing import Final

import streamlit as st

from crm_core.data import repairing
from crm_core.data.import_types import ImportDetail
from pages.ui import import_repair, import_rows, import_state, words

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
    "skip": "Rows whose record exists and stays as it is, that stand in the file twice or were left out.",
    "refuse": "Rows that cannot be imported as they are, each with its reason and the way to mend it.",
    "duplicate": "Possible duplicates: new records that look like one that exists.",
}
SKIPS: Final = {
    "skip": "exist already",
    "same": "exist with the same values",
    "repeat": "stand in the file twice",
    "drop": "were left out by hand",
}


def made_with(detail: ImportDetail) -> str:
    """What is made beside the rows (companies, tags …), in words; empty when nothing is."""
    made = {
        name.removesuffix("_created"): count
        for name, count in detail.summary.items()
        if name.endswith("_created") and count
    }
    return words.joined([words.count(count, *_nouns(name)) for name, count in made.items()])


def _nouns(many: str) -> tuple[str, str]:
    one = f"{many[:-3]}y" if many.endswith("ies") else many.removesuffix("s")
    return one.replace("_", " "), many.replace("_", " ")


def draw(detail: ImportDetail, *, is_over: bool) -> None:
    """Five tiles, and the rows of the one that is looked at."""
    shown = import_state.shown_rows()
    with st.container(horizontal=True, gap="small", key="tiles"):
        for outcome, name, before, after in TILES:
            with st.container(border=True, gap=None, width="stretch", key=f"tile-{outcome}"):
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
        shown = _which_skipped(detail, shown)
    if shown == "refuse" and detail.state in repairing.OPEN:
        import_repair.draw(detail)
    elif shown:
        import_rows.draw(detail, shown)


def _which_skipped(detail: ImportDetail, shown: str) -> str:
    """Rows are skipped for different reasons; the first that occurs is shown until another one is chosen."""
    counted = {name: import_rows.count(detail, name) for name in SKIPS}
    present = [name for name, count in counted.items() if count]
    if not present:
        return shown
    return st.segmented_control(
        "Skipped because they", present, default=present[0], required=True, key=f"skips-{detail.id}",
        format_func=lambda name: f"{SKIPS[name]} ({words.number(counted[name])})",
    ) or present[0]  # fmt: skip
