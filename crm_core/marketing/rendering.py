"""A message for one person: fields filled in, CSS written into the tags, everything that could run taken out.

What leaves is cleaned last, after all values are in it: a hostile template or contact can change the text of
its own place and nothing else. Nothing is loaded from anywhere while a message is made.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from html import escape
from typing import Any, Final
from urllib.parse import urlsplit

from crm_core.channels.messages import LONGEST_SUBJECT, one_line
from crm_core.marketing import placeholders, skeletons
from crm_core.marketing.cleaning import clean, harmless, inlined
from crm_core.marketing.plain_text import of_html

_WEB_ADDRESS: Final = re.compile(r"https?://[^\s<>\"]+")
_AFTER_ADDRESS: Final = ".,;:!?)'"
LONGEST_LINK: Final = 2_000


@dataclass(frozen=True)
class Message:
    """What is said, before the names are filled in. ``text`` may be empty: it then follows from the HTML."""

    subject: str
    preheader: str = ""
    html: str = ""
    text: str = ""


@dataclass(frozen=True)
class Rendered:
    """A message for one person, safe to show and to send. ``html`` is empty for text messages."""

    subject: str
    html: str
    text: str


@dataclass(frozen=True)
class Places:
    """Addresses in the message of one recipient.

    ``clicks`` maps links to the addresses that stand in their place so that clicks are counted. Without
    ``pixel_url`` opens are not counted; ``trap_url`` is a link that only programs see and follow.
    """

    unsubscribe_url: str
    preferences_url: str = ""
    view_url: str = ""
    pixel_url: str = ""
    trap_url: str = ""
    clicks: Mapping[str, str] = field(default_factory=dict)


def render(message: Message, values: Mapping[str, Any], places: Places | None = None) -> Rendered:
    """Fill in a message; a way to unsubscribe is added at the end where it has none.

    Args:
        values: fields by name; ``unsubscribe_url`` is where the reader can unsubscribe, unless ``places``
            says so.

    Raises:
        Invalid: the template is not allowed.
    """
    mine = places or Places(
        str(values.get("unsubscribe_url") or ""), str(values.get("preferences_url") or ""),
        str(values.get("view_url") or ""),
    )  # fmt: skip
    values = {
        **values, "unsubscribe_url": mine.unsubscribe_url, "preferences_url": mine.preferences_url,
        "view_url": mine.view_url,
    }  # fmt: skip
    message = _with_address(message, str(values.get("our_address") or ""))
    subject = one_line(placeholders.fill(message.subject, values))[:LONGEST_SUBJECT]
    body, words = _body(message.html, values, mine) if message.html.strip() else ("", "")
    text = message.text
    text = _counted(placeholders.fill(text, values), mine.clicks) if text.strip() else words
    if mine.unsubscribe_url and mine.unsubscribe_url not in text:
        text = f"{text.rstrip()}\n\n--\nUnsubscribe: {mine.unsubscribe_url}\n"
    return Rendered(subject, _whole(message.preheader, values, body, mine) if body else "", text)


def links_in(message: Message) -> list[str]:
    """Web addresses in a message whose clicks can be counted: those that are the same for everybody."""
    found: dict[str, None] = {}

    def note(tag: str, name: str, value: str) -> str:
        if tag == "a" and name == "href":
            found[value] = None
        return value

    if message.html.strip():
        clean(inlined(message.html), note)
    for match in _WEB_ADDRESS.finditer(message.text):
        found[match[0].rstrip(_AFTER_ADDRESS)] = None
    return [one for one in found if _is_countable(one)]


def _with_address(message: Message, address: str) -> Message:
    """The message with our postal address at its end, unless it stands in it already."""
    is_named = "our_address" in message.html or "our_address" in message.text
    if not address or is_named or not message.html.strip():
        return message
    html = message.html + '<p style="font-size:12px;color:#666666">{{ our_address }}</p>'
    text = f"{message.text.rstrip()}\n\n{{{{ our_address }}}}\n" if message.text.strip() else ""
    return replace(message, html=html, text=text)


def _body(source: str, values: Mapping[str, Any], places: Places) -> tuple[str, str]:
    """The HTML with its way to unsubscribe, and the same as text."""
    ours = (
        str(values.get("our_company") or ""), places.unsubscribe_url, places.preferences_url, places.view_url,
    )  # fmt: skip
    made = skeletons.filled(source, values, places.clicks, ours)
    if made is not None:
        return made

    def attribute(tag: str, name: str, value: str) -> str | None:
        if tag == "a" and name == "href":
            return places.clicks.get(value, value)
        return harmless(tag, name, value)

    body = clean(inlined(placeholders.fill(source, values, is_html=True)), attribute)
    if places.unsubscribe_url and escape(places.unsubscribe_url) not in body:
        body += skeletons.footer(*map(escape, ours))
    return body, of_html(body)


def _counted(text: str, clicks: Mapping[str, str]) -> str:
    """The text with the addresses whose clicks are counted."""

    def instead(match: re.Match[str]) -> str:
        url = match[0].rstrip(_AFTER_ADDRESS)
        return clicks.get(url, url) + match[0][len(url) :]

    return _WEB_ADDRESS.sub(instead, text) if clicks else text


def _is_countable(url: str) -> bool:
    if "{{" in url or "{%" in url or len(url) > LONGEST_LINK or one_line(url) != url or " " in url:
        return False
    try:
        parts = urlsplit(url)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and parts.username is None
    except ValueError:
        return False


def _whole(preheader: str, values: Mapping[str, Any], body: str, places: Places) -> str:
    first = escape(one_line(placeholders.fill(preheader, values)))
    hidden = f'<div style="display:none;max-height:0;overflow:hidden">{first}</div>' if first else ""
    trap = (
        f'<a href="{escape(places.trap_url)}" style="display:none" tabindex="-1" aria-hidden="true"></a>'
        if places.trap_url
        else ""
    )
    pixel = (
        f'<img src="{escape(places.pixel_url)}" width="1" height="1" alt="" border="0">'
        if places.pixel_url
        else ""
    )
    return (
        '<!doctype html><html><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1"></head>'
        f"<body>{hidden}{body}{trap}{pixel}</body></html>"
    )
