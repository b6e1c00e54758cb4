"""A message for one person: fields filled in, CSS written into the tags, everything that could run taken out.

What leaves is cleaned last, after all values are in it: a hostile template or contact can change the text of
its own place and nothing else. Nothing is loaded from anywhere while a message is made.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from typing import Any, Final

import nh3
from css_inline import CSSInliner, InlineError

from crm_core.channels.messages import LONGEST_SUBJECT, one_line
from crm_core.kernel.errors import Invalid
from crm_core.marketing import placeholders
from crm_core.marketing.plain_text import of_html

_TAGS: Final = frozenset(nh3.ALLOWED_TAGS) - {"map", "area", "article", "details", "summary"} | {
    "center", "font", "section", "figure", "figcaption",
}  # fmt: skip
_EVERYWHERE: Final = {
    "style",
    "align",
    "valign",
    "width",
    "height",
    "bgcolor",
    "dir",
    "lang",
    "title",
    "role",
}
_ATTRIBUTES: Final[dict[str, set[str]]] = {
    "*": _EVERYWHERE,
    "a": {"href"},
    "img": {"src", "alt", "border"},
    "table": {"cellpadding", "cellspacing", "border"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan"},
    "font": {"color", "face", "size"},
    "ol": {"start", "type"},
}
_STYLES: Final = frozenset("""
    color background-color font font-family font-size font-weight font-style line-height letter-spacing
    text-align text-decoration text-transform vertical-align white-space word-break overflow-wrap
    margin margin-top margin-right margin-bottom margin-left padding padding-top padding-right padding-bottom
    padding-left border border-top border-right border-bottom border-left border-radius border-collapse
    border-spacing border-color border-style border-width width max-width min-width height max-height
    display table-layout list-style-type
""".split())  # fmt: skip
_DROPPED: Final = {"script", "style", "title", "template", "noscript", "iframe", "object", "svg", "math"}
_SCHEMES: Final = {"http", "https", "mailto", "tel"}


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


def render(message: Message, values: Mapping[str, Any]) -> Rendered:
    """Fill in a message; a way to unsubscribe is added at the end where it has none.

    Args:
        values: fields by name; ``unsubscribe_url`` is where the reader can unsubscribe.

    Raises:
        Invalid: the template is not allowed.
    """
    subject = one_line(placeholders.fill(message.subject, values))[:LONGEST_SUBJECT]
    url = str(values.get("unsubscribe_url") or "")
    body = _body(message.html, values, url) if message.html.strip() else ""
    text = placeholders.fill(message.text, values) if message.text.strip() else of_html(body)
    if url and url not in text:
        text = f"{text.rstrip()}\n\n--\nUnsubscribe: {url}\n"
    return Rendered(subject, _whole(message.preheader, values, body) if body else "", text)


def clean(html: str) -> str:
    """HTML without anything that runs, loads pages or lays itself over others."""
    return nh3.clean(
        html,
        tags=set(_TAGS),
        clean_content_tags=set(_DROPPED),
        attributes=_ATTRIBUTES,
        url_schemes=_SCHEMES,
        link_rel="noopener noreferrer",
        filter_style_properties=set(_STYLES),
        attribute_filter=_harmless,
    )


def _body(source: str, values: Mapping[str, Any], url: str) -> str:
    filled = placeholders.fill(source, values, is_html=True)
    try:
        inlined = _INLINER.inline(filled)
    except InlineError as error:
        raise Invalid("The styles of the template cannot be read. Check its <style> part.") from error
    body = clean(inlined)
    if url and escape(url) not in body:
        company = escape(str(values.get("our_company") or ""))
        body += (
            f'<p style="margin-top:32px;font-size:12px;color:#666666">{company} '
            f'<a href="{escape(url)}" rel="noopener noreferrer">Unsubscribe</a></p>'
        )
    return body


def _whole(preheader: str, values: Mapping[str, Any], body: str) -> str:
    first = escape(one_line(placeholders.fill(preheader, values)))
    hidden = f'<div style="display:none;max-height:0;overflow:hidden">{first}</div>' if first else ""
    return (
        '<!doctype html><html><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1"></head>'
        f"<body>{hidden}{body}</body></html>"
    )


def _harmless(_tag: str, name: str, value: str) -> str | None:
    """Styles that load something from elsewhere go; so does every style that hides what it is."""
    if name == "style" and any(
        sign in value.lower() for sign in ("url(", "\\", "expression", "@import", "/*")
    ):
        return None
    return value


_INLINER: Final = CSSInliner(load_remote_stylesheets=False, keep_style_tags=False, keep_link_tags=False)
