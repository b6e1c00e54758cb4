"""Hands a sign-in over to the browser: Streamlit sets no cookies, so the page asks a route of ours to."""

from hashlib import sha256
from secrets import token_hex

import streamlit as st

from pages.ui import session

# The renderer is called at every run of the page; the mark on the window lets each errand be run once.
SCRIPT = """
export default function ({ data }) {
  if (!data || window.rapportErrand === data.errand) return;
  window.rapportErrand = data.errand;
  fetch(data.route, {
    method: "POST",
    credentials: "same-origin",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ ticket: data.ticket }),
  }).finally(() => { if (data.leave) window.location.replace("/"); });
}
"""
_run_errand = st.components.v2.component("rapport.session", html="<span hidden></span>", js=SCRIPT)


def keep_cookie() -> None:
    """Exchange the ticket of a fresh sign-in for the cookie that survives a reload."""
    ticket = session.ticket()
    if ticket:
        errand = sha256(ticket.encode()).hexdigest()[:16]
        _send({"route": "/auth/session", "ticket": ticket, "errand": errand, "leave": False})


def drop_cookie() -> None:
    """Take the cookie away after signing out, then start with a page that remembers nothing."""
    if session.has_left():
        _send({"route": "/auth/logout", "ticket": None, "errand": token_hex(8), "leave": True})


def _send(errand: dict[str, object]) -> None:
    with st.container(key="session_bridge"):
        _run_errand(key="session_bridge_errand", data=errand)
