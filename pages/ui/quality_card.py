"""How complete one record is, beside its timeline: the score, and what it lacks."""

import streamlit as st

from crm_core.data import quality
from crm_core.kernel.access import Actor
from crm_core.people.types import AccountDetail, ContactDetail
from pages.ui import words

SHOWN = 4
_KEPT = "customer.quality"


def draw(actor: Actor, record: str, detail: ContactDetail | AccountDetail) -> None:
    """A small card: a bar, and what is missing."""
    # Asked once for each state of the record, not at every click.
    asked = (record, detail.id, detail.version, actor)
    before, found = st.session_state.get(_KEPT, (None, None))
    if before != asked or found is None:
        found = quality.of_record(actor, record, detail.id)
        st.session_state[_KEPT] = (asked, found)
    with st.container(border=True, key="quality-card", gap="small"):
        st.markdown(f"**Complete** :gray[{found.score} of 100]")
        st.progress(found.score / 100)
        if found.lacks:
            further = len(found.lacks) - SHOWN
            lacks = [*found.lacks[:SHOWN], *([f"{further} more"] if further > 0 else [])]
            st.caption(f"Missing: {words.joined(lacks)}.")
