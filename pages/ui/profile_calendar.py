"""The own calendar feed: a secret address for calendar programs."""

from urllib.parse import urlsplit

import streamlit as st

from crm_core.activity import feeds
from crm_core.kernel.access import Actor
from pages.ui import words
from pages.ui.dialogs import confirm, hand_over, show_handed_over
from pages.ui.guard import guard
from pages.ui.session import me

HINT = (
    "Add this address to your calendar program as a subscription (“from URL”). Whoever has it can read your "
    "appointments, so treat it like a password."
)


def draw(actor: Actor) -> None:
    """How the feed stands, and the ways to make, renew and end it."""
    st.caption("See your tasks, calls and meetings in the calendar of your phone or computer. It only reads.")
    show_handed_over()
    now = feeds.state(actor)
    if now is None:
        if st.button(
            "Make a secret address", key="make-feed", type="primary", icon=":material/calendar_add_on:"
        ):
            _renew()
        return
    read = f":small[:gray[A program read it {words.ago(now.last_read_at)}.]]"
    since = words.when(now.created_at)
    st.markdown(f":material/event_available: Your calendar has a secret address since {since}.  \n{read}")
    with st.container(horizontal=True):
        if st.button("Renew the address", key="renew-feed", icon=":material/autorenew:"):
            consequence = "Programs that use the old one get nothing more until they have the new one."
            confirm("Renew the address?", consequence, "Renew", _renew, done="The address is renewed.")
        if st.button("End the feed", key="end-feed", icon=":material/block:"):
            confirm(
                "End the feed?", "Programs that subscribed to it get nothing more.", "End the feed",
                lambda: feeds.revoke(me()), done="The feed is ended.",
            )  # fmt: skip


def _renew() -> None:
    with guard():
        secret = feeds.renew(me())
        hand_over(f"{_origin()}/calendar/{secret}.ics", HINT)


def _origin() -> str:
    """Where this browser reaches Rapport: programs of the same person will reach it there too."""
    url = st.context.url
    parts = urlsplit(url if isinstance(url, str) else "")
    return f"{parts.scheme}://{parts.netloc}" if parts.netloc else ""
