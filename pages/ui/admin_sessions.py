"""Admin: who is signed in right now, and the way to end it."""

import streamlit as st

from crm_core.kernel.access import Actor
from crm_core.team import users
from crm_core.team.types import OpenSignIn, UserRow
from pages.ui import words
from pages.ui.dialogs import confirm
from pages.ui.session import me


def draw(actor: Actor) -> None:
    """Everybody with an open sign-in."""
    people = [person for person in users.search(actor) if person.is_active and person.last_seen_at]
    found = [(person, users.sign_ins_of(actor, person.id)) for person in people]
    for person, open_ones in found:
        if open_ones:
            _person(person, open_ones)
    if not any(open_ones for _, open_ones in found):
        st.info("Nobody is signed in.", icon=":material/no_accounts:")


def _person(person: UserRow, open_ones: list[OpenSignIn]) -> None:
    with st.container(border=True):
        who, act = st.columns([5, 2], vertical_alignment="center")
        who.markdown(f"**{words.md(person.name)}** :small[:gray[{words.count(len(open_ones), 'browser')}]]")
        if act.button(
            "Sign out everywhere", key=f"sign-out-{person.id}", icon=":material/logout:", width="stretch"
        ):
            confirm(
                f"Sign {person.name} out everywhere?",
                "Every browser in which this account is open has to sign in again.",
                "Sign out", lambda: users.sign_out_user(me(), person.id),
                done=f"{person.name} is signed out everywhere.",
            )  # fmt: skip
        for each in open_ones:
            st.markdown(f":small[{described(each)}]")


def described(sign_in: OpenSignIn) -> str:
    """A browser in words: what it is, where it is, and when it was used; as markdown."""
    place = f" at {words.md(sign_in.address)}" if sign_in.address else ""
    times = f"signed in {words.when(sign_in.created_at)} · used {words.ago(sign_in.last_seen_at)}"
    return f"{words.md(browser_name(sign_in.browser))}{place} :gray[· {times}]"


def browser_name(agent: str) -> str:
    """Browser and system, out of what a browser calls itself."""
    browsers = (
        ("Edg/", "Edge"), ("OPR/", "Opera"), ("Firefox/", "Firefox"), ("Chrome/", "Chrome"),
        ("Safari/", "Safari"),
    )  # fmt: skip
    systems = (
        ("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("Windows", "Windows"),
        ("Mac OS X", "macOS"), ("CrOS", "ChromeOS"), ("Linux", "Linux"),
    )  # fmt: skip
    name = next((name for mark, name in browsers if mark in agent), "A browser")
    system = next((name for mark, name in systems if mark in agent), "")
    return f"{name} on {system}" if system else name
