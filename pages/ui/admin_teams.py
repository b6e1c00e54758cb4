"""Admin: teams, whose members with the reach “team” see each other's records."""

import streamlit as st

from crm_core.kernel.access import Actor
from crm_core.team import teams
from crm_core.team.types import TeamRow
from pages.ui import words
from pages.ui.dialogs import confirm
from pages.ui.guard import guard
from pages.ui.session import me


def draw(actor: Actor) -> None:
    """The teams and a field for a new one."""
    st.caption(
        "Who sees “the team’s records” sees what belongs to anybody in the team, and what belongs to nobody."
    )
    with st.form("team.new", clear_on_submit=True, border=False):
        name, add = st.columns([4, 1], vertical_alignment="bottom")
        wanted = name.text_input("New team", key="team.name", placeholder="North, Key accounts, …")
        if add.form_submit_button("Add", icon=":material/add:", type="primary", width="stretch"):
            with guard(done=f"The team “{wanted}” is there.", rerun=True):
                teams.add(actor, wanted or "")
    known = teams.search(actor)
    for team in known:
        _row(team)
    if not known:
        st.info("There are no teams yet. A small company needs none.", icon=":material/groups:")


def _row(team: TeamRow) -> None:
    with st.container(border=True, key=f"team-{team.id}"):
        name, members, more = st.columns([5, 3, 1], vertical_alignment="center")
        name.markdown(f"**{words.md(team.name)}**")
        members.caption(words.count(team.members, "member"))
        choice = more.menu_button(
            "",
            ["Rename", "Remove"],
            key=f"team-acts-{team.id}",
            icon=":material/more_horiz:",
            type="tertiary",
        )
    if choice == "Rename":
        _rename(team)
    elif choice == "Remove":
        confirm(
            f"Remove the team “{team.name}”?",
            "Its members stay, without a team, and see their own records and nobody’s.",
            "Remove", lambda: teams.remove(me(), team.id), done=f"The team “{team.name}” is removed.",
        )  # fmt: skip


@st.dialog("Rename a team")
def _rename(team: TeamRow) -> None:
    name = st.text_input("Name", team.name, key=f"team-name-{team.id}")
    if st.button("Save", key="save-team", type="primary"):
        with guard(done=f"The team is called “{name}” now.", rerun=True):
            teams.rename(me(), team.id, name or "")
