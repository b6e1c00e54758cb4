"""What is worth doing next: one list with reasons; do it, put it off, or say no."""

from collections.abc import Callable, Sequence
from datetime import date, timedelta

import streamlit as st

from crm_core.insights import next_action
from crm_core.insights.next_action_types import Suggestion
from crm_core.kernel.access import Actor, Permission
from pages.ui import navigation, unchanged, words
from pages.ui.guard import guard
from pages.ui.session import me
from pages.ui.unchanged import Stand

SHOWN = 5
ICONS = {
    "task": "task_alt", "rotting": "hourglass_bottom", "no_step": "event_busy", "case": "support_agent",
    "mail": "mark_email_unread",
    "reorder": "autorenew", "leaving": "logout", "points": "redeem", "birthday": "cake",
}  # fmt: skip
SAID = {"snoozed": "You see it again in a week.", "refused": "It will not come again."}
WEEK = timedelta(days=7)


def on_home(actor: Actor, stand: Stand) -> None:
    """The first suggestions for today; nothing for those who have none."""
    if actor.id is None or not actor.may(Permission.TASKS_READ):
        return
    found = stand.kept(next_action.today, SHOWN)
    if not found:
        return
    with st.container(border=True, gap="xsmall", key="next-actions"):
        st.markdown(
            "**Worth doing today**", help="Sorted by chance times amount. What you decide is remembered."
        )
        _rows(actor, found, with_name=True)


def of_contact(actor: Actor, contact_id: int, stand: Stand) -> None:
    """The first suggestions about one customer."""
    if actor.id is None or not actor.may(Permission.TASKS_READ):
        return
    found = stand.kept(next_action.of_contact, contact_id)
    if found:
        with st.container(border=True, gap="xsmall", key="next-actions"):
            st.markdown("**Worth doing**")
            _rows(actor, found, with_name=False)


def _rows(actor: Actor, found: Sequence[Suggestion], *, with_name: bool) -> None:
    for one in found:
        with st.container(horizontal=True, vertical_alignment="center", gap="small", key=f"next-{one.cause}"):
            worth = words.md(words.money(one.worth, one.currency))
            mark = "about " if one.is_estimated else ""
            is_named = with_name and one.contact and one.contact not in one.act
            about = f" :gray[{words.md(one.contact)}]" if is_named else ""
            st.markdown(
                f":material/{ICONS[one.kind]}: **{words.md(one.act)}**{about}  \n"
                f":small[{words.md(one.reason)} :gray[Worth {mark}{worth}.]]",
                width="stretch",
            )
            if actor.may(Permission.TASKS_EDIT):
                _acts(one)


def _acts(one: Suggestion) -> None:
    st.button("Do it", key=f"do-{one.cause}", icon=":material/check:", on_click=_decided(one, "done"))
    st.button("Later", key=f"later-{one.cause}", type="tertiary", help="Again in a week.",
              on_click=_decided(one, "snoozed", words.today() + WEEK))  # fmt: skip
    st.button("No", key=f"no-{one.cause}", type="tertiary", help="Do not suggest this again.",
              on_click=_decided(one, "refused"))  # fmt: skip


def _decided(one: Suggestion, decision: str, until: date | None = None) -> Callable[[], None]:
    def decide() -> None:
        with guard(done=SAID.get(decision)):
            next_action.decide(me(), one, decision, until)
            unchanged.forget()
            if decision == "done":
                st.session_state["next.go"] = (one.deal_id, one.contact_id, one.task_id)

    return decide


def follow() -> None:
    """After “Do it”: go where it is done. Called first on pages with suggestions."""
    target = st.session_state.pop("next.go", None)
    if target is None:
        return
    deal_id, contact_id, _task_id = target
    if deal_id is not None:
        navigation.open_page("deal", id=deal_id)
    if contact_id is not None:
        navigation.open_page("customer", id=contact_id)
    navigation.open_page("tasks")
