"""Campaigns: one message to many people, looked at before it goes, and measured against those held back."""

import streamlit as st

from crm_core.kernel.access import Actor, Permission
from pages.ui import address, campaign_list, campaign_page, template_page
from pages.ui.session import require

VIEWS = {"campaigns": "Campaigns", "templates": "Templates"}


def understand_address() -> None:
    """Take choices by their names from links of other pages; the widgets put their words into the address."""
    for key, known in (("show", VIEWS), ("step", campaign_page.STEPS), ("part", campaign_page.PARTS)):
        if st.query_params.get(key) in known:
            st.session_state[key] = st.query_params[key]
            del st.query_params[key]


def header(actor: Actor) -> str:
    """Title, the ways to add, and which list is shown."""
    with st.container(key="list-head"):
        title, acts = st.columns([3, 2], vertical_alignment="bottom")
    title.header("Campaigns", anchor=False)
    shown = st.segmented_control(
        "Show", list(VIEWS), default="campaigns", required=True, format_func=VIEWS.__getitem__, key="show",
        bind="query-params", label_visibility="collapsed",
    )  # fmt: skip
    with acts.container(horizontal=True, horizontal_alignment="right"):
        if actor.may(Permission.CAMPAIGNS_WRITE):
            if shown == "templates":
                template_page.add_button()
            elif st.button("New campaign", key="new-campaign", type="primary", icon=":material/campaign:"):
                campaign_list.add()
    return shown or "campaigns"


asking = require(Permission.CAMPAIGNS_READ)
understand_address()
if number := address.number("id"):
    campaign_page.draw(asking, number)
elif template := address.number("template"):
    template_page.draw(asking, template)
elif header(asking) == "templates":
    template_page.listed(asking)
else:
    campaign_list.draw(asking)
