"""The text part of a message that was written as HTML only."""

import re
from html import escape
from html.parser import HTMLParser
from typing import Final

_BLOCKS: Final = frozenset(
    "p div table tr h1 h2 h3 h4 h5 h6 ul ol li br hr blockquote section center".split()
)
_UNREAD: Final = frozenset(("head", "style", "script", "title"))
_GAPS: Final = re.compile(r"\n\s*\n\s*")


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self.links: list[str] = []
        self.hidden = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag in _UNREAD:
            self.hidden += 1
        elif tag in _BLOCKS:
            self.parts.append("\n- " if tag == "li" else "\n")
        elif tag == "a":
            self.links.append(given.get("href") or "")
        elif tag == "img" and given.get("alt"):
            self.parts.append(f" {given['alt']} ")

    def handle_endtag(self, tag: str) -> None:
        if tag in _UNREAD and self.hidden:
            self.hidden -= 1
        elif tag in ("p", "table", "h1", "h2", "h3", "ul", "ol", "div"):
            self.parts.append("\n\n" if tag in ("p", "h1", "h2", "h3") else "\n")
        elif tag == "a" and self.links:
            address = self.links.pop()
            if address:
                self.parts.append(f" ({address.removeprefix('mailto:')})")

    def handle_data(self, data: str) -> None:
        if not self.hidden:
            self.parts.append(re.sub(r"\s+", " ", data))


def of_html(html: str) -> str:
    """The words of a message with its links in parentheses, one paragraph after the other."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return tidied("".join(reader.parts))


def tidied(text: str) -> str:
    """Text with one space between words and at most one empty line between lines."""
    lines = [" ".join(line.split()) for line in text.splitlines()]
    return _GAPS.sub("\n\n", "\n".join(lines)).strip() + "\n"


def as_html(title: str, text: str) -> str:
    """A page that shows a message which has a text alone."""
    return (
        '<!doctype html><html><head><meta charset="utf-8">'
        f'<meta name="viewport" content="width=device-width, initial-scale=1"><title>{escape(title)}</title>'
        f'</head><body><p style="white-space:pre-wrap">{escape(text)}</p></body></html>'
    )
