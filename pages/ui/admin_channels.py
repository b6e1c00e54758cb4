"""Admin: the ways messages leave the house, and one message by hand to see whether they work."""

from collections.abc import Callable

import streamlit as st

from crm_core.channels import trials
from crm_core.channels.trials import Way
from crm_core.kernel.access import Actor
from pages.ui import admin_mail, words
from pages.ui.guard import guard
from pages.ui.session import me


def draw(actor: Actor) -> None:
    """A card for each way, with its settings and a try."""
    st.caption("Servers and keys are set where Rapport is started, so that nobody reads them here.")
    _card(
        "E-mail", "mail", trials.mail_way(), "Send a test mail to",
        "you@example.com", lambda to: trials.try_mail(me(), to),
    )  # fmt: skip
    _card(
        "SMS", "sms", trials.sms_way(), "Send a test SMS to",
        "+49 1511 2345678", lambda to: trials.try_sms(me(), to),
    )  # fmt: skip
    admin_mail.draw(actor)


def _card(title: str, key: str, way: Way, label: str, example: str, attempt: Callable[[str], str]) -> None:
    with st.container(border=True, width=720, key=f"channel-{key}"):
        if way.problem:
            st.markdown(f"**{title}**  \n:orange[:material/warning:] Not set up. {way.problem}")
            return
        st.markdown(
            f"**{title}**  \n:green[:material/check_circle:] {words.md(way.server)} · "
            f"from {words.md(way.sender)}"
        )
        with st.container(horizontal=True, vertical_alignment="bottom"):
            to = st.text_input(label, key=f"try-{key}-to", placeholder=example)
            is_asked = st.button("Send", key=f"try-{key}", icon=":material/send:")
        if is_asked:
            with st.spinner("Handing it over …"), guard():
                st.success(f"Taken: {words.md(attempt(to))}", icon=":material/check_circle:")
