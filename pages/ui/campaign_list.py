"""The list of campaigns with their key figures, and the dialog that begins a new one."""

from typing import Any

import pyarrow as pa
import streamlit as st

from crm_core.kernel.access import Actor
from crm_core.kernel.paging import Page, Paging
from crm_core.marketing import campaigns
from crm_core.marketing.campaign_channels import CHANNELS
from crm_core.marketing.campaign_types import STATES, CampaignRow
from pages.ui import contacts_state, navigation, words
from pages.ui.guard import guard
from pages.ui.session import me


def draw(actor: Actor) -> None:
    """Search, state, the table and its pages."""
    with st.container(key="campaign-filters"):
        box, choice = st.columns([4, 2], vertical_alignment="bottom")
    text = box.text_input(
        "Search", key="q", live="250ms", bind="query-params", max_chars=200, icon=":material/search:",
        placeholder="Name of the campaign", label_visibility="collapsed",
        on_change=contacts_state.first_page,
    )  # fmt: skip
    state = choice.selectbox(
        "State", STATES, index=None, format_func=words.sentence, key="state", bind="query-params",
        placeholder="Any state", label_visibility="collapsed", on_change=contacts_state.first_page,
    )  # fmt: skip
    paging = Paging(st.session_state.get("p", 1), contacts_state.page_size(actor))
    page = campaigns.search(actor, text or "", (state,) if state else (), paging)
    if page.items:
        _table(page, contacts_state.row_height(actor))
        st.pagination(contacts_state.last_page(page), key="p", bind="query-params")
        return
    with st.container(border=True, horizontal_alignment="center", key="no-campaigns"):
        if text or state:
            st.markdown("**No campaign matches.** Use fewer words, or another state.", width="content")
        else:
            st.markdown(
                "**No campaigns yet.** Write one, look at who gets it, and send it when you are ready."
            )


@st.dialog("New campaign")
def add() -> None:
    """Ask for a name; the rest is asked step by step, and can be left and continued."""
    name = st.text_input("Name", key="campaign-name", max_chars=200, placeholder="Spring sale")
    channel = st.selectbox(
        "How it reaches people", list(CHANNELS), format_func=lambda one: CHANNELS[one].label,
        key="campaign-channel",
    )  # fmt: skip
    st.caption(
        f"People need {CHANNELS[channel].address}, and must agree to be reached {CHANNELS[channel].by}."
    )
    st.caption("Only your team sees the name. Nothing is sent until somebody who may send says so.")
    if st.button("Begin", key="begin-campaign", type="primary"):
        made: list[int] = []
        with guard():
            made.append(campaigns.create(me(), {"name": name, "channel": channel}))
        for key in made:
            navigation.open_page("campaigns", id=key)


def _table(page: Page[CampaignRow], height: int) -> None:
    cells = {
        "Campaign": [row.name for row in page],
        "By": [CHANNELS[row.channel].label for row in page],
        "State": [words.sentence(row.state) for row in page],
        "Sent": [_figure(row, "sent") for row in page],
        "Waiting": [_figure(row, "pending", "sending") for row in page],
        "Held back": [_figure(row, "held") for row in page],
        "Left out": [_figure(row, "excluded") for row in page],
        "Failed": [_figure(row, "failed", "unclear") for row in page],
        "Unsubscribed": [_figure(row, "unsubscribed") for row in page],
        "When": [words.when(row.started_at or row.scheduled_at) for row in page],
        "Made by": [row.creator or "" for row in page],
    }
    numbers = ("Sent", "Waiting", "Held back", "Left out", "Failed", "Unsubscribed")
    event: Any = st.dataframe(
        pa.table(cells), hide_index=True, key=f"campaigns-{page.paging.number}-{hash(str(page.items))}",
        on_select="rerun", selection_mode="single-cell", row_height=height,
        height=height * (len(page) + 1) + 2,
        column_config={name: st.column_config.Column(alignment="right") for name in numbers},
        alt=f"Campaigns: {', '.join(row.name for row in page.items[:20])}",
    )  # fmt: skip
    for position, _name in event.selection.cells:
        if isinstance(position, int) and 0 <= position < len(page):
            navigation.open_page("campaigns", id=page.items[position].id)


def _figure(row: CampaignRow, *states: str) -> str:
    count = sum(row.figures.get(state, 0) for state in states)
    return words.number(count) if count or row.started_at else ""
