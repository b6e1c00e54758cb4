"""Messages that are cleaned once for many readers: what is the same for them, with marks for what is not.

To clean a message and to make its text takes longer than to send it. What lies between the values depends
only on the conditions that held, so it is prepared once; values are set into it as text, never as HTML.
Wherever a value stands in a place where more could come of it, nothing is prepared.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from html import escape
from typing import Any, Final

from crm_core.marketing import placeholders
from crm_core.marketing.cleaning import clean, harmless, inlined
from crm_core.marketing.plain_text import of_html, tidied

VALUE: Final = "\ue000"
LINK: Final = "\ue001"
END: Final = "\ue002"
"""Letters that belong to nobody, around the number of a value or of a link."""
_MARK: Final = re.compile(f"([{VALUE}{LINK}])([0-9]+){END}")
_LETTERS: Final = re.compile(f"[{VALUE}{LINK}{END}]")
_PART_OF_MARKUP: Final = re.compile(
    rf"<[^<>\"']*{VALUE}|<[a-zA-Z][^<>]*=\s*(?:\"[^\"<>]*\"|'[^'<>]*')[^<>\"']*{VALUE}|&[#\w]*{VALUE}"
)
"""A value that would become the name of a tag, of an attribute or of a letter."""
_KEPT: Final = 64


@dataclass(frozen=True)
class Skeleton:
    """A cleaned message with marks, with and without the line about leaving.

    ``links`` are the addresses behind the marks of links; ``whole`` the values that are a whole address.
    """

    html: str
    text: str
    footer: str
    text_with_footer: str
    links: tuple[str, ...]
    whole: frozenset[int]


def filled(
    source: str, values: Mapping[str, Any], clicks: Mapping[str, str], ours: tuple[str, str, str, str]
) -> tuple[str, str] | None:
    """HTML and text of a message for one reader; None where it must be cleaned with the values in it.

    Args:
        clicks: what stands in the place of links.
        ours: the name of the company, and the addresses for leaving, choosing and reading online.

    Raises:
        Invalid: the template is not allowed.
    """
    if _LETTERS.search(source):
        return None
    outlined, seen = placeholders.outline(source, values, VALUE, END)
    if _PART_OF_MARKUP.search(outlined):
        return None
    made = _skeleton(outlined, len(seen), tuple(map(bool, ours)))
    said = [*seen, *ours]
    if made is None or not all(one.isprintable() and not one.startswith(" ") for one in said):
        return None  # a blank at the beginning of a message or of a table is none for readers of HTML
    if not all(said[number] in ours[1:] and '"' not in said[number] for number in made.whole):
        return None  # an address that somebody typed is looked at
    as_html = _setter(said, [_inside_tag(clicks.get(url, url)) for url in made.links], _quoted)
    as_text = _setter(said, [clicks.get(url, url) for url in made.links], str)
    html, leave = _MARK.sub(as_html, made.html), ours[1]
    if leave and escape(leave) not in html:
        html += _MARK.sub(as_html, made.footer)
        return html, tidied(_MARK.sub(as_text, made.text_with_footer))
    return html, tidied(_MARK.sub(as_text, made.text))


def footer(company: str, leave: str, choose: str, read: str) -> str:
    """The line with the ways to leave; everything is HTML already."""
    ways = {"Unsubscribe": leave, "Choose what you get": choose, "Read in the browser": read}
    offered = " · ".join(
        f'<a href="{url}" rel="noopener noreferrer">{said}</a>' for said, url in ways.items() if url
    )
    return f'<p style="margin-top:32px;font-size:12px;color:#666666">{company} {offered}</p>'


@lru_cache(maxsize=_KEPT)
def _skeleton(outlined: str, count: int, is_given: Sequence[bool]) -> Skeleton | None:
    links, whole, is_plain = list[str](), set[int](), True

    def attribute(tag: str, name: str, value: str) -> str | None:
        nonlocal is_plain
        is_link = tag == "a" and name == "href"
        if _LETTERS.search(value):
            found = _MARK.fullmatch(value)
            is_plain = is_plain and is_link and found is not None
            if found is not None:
                whole.add(int(found[2]))
            return value
        if is_link and value.startswith(("http://", "https://")):
            links.append(value)
            return f"{LINK}{len(links) - 1}{END}"
        return harmless(tag, name, value)

    html = clean(inlined(outlined), attribute)
    marks = [f"{VALUE}{count + place}{END}" if one else "" for place, one in enumerate(is_given)]
    end = footer(*marks)
    if not is_plain:
        return None
    return Skeleton(html, of_html(html), end, of_html(html + end), tuple(links), frozenset(whole))


def _setter(
    said: Sequence[str], links: Sequence[str], shown: Callable[[str], str]
) -> Callable[[re.Match[str]], str]:
    def instead(mark: re.Match[str]) -> str:
        number = int(mark[2])
        return shown(said[number]) if mark[1] == VALUE else links[number]

    return instead


def _quoted(text: str) -> str:
    return escape(text, quote=False)


def _inside_tag(text: str) -> str:
    """As the cleaner writes addresses: also a blank that does not break is named."""
    return _quoted(text).replace('"', "&quot;").replace("\u00a0", "&nbsp;")
