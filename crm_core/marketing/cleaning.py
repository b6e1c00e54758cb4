"""HTML that may be shown and sent: its styles written into the tags, everything that could run taken out.

Nothing is loaded from anywhere.
"""

from collections.abc import Callable
from typing import Final

import nh3
from css_inline import CSSInliner, InlineError

from crm_core.kernel.errors import Invalid

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
_INLINER: Final = CSSInliner(load_remote_stylesheets=False, keep_style_tags=False, keep_link_tags=False)


def clean(html: str, attribute: Callable[[str, str, str], str | None] | None = None) -> str:
    """HTML without anything that runs, loads pages or lays itself over others.

    Args:
        attribute: sees every attribute that is allowed (tag, name, value) and says what it becomes.
    """
    return nh3.clean(
        html,
        tags=set(_TAGS),
        clean_content_tags=set(_DROPPED),
        attributes=_ATTRIBUTES,
        url_schemes=_SCHEMES,
        link_rel="noopener noreferrer",
        filter_style_properties=set(_STYLES),
        attribute_filter=attribute or harmless,
    )


def inlined(source: str) -> str:
    """HTML with what its ``<style>`` says written into the tags.

    Raises:
        Invalid: the styles cannot be read.
    """
    try:
        return _INLINER.inline(source)
    except InlineError as error:
        raise Invalid("The styles of the template cannot be read. Check its <style> part.") from error


def harmless(_tag: str, name: str, value: str) -> str | None:
    """Styles that load something from elsewhere go; so does every style that hides what it is."""
    if name == "style" and any(
        sign in value.lower() for sign in ("url(", "\\", "expression", "@import", "/*")
    ):
        return None
    return value
