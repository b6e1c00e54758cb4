"""How complete one record is, beside its timeline: the score, and what it lacks."""

import streamlit as st

from crm_core.data.quality import RecordQuality
from pages.ui import words

SHOWN = 4


def draw(found: RecordQuality) -> None:
    """A small card; nothing to read where nothing is missing."""
    with st.container(border=True, key="quality-card", gap="small"):
        st.markdown(f"**Complete** :gray[{found.score} of 100]")
        st.progress(found.score / 100)
        if found.lacks:
            further = len(found.lacks) - SHOWN
            lacks = [*found.lacks[:SHOWN], *([f"{further} more"] if further > 0 else [])]
            st.caption(f"Missing: {words.joined(lacks)}.")
