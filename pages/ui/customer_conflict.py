"""The three-way dialog: before, theirs and yours, field by field, when two people edited one record."""

from typing import Any

import streamlit as st

from crm_core.people.comparison import Difference
from pages.ui import customer_values, words
from pages.ui.customer_fields import Choices
from pages.ui.customer_state import Dialog, close_dialog

THEIRS, MINE = "theirs", "mine"


def ask(dialog: Dialog, choices: Choices) -> dict[str, Any] | None:
    """Show where both sides disagree; returns what is to be saved, once that is decided."""
    found = dialog.comparison
    if found is None:
        return None
    st.warning(
        "Somebody else saved this record while you were editing it. Nothing is lost: "
        + (
            "choose for each field which value stays."
            if found.clashes
            else "you changed different fields, so both can stay."
        ),
        icon=":material/group:",
    )
    keep_mine = {one.field: _choose(one, choices, dialog) for one in found.clashes}
    _listed("Only they changed, and it stays", found.theirs_only, choices, is_mine=False)
    _listed("Only you changed, and it is saved", found.mine_only, choices, is_mine=True)
    with st.container(horizontal=True, horizontal_alignment="right"):
        if st.button("Keep theirs, drop all of mine", key="drop-mine"):
            close_dialog()
            st.rerun()
        if st.button("Save this", key="save-choice", type="primary", shortcut="Ctrl+Enter"):
            return found.values(keep_mine)
    return None


def _choose(one: Difference, choices: Choices, dialog: Dialog) -> bool:
    """One field that both changed; is mine to be kept?"""
    label = words.md(choices.label(one.field))
    with st.container(border=True):
        st.markdown(f"**{label}**  \n:small[:gray[Before: {_shown(one.field, one.before, choices)}]]")
        texts = {
            MINE: f"Yours: {_shown(one.field, one.mine, choices)}",
            THEIRS: f"Theirs: {_shown(one.field, one.theirs, choices)}",
        }
        chosen = st.radio(
            label, (THEIRS, MINE), index=1, format_func=lambda side: texts[side],
            label_visibility="collapsed", key=f"choose-{dialog.record}-{dialog.version}-{one.field}",
        )  # fmt: skip
    return chosen == MINE


def _listed(title: str, differences: tuple[Difference, ...], choices: Choices, *, is_mine: bool) -> None:
    if differences:
        st.markdown(f"**{title}**")
    for one in differences:
        new = one.mine if is_mine else one.theirs
        before, after = (_shown(one.field, value, choices) for value in (one.before, new))
        st.markdown(f":gray[{words.md(choices.label(one.field))}:] {before} → {after}")


def _shown(field: str, value: Any, choices: Choices) -> str:
    return words.md(customer_values.text_of(field, value, choices.owners))
