"""What a person should know about a message before it goes out: what is wrong, and what is only unwise."""

from dataclasses import dataclass
from html.parser import HTMLParser
from typing import Final, Literal
from urllib.parse import urlsplit

from crm_core.kernel.errors import CrmError
from crm_core.marketing import placeholders
from crm_core.marketing.rendering import Message, render

LONGEST_GOOD_SUBJECT: Final = 60
LARGEST_GOOD_BYTES: Final = 102 * 1024
"""Beyond this some mailboxes (Gmail's is the known one) cut a message off."""

Level = Literal["error", "warning"]


@dataclass(frozen=True)
class Finding:
    """Something about a part of a message; an ``error`` keeps it from being sent."""

    level: Level
    part: str
    sentence: str


def findings(message: Message) -> list[Finding]:
    """Everything that is wrong or unwise, errors first."""
    found = _errors(message)
    if found:
        return found
    return [*_about_subject(message), *_gaps(message), *_about_html(message)]


def is_sendable(message: Message) -> bool:
    """Is there no error?"""
    return not any(one.level == "error" for one in findings(message))


def _errors(message: Message) -> list[Finding]:
    found = []
    parts = {
        "subject": message.subject,
        "preheader": message.preheader,
        "html": message.html,
        "text": message.text,
    }
    for part, source in parts.items():
        try:
            placeholders.check(source, is_html=part == "html")
        except CrmError as error:
            found.append(Finding("error", part, error.message))
    if not message.subject.strip():
        found.append(Finding("error", "subject", "The subject is empty."))
    if not (message.html.strip() or message.text.strip()):
        found.append(Finding("error", "html", "The message is empty."))
    return found


def _about_subject(message: Message) -> list[Finding]:
    length = len(message.subject)
    if length <= LONGEST_GOOD_SUBJECT:
        return []
    sentence = f"The subject has {length} characters; telephones show about {LONGEST_GOOD_SUBJECT}."
    return [Finding("warning", "subject", sentence)]


def _gaps(message: Message) -> list[Finding]:
    found = []
    for part, source in (("subject", message.subject), ("html", message.html), ("text", message.text)):
        tree = placeholders.check(source, is_html=part == "html")
        for name in placeholders.without_fallback(tree):
            instead = f'{{{{ {name} | or("…") }}}}'
            sentence = f"“{name}” is empty for some people. Say what stands there instead: {instead}."
            found.append(Finding("warning", part, sentence))
    sources = [part for part in (message.html, message.text) if part.strip()]
    if not any("unsubscribe_url" in one for one in sources):
        sentence = "The message has no way to unsubscribe; a line with one is added at its end."
        found.append(Finding("warning", "html", sentence))
    return found


def _about_html(message: Message) -> list[Finding]:
    if not message.html.strip():
        return []
    made = render(message, {"unsubscribe_url": "https://rapport.invalid/unsubscribe"})
    found = []
    size = len(made.html.encode())
    if size > LARGEST_GOOD_BYTES:
        limit = f"{LARGEST_GOOD_BYTES // 1024} kB"
        sentence = f"The message has {size // 1024} kB; some mailboxes cut it off at {limit}."
        found.append(Finding("warning", "html", sentence))
    reader = _Places()
    reader.feed(made.html)
    source = _Places()
    source.feed(message.html)
    if reader.images_without_alt:
        count = reader.images_without_alt
        sentence = f"{count} of the images say nothing where images are off. Give them an alt text."
        found.append(Finding("warning", "html", sentence))
    found += [Finding("warning", "html", said) for link in source.links if (said := _about_link(link))]
    return found


def _about_link(link: str) -> str:
    shown = link.strip()[:80]
    if "{{" in link or "{%" in link:
        return ""
    try:
        parts = urlsplit(link.strip())
    except ValueError:
        return f"The link “{shown}” is broken."
    if not shown or shown == "#":
        return "A link leads nowhere."
    if parts.scheme == "http":
        return f"The link “{shown}” is not secure. Write https://."
    if parts.scheme in ("mailto", "tel") and parts.path:
        return ""
    if parts.scheme != "https" or not parts.hostname or "." not in parts.hostname:
        return f"The link “{shown}” is broken: it needs a whole address with https://."
    return ""


class _Places(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.links: list[str] = []
        self.images_without_alt = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "a" and "href" in given:
            self.links.append(given["href"] or "")
        if tag == "img" and not (given.get("alt") or "").strip():
            self.images_without_alt += 1
