"""Admin: the people who can sign in."""

import streamlit as st

from crm_core.kernel.access import Actor, Reach
from crm_core.team import users
from crm_core.team.types import UserRow
from pages.ui import admin_user_dialogs, words
from pages.ui.admin_user_dialogs import REACHES
from pages.ui.dialogs import confirm, show_handed_over
from pages.ui.guard import guard
from pages.ui.session import me

SHOWN_BEFORE_SEARCH = 12


def draw(actor: Actor) -> None:
    """The list of people, with what can be done about each."""
    show_handed_over()
    people = users.search(actor)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        wanted = ""
        if len(people) > SHOWN_BEFORE_SEARCH:
            wanted = (
                st.text_input("Find a person", key="admin.find", icon=":material/search:", live=True) or ""
            )
        if st.button("Add a person", key="add-user", icon=":material/person_add:", type="primary"):
            admin_user_dialogs.add()
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
        admin_user_dialogs.edit(person)
    elif choice == "Reset password":
        admin_user_dialogs.reset_password(person)
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
