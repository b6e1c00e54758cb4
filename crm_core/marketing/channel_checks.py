"""What is wrong or unwise about a message, for the channel that it goes over."""

from dataclasses import replace
from math import ceil
from typing import Final

from crm_core.channels.sms import LONGEST_TEXT
from crm_core.marketing import template_checks
from crm_core.marketing.campaign_channels import CHANNELS
from crm_core.marketing.rendering import Message
from crm_core.marketing.template_checks import Finding
from crm_core.team.company import company

ONE_SMS: Final = 160
JOINED: Final = 153
"""Characters of the common alphabet in a single short message, and in each of several that are joined."""


def findings(message: Message, channel: str) -> list[Finding]:
    """Everything that is wrong or unwise, errors first; parts that the channel does not have do not count."""
    chosen = CHANNELS[channel]
    if chosen.has_html:
        return [*template_checks.findings(message), *_about_sender(channel)]
    subject = message.subject if chosen.has_subject else "-"
    plain = replace(message, subject=subject, preheader="", html="")
    found = [one for one in template_checks.findings(plain) if "unsubscribe" not in one.sentence]
    if channel == "sms":
        found += _about_sms(message.text)
    return found


def _about_sender(channel: str) -> list[Finding]:
    if channel != "email" or company().address:
        return []
    sentence = (
        "Your company has no postal address yet, which the law of most countries wants in such messages. "
        "An administrator can enter it under Company."
    )
    return [Finding("warning", "html", sentence)]


def _about_sms(text: str) -> list[Finding]:
    if len(text) > LONGEST_TEXT:
        return [Finding("error", "text", f"A short message has at most {LONGEST_TEXT:,} characters.")]
    found = []
    if len(text) > ONE_SMS:
        parts = ceil(len(text) / JOINED)
        found.append(
            Finding("warning", "text", f"The text is sent, and paid for, as {parts} short messages.")
        )
    if "unsubscribe_url" not in text:
        sentence = (
            "The text says no way to leave. Write one: {{ unsubscribe_url }}, or a word to answer with."
        )
        found.append(Finding("warning", "text", sentence))
    return found
