"""The list of journeys, and the ready-made ones to begin with."""

import pandas as pd
import streamlit as st

from crm_core.automation import journeys, ready_made
from crm_core.automation.ready_made import READY_MADE, ReadyMade
from crm_core.automation.triggers import TRIGGERS
from crm_core.automation.types import JourneyRow
from crm_core.kernel.access import Actor, Permission
from pages.ui import navigation, words
from pages.ui.guard import flash, guard
from pages.ui.session import me

STATES = {"draft": "Draft", "live": "Live", "paused": "Paused", "archived": "Put away"}
ICONS = {
    "birthday": "cake", "anniversary": "celebration", "follow_up": "redeem", "win_back": "favorite",
    "material": "menu_book", "low_score": "trending_down", "new_lead": "person_raised_hand",
    "points": "loyalty", "quiet": "volume_off",
}  # fmt: skip
ACROSS = 3


def draw(actor: Actor) -> None:
    """All journeys as a table, where a click on one opens it; below, the ready-made ones."""
    with_archived = st.toggle("Also put away", key="automation.archived")
    states = journeys.STATES if with_archived else ("draft", "live", "paused")
    rows = journeys.search(actor, states)
    if rows:
        _table(rows)
    else:
        with st.container(border=True, horizontal_alignment="center", key="no-journeys"):
            st.markdown(_nothing(actor), width="content")
    if actor.may(Permission.AUTOMATION_WRITE):
        _ready_made({row.name for row in rows})


def _nothing(actor: Actor) -> str:
    if actor.may(Permission.AUTOMATION_WRITE):
        return (
            "**Nothing happens by itself yet.** Take a ready-made journey below and make it yours, "
            "or write one. A draft does nothing until you publish it."
        )
    return "**Nothing happens by itself yet.** Marketing writes journeys, managers publish them."


def _table(rows: list[JourneyRow]) -> None:
    picked = st.dataframe(
        pd.DataFrame(
            {
                "Journey": [row.name for row in rows],
                "State": [STATES[row.state] for row in rows],
                "Begins when": [_begins(row) for row in rows],
                "On it": [row.running + row.waiting for row in rows],
                "Through": [row.done for row in rows],
                "Failed": [row.failed for row in rows],
                "Changed": [words.ago(row.updated_at) for row in rows],
            }
        ),
        hide_index=True, on_select="rerun", selection_mode="single-row", key="automation.table",
        row_height=40,
        column_config={
            "Journey": st.column_config.TextColumn(width="medium", pinned=True),
            "State": st.column_config.TextColumn(width="small"),
            **{name: st.column_config.NumberColumn(format="localized", width="small")
               for name in ("On it", "Through", "Failed")},
        },
    )  # fmt: skip
    chosen = picked["selection"]["rows"]
    if chosen:
        navigation.open_page("automation", id=rows[chosen[0]].id)


def _begins(row: JourneyRow) -> str:
    return TRIGGERS[row.trigger].label if row.trigger in TRIGGERS else "not published yet"


def _ready_made(taken: set[str]) -> None:
    left = [one for one in READY_MADE if one.name not in taken]
    if not left:
        return
    st.subheader("Ready to use", anchor=False)
    st.caption("Each comes as a draft, with the texts it needs. Nothing is sent before you publish it.")
    for start in range(0, len(left), ACROSS):
        for place, one in zip(st.columns(ACROSS), left[start : start + ACROSS], strict=False):
            with place:
                _card(one)


def _card(one: ReadyMade) -> None:
    with st.container(border=True, key=f"ready-{one.key}", height="stretch"):
        icon = ICONS.get(one.key, "bolt")
        st.markdown(f":material/{icon}: **{words.md(one.name)}**")
        st.markdown(f":gray[{words.md(one.description)}]")
        if st.button("Use this", key=f"install-{one.key}"):
            with guard():
                number = ready_made.install(me(), one.key)
                flash(f"“{one.name}” is here as a draft.")
                navigation.open_page("automation", id=number)
