"""What a newcomer does first; ticked off by what is really there, and gone when all is done."""

import streamlit as st

from crm_core.insights.kpis import HomeNumbers
from crm_core.kernel.access import Actor, Permission
from pages.ui import liking, navigation
from pages.ui.session import me

Step = tuple[str, bool, str, dict[str, str | int]]


def steps(actor: Actor, now: HomeNumbers) -> list[Step]:
    """The steps that this person can take: words, whether it is done, the page for it and its query."""
    found: list[Step] = [("Your account is made", True, "", {})]
    if actor.may(Permission.IMPORTS_RUN):
        found.append(("Import your contacts, or add the first one", now.has_contacts, "imports", {}))
    elif actor.may(Permission.CONTACTS_EDIT):
        found.append(("Add your first contact", now.has_contacts, "contacts", {"new": 1}))
    if actor.may(Permission.INTERACTIONS_EDIT):
        found.append(("Write a note about a customer", now.has_interactions, "contacts", {}))
    if actor.may(Permission.USERS_MANAGE):
        found.append(("Invite a colleague", now.has_colleagues, "admin", {"part": "Users"}))
    return found


def draw(actor: Actor, now: HomeNumbers) -> None:
    """The card; nothing when every step is done."""
    known = steps(actor, now)
    done = sum(is_done for _, is_done, _, _ in known)
    if done == len(known) or liking.of(actor).hides_first_steps:
        return
    with st.container(border=True, key="first-steps", gap="xsmall"):
        with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
            st.markdown(f"**First steps** :gray[{done} of {len(known)} done]")
            st.button(
                "Hide", key="hide-first-steps", type="tertiary", icon=":material/close:", on_click=_hide
            )
        for words, is_done, page, query in known:
            if is_done:
                st.markdown(f":green[:material/check_circle:] :gray[{words}]")
            else:
                navigation.link(page, words, icon=":material/radio_button_unchecked:", **query)


def _hide() -> None:
    liking.change(me(), hides_first_steps=True)
