"""The own API tokens."""

import streamlit as st

from crm_core.kernel.access import Actor
from crm_core.team import tokens
from crm_core.team.types import TokenRow
from pages.ui import words
from pages.ui.dialogs import confirm, hand_over, show_handed_over
from pages.ui.guard import guard
from pages.ui.session import me

LIVES = {30: "30 days", 90: "90 days", 366: "one year", 0: "until it is revoked"}


def draw(actor: Actor) -> None:
    """The list, and the way to a new one."""
    st.caption("A token lets a program of yours use Rapport with your rights. Treat it like a password.")
    if st.button("New token", key="new-token", icon=":material/key:", type="primary"):
        _create()
    show_handed_over()
    known = tokens.search(actor)
    for token in known:
        _row(token)
    if not known:
        st.info("You have no tokens.", icon=":material/key_off:")


def _row(token: TokenRow) -> None:
    with st.container(border=True, horizontal=True, vertical_alignment="center"):
        until = (
            f"good until {words.when(token.expires_at)}" if token.expires_at else "good until it is revoked"
        )
        st.markdown(
            f"**{words.md(token.name)}**  \n:small[:gray[{until} · used {words.ago(token.last_used_at)}]]",
            width="stretch",
        )
        if st.button("Revoke", key=f"revoke-{token.id}", icon=":material/block:"):
            confirm(
                f"Revoke the token “{token.name}”?", "Programs that use it are refused from now on.",
                "Revoke", lambda: tokens.revoke(me(), token.id), done=f"The token “{token.name}” is revoked.",
            )  # fmt: skip


@st.dialog("New token")
def _create() -> None:
    name = st.text_input("What it is for", key="token.name", placeholder="Newsletter on our web site")
    days = st.selectbox("Good for", list(LIVES), index=1, format_func=LIVES.__getitem__, key="token.days")
    if st.button("Make the token", key="make-token", type="primary"):
        with guard():
            secret = tokens.create(me(), name or "", days or None)
            hand_over(secret, "Send it with every request, as “Authorization: Bearer …”.")
