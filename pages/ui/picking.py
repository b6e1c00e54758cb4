"""Choosing one contact or company out of any number: type a few letters, pick from what is found."""

from collections.abc import Callable

import streamlit as st

from crm_core.kernel.access import Actor
from crm_core.kernel.paging import Paging
from crm_core.people import accounts, listing
from crm_core.people.listing import Query
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

    def found(text: str) -> dict[int, str]:
        query = Query(text=text, paging=Paging(1, SHOWN), zone=str(words.zone()))
        return {row.id: _said(row.name, row.company or row.email) for row in listing.search(actor, query)}

    return _one(label, key, now, found, ":material/person_search:", "Type a name, e-mail or company")


def company(actor: Actor, label: str, *, key: str, now: tuple[int, str] | None = None) -> int | None:
    """The id of the chosen company, None for none; see ``contact``."""

    def found(text: str) -> dict[int, str]:
        page = accounts.search(actor, Paging(1, SHOWN), text)
        return {row.id: _said(row.name, row.city or row.industry) for row in page}

    return _one(label, key, now, found, ":material/domain:", "Type a part of the name")


def _one(
    label: str,
    key: str,
    now: tuple[int, str] | None,
    search: Callable[[str], dict[int, str]],
    icon: str,
    placeholder: str,
) -> int | None:
    state, kept = st.session_state, f"{key}.kept"
    chosen: tuple[int, str] | None = state.setdefault(kept, now)
    if chosen is not None:
        with st.container(horizontal=True, vertical_alignment="bottom"):
            st.text_input(label, chosen[1], disabled=True, key=f"{key}.name-{chosen[0]}")
            st.button("Change", key=f"{key}.change", on_click=state.update, args=({kept: None},))
        return chosen[0]
    text = st.text_input(
        label, key=f"{key}.text", live="250ms", max_chars=200, icon=icon, placeholder=placeholder
    )
    if not text.strip():
        return None
    known = search(text)
    if not known:
        st.caption("Nobody is found. Fewer letters find more.")
        return None
    pick = f"{key}.pick-{hash(text)}"

    def keep() -> None:
        if state.get(pick) is not None:
            state[kept] = (state[pick], known[state[pick]].partition(" · ")[0])

    st.pills(
        "Found", list(known), format_func=lambda one: words.md(known[one]), key=pick, on_change=keep,
        label_visibility="collapsed",
    )  # fmt: skip
    return None


def forget(key: str) -> None:
    """Begin anew: called when the form is opened."""
    st.session_state.pop(f"{key}.kept", None)


def _said(*parts: str) -> str:
    return " · ".join(filter(None, parts))
