"""Admin: the people who can sign in."""

from typing import Any

import streamlit as st

from crm_core.kernel.access import USUAL_REACH, Actor, Reach, Role
from crm_core.team import teams, users
from crm_core.team.types import NewUser, TeamRow, UserChanges, UserRow
from pages.ui import words
from pages.ui.dialogs import confirm, show_once
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
SHOWN_BEFORE_SEARCH = 12


def draw(actor: Actor) -> None:
    """The list of people, with what can be done about each."""
    people = users.search(actor)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        wanted = ""
        if len(people) > SHOWN_BEFORE_SEARCH:
            wanted = (
                st.text_input("Find a person", key="admin.find", icon=":material/search:", live=True) or ""
            )
        if st.button("Add a person", key="add-user", icon=":material/person_add:", type="primary"):
            _add()
    shown = [
        person
        for person in people
        if wanted.lower() in f"{person.name} {person.username} {person.email}".lower()
    ]
    for person in shown:
        _row(person, is_me=person.id == actor.id)
    if not shown:
        st.caption("Nobody of that name.")


def _row(person: UserRow, *, is_me: bool) -> None:
    with st.container(border=True, key=f"user-{person.id}"):
        who, role, seen, more = st.columns([4, 3, 3, 1], vertical_alignment="center")
        reached = words.md(" · ".join(filter(None, (person.username, person.email))))
        who.markdown(f"**{words.md(person.name)}**  \n:small[:gray[{reached}]]")
        reach = REACHES[Reach(person.reach)].lower()
        team = f" · {words.md(person.team)}" if person.team else ""
        role.markdown(f"{words.sentence(person.role)}{team}  \n:small[:gray[sees {reach}]]")
        with seen:
            _state(person)
        choice = more.menu_button(
            "", _acts(person, is_me=is_me), key=f"acts-{person.id}", icon=":material/more_horiz:",
            type="tertiary", help=f"What to do about {words.md(person.name)}",
        )  # fmt: skip
        if choice:
            _start(choice, person)


def _state(person: UserRow) -> None:
    if person.is_sample:
        st.badge("Sample", icon=":material/science:", color="violet")
    elif not person.is_active:
        st.badge("Disabled", icon=":material/block:", color="gray")
    elif person.must_change_password:
        st.badge("Has a one-time password", icon=":material/key:", color="orange")
    st.caption(f"Last seen: {words.ago(person.last_seen_at)}")


def _acts(person: UserRow, *, is_me: bool) -> list[str]:
    acts = ["Edit", "Reset password", "Sign out everywhere"]
    return acts if is_me else [*acts, "Disable" if person.is_active else "Enable"]


def _start(choice: str, person: UserRow) -> None:
    if choice == "Edit":
        _edit(person)
    elif choice == "Reset password":
        _reset(person)
    elif choice == "Enable":
        with guard(done=f"{person.name} can sign in again.", rerun=True):
            users.enable(me(), person.id)
    elif choice == "Disable":
        confirm(
            f"Disable {person.name}?",
            f"{person.name} is signed out everywhere at once and cannot sign in any more. "
            "Records stay as they are, and you can enable the account again at any time.",
            "Disable", lambda: users.disable(me(), person.id), done=f"{person.name} is disabled.",
        )  # fmt: skip
    else:
        confirm(
            f"Sign {person.name} out everywhere?",
            "Every browser in which this account is open has to sign in again.",
            "Sign out", lambda: users.sign_out_user(me(), person.id),
            done=f"{person.name} is signed out everywhere.",
        )  # fmt: skip


@st.dialog("Add a person", on_dismiss="rerun")
def _add() -> None:
    place = st.empty()
    with place.container():
        values = _form(None)
    if values:
        with guard():
            added = users.add(me(), NewUser(**values))
            with place.container():
                show_once(
                    added.one_time_password,
                    f"{values['name']} can sign in as “{values['username']}” with this password, "
                    "and chooses an own one at the first sign-in.",
                )


@st.dialog("Edit a person")
def _edit(person: UserRow) -> None:
    values = _form(person)
    if values:
        with guard(done=f"{values['name']} is saved.", rerun=True):
            users.change(me(), person.id, UserChanges(**values))


@st.dialog("Reset a password", on_dismiss="rerun")
def _reset(person: UserRow) -> None:
    place = st.empty()
    with place.container():
        st.write(words.md(f"{person.name} gets a one-time password and is signed out everywhere."))
        pressed = st.button("Make a one-time password", key="confirm-reset", type="primary")
    if pressed:
        with guard():
            password = users.reset_password(me(), person.id)
            with place.container():
                show_once(password, f"Give this password to {person.name}.")


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
    names: dict[int | None, str] = {None: "No team", **{team.id: team.name for team in known}}
    now = person.team_id if person else None
    chosen = st.selectbox(
        "Team", list(names), index=list(names).index(now) if now in names else 0,
        format_func=names.__getitem__, key=f"{key}.team",
    )  # fmt: skip
    return chosen if isinstance(chosen, int) else None
