"""The words of a message, its preview as a real person reads it, and a test into one's own mailbox."""

from html import escape
from typing import Any

import streamlit as st

from crm_core.kernel.access import Actor, Permission
from crm_core.marketing import channel_checks, placeholders, previews
from crm_core.marketing.campaign_channels import CHANNELS
from crm_core.marketing.rendering import Message
from pages.ui import picking, words
from pages.ui.guard import guard
from pages.ui.session import me

SHAPES = ("HTML", "Plain text")
_HEIGHT = 520
_TEXTS = {"call": "What to say", "post": "Letter", "social": "Post"}
_ICONS = {"error": ":material/error:", "warning": ":material/warning:"}


def ask(message: Message, *, key: str, channel: str = "email") -> Message:
    """Fields for what the messages of a channel consist of: subject, preheader, HTML and text."""
    if not CHANNELS[channel].has_html:
        return _plain(message, channel, key)
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
            "{% for product in products %}<p>{{ product.name }}, {{ product.price }}</p>{% endfor %}\n"
            '{{ our_address }} <a href="{{ unsubscribe_url }}">Unsubscribe</a>', language=None,
        )  # fmt: skip
        st.caption(
            "Fields: " + words.md(", ".join(placeholders.FIELDS)) + ", custom.name\\_of\\_your\\_field"
        )
    return Message(subject, preheader, html, text)


def _plain(message: Message, channel: str, key: str) -> Message:
    subject = message.subject
    if CHANNELS[channel].has_subject:
        label = "What the task is called" if channel == "call" else "Subject"
        subject = st.text_input(label, subject, key=f"{key}-subject", max_chars=300)
    text = st.text_area(_TEXTS.get(channel, "Text"), message.text, key=f"{key}-text", height=240)
    if channel == "sms":
        st.caption(f"{len(text):,} characters before fields are filled in; one short message holds 160.")
    with st.expander("Fields and conditions"):
        st.code('Hello {{ first_name | or("there") }}', language=None)
        st.caption("Fields: " + words.md(", ".join(placeholders.FIELDS)))
    return Message(subject, "", "", text)


def preview(actor: Actor, message: Message, *, key: str, channel: str = "email") -> None:
    """The message as somebody reads it, and what is wrong or unwise about it."""
    findings = channel_checks.findings(message, channel)
    for one in findings:
        say = st.error if one.level == "error" else st.warning
        say(words.md(one.sentence), icon=_ICONS[one.level])
    if any(one.level == "error" for one in findings):
        return
    reader = picking.contact(actor, "Read it as", key=f"{key}-reader")
    with guard():
        made = previews.show(actor, message, reader)
        st.markdown(f"**{words.md(made.subject)}**")
        shape = "" if not CHANNELS[channel].has_html else st.segmented_control(
            "Shape", SHAPES, default=SHAPES[0 if made.html else 1], required=True, key=f"{key}-shape",
            label_visibility="collapsed",
        )  # fmt: skip
        if shape == "HTML" and made.html:
            st.iframe(_paper(made.html), height=_HEIGHT, alt="The message")
        else:
            height: Any = _HEIGHT if CHANNELS[channel].has_html else "content"
            with st.container(border=True, height=height, key=f"{key}-paper"):
                st.text(made.text)
    if not CHANNELS[channel].has_html:
        return
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
