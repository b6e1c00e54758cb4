"""Leads: the queue of those who may become customers, where they come from, and who gets them."""

import streamlit as st

from crm_core.kernel.access import Actor, Permission
from pages.ui import (
    address,
    form_edit,
    form_list,
    lead_assignment,
    lead_dialogs,
    lead_list,
    lead_scoring,
    lead_state,
    navigation,
)
from pages.ui.lead_style import STYLE
from pages.ui.session import require

VIEWS = {"queue": "Queue", "forms": "Forms", "assignment": "Assignment", "scoring": "Scoring"}
MANAGED = ("forms", "assignment")


def header(actor: Actor) -> str:
    """Title, the way to add, and which view is shown."""
    with st.container(key="list-head"):
        title, acts = st.columns([3, 2], vertical_alignment="bottom")
    title.header("Leads", anchor=False)
    manages = actor.may(Permission.LEADS_MANAGE)
    shown = st.segmented_control(
        "Show", [name for name in VIEWS if manages or name not in MANAGED], default=_usual(), required=True,
        format_func=VIEWS.__getitem__, key="show", bind="query-params", label_visibility="collapsed",
    )  # fmt: skip
    with acts.container(horizontal=True, horizontal_alignment="right"):
        if shown == "forms":
            form_list.add_button()
        elif shown == "assignment":
            lead_assignment.add_button()
        elif actor.may(Permission.CONTACTS_EDIT) and st.button(
            "Add lead", key="add-lead", type="primary", icon=":material/person_add:"
        ):
            lead_dialogs.add()
    return shown or "queue"


def _usual() -> str | None:
    return None if "show" in st.session_state else "queue"


def understand_address() -> None:
    """Take the view by its name from links of other pages."""
    if st.query_params.get("show") in VIEWS:
        st.session_state["show"] = st.query_params["show"]
        del st.query_params["show"]
    lead_state.understand_address()


asking = require(Permission.CONTACTS_READ)
st.html(STYLE)
if number := address.number("lead"):
    # A lead had its place on this page once: old links still lead to it.
    navigation.open_page("lead", id=number)
elif (form := address.number("form")) and asking.may(Permission.LEADS_MANAGE):
    form_edit.draw(asking, form)
else:
    understand_address()
    view = header(asking)
    draw = {
        "forms": form_list.draw, "assignment": lead_assignment.draw, "scoring": lead_scoring.draw,
    }.get(view, lead_list.draw)  # fmt: skip
    draw(asking)
