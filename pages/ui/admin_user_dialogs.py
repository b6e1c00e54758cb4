"""Admin: the dialogs in which a person is added, changed, or given a one-time password."""

from typing import Any

import streamlit as st

from crm_core.kernel.access import USUAL_REACH, Reach, Role
from crm_core.team import teams, users
from crm_core.team.types import NewUser, TeamRow, UserChanges, UserRow
from pages.ui import words
from pages.ui.dialogs import hand_over
from pages.ui.guard import guard
from pages.ui.session import me

ROLES = {
    Role.ADMIN: "Everything, with users and settings",
    Role.MANAGER: "Leads a team: assigns, deletes, imports, exports",
    Role.SALES: "Works with customers, exports own lists",
    Role.MARKETING: "Imports and shares lists, works with all customers",
    Role.SUPPORT: "Works with all customers, exports nothing",
    Role.VIEWER: "Looks, changes nothing",
}
REACHES = {Reach.OWN: "Own records", Reach.TEAM: "The team’s records and nobody’s", Reach.ALL: "All records"}


@st.dialog("Add a person")
def add() -> None:
    """Ask for a new person; the password that is made is shown once."""
    values = _form(None)
    if values:
        with guard(done=f"{values['name']} is added."):
            added = users.add(me(), NewUser(**values))
            hand_over(
                added.one_time_password,
                f"{values['name']} can sign in as “{values['username']}” with this password, "
                "and chooses an own one at the first sign-in.",
            )


@st.dialog("Edit a person")
def edit(person: UserRow) -> None:
    """Ask what is to change about a person."""
    values = _form(person)
    if values:
        with guard(done=f"{values['name']} is saved.", rerun=True):
            users.change(me(), person.id, UserChanges(**values))


@st.dialog("Reset a password")
def reset_password(person: UserRow) -> None:
    """Ask, then show the new one-time password once."""
    st.write(words.md(f"{person.name} gets a one-time password and is signed out everywhere."))
    if st.button("Make a one-time password", key="confirm-reset", type="primary"):
        with guard():
            hand_over(users.reset_password(me(), person.id), f"Give this password to {person.name}.")


def _form(person: UserRow | None) -> dict[str, Any] | None:
    """The answers once they are sent, else None."""
    known = teams.search(me())
    key = f"user-form-{person.id if person else 'new'}"
    name = st.text_input("Name", person.name if person else "", key=f"{key}.name")
    email = st.text_input("E-mail", person.email if person else "", type="email", key=f"{key}.email")
    username = st.text_input("User name", person.username if person else "", key=f"{key}.username")
    role = st.selectbox(
        "Role", list(Role), index=list(Role).index(Role(person.role) if person else Role.SALES),
        format_func=lambda one: f"{words.sentence(one)}: {ROLES[one]}", key=f"{key}.role",
    )  # fmt: skip
    role = role or Role.SALES
    usual = Reach(person.reach) if person and person.role == role else USUAL_REACH[role]
    reach = st.selectbox(
        "Sees", list(Reach), index=list(Reach).index(usual), format_func=REACHES.__getitem__,
        key=f"{key}.reach.{role}", help="Which contacts, companies and touchpoints this person sees.",
    )  # fmt: skip
    team = _ask_team(known, person, key)
    with st.container(horizontal=True, horizontal_alignment="right"):
        if not st.button("Save" if person else "Add", key=f"{key}.save", type="primary"):
            return None
    return {"name": name, "email": email, "username": username, "role": role, "reach": reach, "team_id": team}


def _ask_team(known: list[TeamRow], person: UserRow | None, key: str) -> int | None:
    names = {0: "No team", **{team.id: team.name for team in known}}
    now = (person.team_id if person else None) or 0
    chosen = st.selectbox(
        "Team", list(names), index=list(names).index(now) if now in names else 0,
        format_func=names.__getitem__, key=f"{key}.team",
    )  # fmt: skip
    return chosen or None
