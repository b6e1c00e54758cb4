"""Choosing one contact out of any number: type a few letters, pick from what is found."""

import streamlit as st

from crm_core.kernel.access import Actor
from crm_core.kernel.paging import Paging
from crm_core.people import listing
from crm_core.people.listing import ContactRow, Query
from pages.ui import words

SHOWN = 6


def contact(actor: Actor, label: str, *, key: str, now: tuple[int, str] | None = None) -> int | None:
    """The id of the chosen contact, None for none.

    Args:
        actor: who chooses; only people that they may see are found.
        label: what the field is called.
        key: its name on the page.
        now: who is chosen already: id and name.
    """
    state, kept = st.session_state, f"{key}.kept"
    chosen: tuple[int, str] | None = state.setdefault(kept, now)
    if chosen is not None:
        with st.container(horizontal=True, vertical_alignment="bottom"):
            st.text_input(label, chosen[1], disabled=True, key=f"{key}.name-{chosen[0]}")
            st.button("Change", key=f"{key}.change", on_click=state.update, args=({kept: None},))
        return chosen[0]
    text = st.text_input(
        label, key=f"{key}.text", live="250ms", max_chars=200, icon=":material/person_search:",
        placeholder="Type a name, e-mail or company",
    )  # fmt: skip
    if not text.strip():
        return None
    found = listing.search(actor, Query(text=text, paging=Paging(1, SHOWN), zone=str(words.zone())))
    people = {row.id: row for row in found}
    if not people:
        st.caption("Nobody is found. Fewer letters find more.")
        return None
    pick = f"{key}.pick-{hash(text)}"

    def keep() -> None:
        if state.get(pick) is not None:
            state[kept] = (state[pick], people[state[pick]].name)

    st.pills(
        "Found", list(people), format_func=lambda one: _said(people[one]), key=pick, on_change=keep,
        label_visibility="collapsed",
    )  # fmt: skip
    return None


def forget(key: str) -> None:
    """Begin anew: called when the form is opened."""
    st.session_state.pop(f"{key}.kept", None)


def _said(row: ContactRow) -> str:
    return words.md(" · ".join(part for part in (row.name, row.company or row.email) if part))
