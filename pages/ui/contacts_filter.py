"""The filter of the list of contacts: the builder in a dialog, with a sentence and a live count."""

from dataclasses import replace

import streamlit as st

from crm_core.kernel.access import Actor, Permission
from crm_core.marketing import rule_words
from crm_core.people import listing
from crm_core.team import users
from pages.ui import contacts_state, rule_builder, words
from pages.ui.contacts_state import Asked
from pages.ui.fragments import secured
from pages.ui.rule_nodes import draft_of
from pages.ui.session import me

DRAFT = "contacts.draft"
WANTED = "contacts.wanted_rule"


def button(asked: Asked) -> None:
    """Opens the builder with the filter as it is."""
    label = "Filter" if asked.query.rule is None else "Filter on"
    if st.button(label, key="open-filter", icon=":material/filter_alt:"):
        st.session_state[DRAFT] = draft_of(asked.query.rule)
        _open(asked)


def sentence(actor: Actor, asked: Asked) -> None:
    """The filter in words, with the way to be rid of it."""
    if asked.query.rule is None:
        return
    said = rule_words.describe(asked.query.rule, asked.custom, dict(users.choices(actor)))
    with st.container(horizontal=True, vertical_alignment="center", key="filter-sentence"):
        st.markdown(f":material/filter_alt: {words.md(said)}", width="content")
        if st.button("Remove filter", key="remove-filter", type="tertiary", icon=":material/close:"):
            st.session_state[WANTED] = None
            st.rerun()


@st.dialog("Filter contacts", width="large")
def _open(asked: Asked) -> None:
    build(asked)


@secured(Permission.CONTACTS_READ)
def build(asked: Asked) -> None:
    """The builder, drawn anew by itself with every click."""
    actor, root = me(), st.session_state.setdefault(DRAFT, draft_of(None))
    known = rule_builder.known_to(actor, asked.custom)
    rule_builder.draw(root, known)
    rule, problem = rule_builder.checked(root, known)
    st.divider()
    if problem:
        st.caption(f":orange[{words.md(problem)}]")
    elif rule is not None:
        total, is_more = listing.count(actor, replace(asked.query, rule=rule))
        said = rule_words.describe(rule, asked.custom, known.owners)
        number = words.number(total, is_capped=is_more)
        st.markdown(f"**{number} contacts** where {words.md(said)}")
    with st.container(horizontal=True, horizontal_alignment="right"):
        if st.button("Show all", key="clear-filter"):
            st.session_state[WANTED] = None
            st.rerun(scope="app")
        if st.button("Apply", key="apply-filter", type="primary", disabled=rule is None):
            st.session_state[WANTED] = rule
            st.rerun(scope="app")


def take_over() -> None:
    """Put the rule of the builder into the address, at the start of the run that follows it."""
    if WANTED in st.session_state:
        contacts_state.set_rule(st.session_state.pop(WANTED))
