"""Segments: whom we mean, how many they are, and how that changes."""

import streamlit as st

from crm_core.kernel.access import Actor, Permission
from pages.ui import segment_card, segment_editor, segment_list
from pages.ui.session import require


def header(actor: Actor) -> None:
    """Title, and the way to add."""
    with st.container(key="list-head"):
        title, acts = st.columns([3, 2], vertical_alignment="bottom")
    title.header("Segments", anchor=False)
    with acts.container(horizontal=True, horizontal_alignment="right"):
        if actor.may(Permission.SEGMENTS_EDIT) and st.button(
            "New segment", key="new-segment", type="primary", icon=":material/group_add:"
        ):
            segment_editor.begin(None)


asking = require(Permission.SEGMENTS_READ)
wanted = st.query_params.get("id", "")
if wanted.isascii() and wanted.isdigit():
    segment_card.draw(asking, int(wanted))
else:
    header(asking)
    segment_list.draw(asking)
