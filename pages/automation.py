"""Automation: journeys that contacts go through by themselves, and what came of them."""

import streamlit as st

from crm_core.kernel.access import Actor, Permission
from pages.ui import journey_card, journey_editor, journey_list
from pages.ui.session import require


def header(actor: Actor) -> None:
    """Title, and the way to add."""
    with st.container(key="list-head"):
        title, acts = st.columns([3, 2], vertical_alignment="bottom")
    title.header("Automation", anchor=False)
    with acts.container(horizontal=True, horizontal_alignment="right"):
        if actor.may(Permission.AUTOMATION_WRITE) and st.button(
            "New journey", key="new-journey", type="primary", icon=":material/add:"
        ):
            journey_editor.begin(None)


asking = require(Permission.AUTOMATION_READ)
wanted = st.query_params.get("id", "")
if journey_editor.is_open(wanted) and asking.may(Permission.AUTOMATION_WRITE):
    journey_editor.draw(asking)
elif wanted.isascii() and wanted.isdigit():
    journey_card.draw(asking, int(wanted))
else:
    header(asking)
    journey_list.draw(asking)
