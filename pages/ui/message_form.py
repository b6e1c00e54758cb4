"""The words of a message, its preview as a real person reads it, and a test into one's own mailbox."""

from html import escape

import streamlit as st

from crm_core.kernel.access import Actor, Permission
from crm_core.marketing import placeholders, previews, template_checks
from crm_core.marketing.rendering import Message
from pages.ui import picking, words
from pages.ui.guard import guard
from pages.ui.session import me

SHAPES = ("HTML", "Plain text")
_HEIGHT = 520
_ICONS = {"error": ":material/error:", "warning": ":material/warning:"}


def ask(message: Message, *, key: str) -> Message:
    """Fields for subject, preheader, HTML and text."""
    subject = st.text_input("Subject", message.subject, key=f"{key}-subject", max_chars=500)
    preheader = st.text_input(
        "Preview line", message.preheader, key=f"{key}-preheader", max_chars=300,
        help="Mailboxes show it behind the subject.",
    )  # fmt: skip
    html = st.text_area("HTML", message.html, key=f"{key}-html", height=320)
    text = st.text_area(
        "Plain text",
        message.text,
        key=f"{key}-text",
        height=120,
        placeholder="Made from the HTML where it is empty",
    )
    with st.expander("Fields and conditions"):
        st.code(
            'Hello {{ first_name | or("there") }},\n'
            "{% if city %}in {{ city }}{% endif %}\n"
            '<a href="{{ unsubscribe_url }}">Unsubscribe</a>', language=None,
        )  # fmt: skip
        st.caption(
            "Fields: " + words.md(", ".join(placeholders.FIELDS)) + ", custom.name\\_of\\_your\\_field"
        )
    return Message(subject, preheader, html, text)


def preview(actor: Actor, message: Message, *, key: str) -> None:
    """The message as somebody reads it, and what is wrong or unwise about it."""
    for one in template_checks.findings(message):
        say = st.error if one.level == "error" else st.warning
        say(words.md(one.sentence), icon=_ICONS[one.level])
    if any(one.level == "error" for one in template_checks.findings(message)):
        return
    reader = picking.contact(actor, "Read it as", key=f"{key}-reader")
    with guard():
        made = previews.show(actor, message, reader)
        st.markdown(f"**{words.md(made.subject)}**")
        shape = st.segmented_control(
            "Shape", SHAPES, default=SHAPES[0 if made.html else 1], required=True, key=f"{key}-shape",
            label_visibility="collapsed",
        )  # fmt: skip
        if shape == "HTML" and made.html:
            st.iframe(_paper(made.html), height=_HEIGHT, alt="The message")
        else:
            with st.container(border=True, height=_HEIGHT, key=f"{key}-paper"):
                st.text(made.text)
    st.caption("Pictures from elsewhere are not loaded here.")
    if actor.may(Permission.CAMPAIGNS_WRITE) and st.button(
        "Send a test to me", key=f"{key}-test", icon=":material/forward_to_inbox:"
    ):
        with guard():
            address = previews.send_to_me(me(), message, reader)
            st.toast(words.md(f"A test is on its way to {address}."), icon=":material/check_circle:")


def _paper(html: str) -> str:
    """The message in a frame of its own, in which nothing runs and nothing belongs to this app."""
    look = f"width:100%;height:{_HEIGHT - 20}px;border:0;border-radius:8px;background:#ffffff"
    return f'<iframe sandbox="" title="The message" srcdoc="{escape(html)}" style="{look}"></iframe>'
