"""The public page of a web form: plain HTML that needs no script, safe to show inside other pages."""

import base64
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from html import escape
from typing import Final

from crm_core.sales.form_rules import MESSAGE
from crm_core.sales.lead_types import FormDetail, FormField

TRAP: Final = "company_fax_number"
CONSENT: Final = "agreed"
KEY: Final = "key"
CAME_BY: Final = "ref"
"""The code of whoever recommended us: the link brought it, the form hands it on."""
_KINDS: Final[Mapping[str, tuple[str, str]]] = {
    "email": ("email", "email"), "phone": ("tel", "tel"), "mobile": ("tel", "tel"),
    "full_name": ("text", "name"), "first_name": ("text", "given-name"), "last_name": ("text", "family-name"),
    "company": ("text", "organization"), "job_title": ("text", "organization-title"),
    "street": ("text", "street-address"), "postal_code": ("text", "postal-code"),
    "city": ("text", "address-level2"), "state": ("text", "address-level1"),
    "country": ("text", "country-name"),
}  # fmt: skip
STYLE: Final = """
:root { color-scheme: light dark; --line: #8a8f98; --accent: #0b57d0; --bad: #b3261e; --on: #fff; }
@media (prefers-color-scheme: dark) { :root { --accent: #a8c7fa; --bad: #f2b8b5; --on: #062e6f; } }
* { box-sizing: border-box; }
body { font: 16px/1.5 system-ui, sans-serif; margin: 0; padding: 1.25rem; }
main { max-width: 34rem; margin: 0 auto; }
h1 { font-size: 1.5rem; line-height: 1.25; margin: 0 0 .5rem; }
p { margin: 0 0 1rem; white-space: pre-line; overflow-wrap: anywhere; }
label { display: block; font-weight: 600; margin: .9rem 0 .25rem; }
label small { font-weight: 400; opacity: .8; }
input, textarea { width: 100%; font: inherit; padding: .55rem .7rem; border: 1px solid var(--line);
  border-radius: .5rem; background: Canvas; color: CanvasText; }
textarea { min-height: 7rem; resize: vertical; }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 1px; }
.tick { display: grid; grid-template-columns: auto 1fr; gap: .6rem; align-items: start; font-weight: 400; }
.tick input { width: 1.15rem; height: 1.15rem; margin: .2rem 0 0; }
.wrong { color: var(--bad); margin: .25rem 0 0; font-size: .925rem; }
.note { border-left: 4px solid var(--bad); padding: .25rem .75rem; }
[aria-invalid="true"] { border-color: var(--bad); }
button { font: inherit; font-weight: 600; margin-top: 1.25rem; padding: .65rem 1.4rem; border: 0;
  border-radius: .5rem; background: var(--accent); color: var(--on); cursor: pointer; }
.apart { position: absolute; left: -10000px; width: 1px; height: 1px; overflow: hidden; }
"""


@dataclass(frozen=True)
class Shown:
    """What a page shows beside the form: answers that were given, what is wrong with them, and a sentence."""

    answers: Mapping[str, str] = field(default_factory=dict)
    wrong: Mapping[str, str] = field(default_factory=dict)
    message: str = ""
    has_agreed: bool = False


def policy() -> str:
    """What the page may do: show itself, anywhere, and send its form back here; no scripts, no pictures."""
    digest = base64.b64encode(sha256(STYLE.encode()).digest()).decode()
    return (
        f"default-src 'none'; style-src 'sha256-{digest}'; form-action 'self'; base-uri 'none'; "
        "frame-ancestors *"
    )


def form_page(form: FormDetail, key: str, shown: Shown = Shown()) -> str:
    """The form to fill in, with what was typed before and what is to be corrected."""
    texts = form.texts
    rows = "".join(_row(each, shown) for each in form.fields)
    note = f'<p class="note" role="alert">{escape(shown.message)}</p>' if shown.message else ""
    tick = ""
    if texts.get("consent"):
        mark = " checked" if shown.has_agreed else ""
        tick = (
            f'<label class="tick"><input type="checkbox" name="{CONSENT}" value="yes"{mark}>'
            f"<span>{escape(texts['consent'])}</span></label>"
        )
    intro = f"<p>{escape(texts['intro'])}</p>" if texts.get("intro") else ""
    body = (
        f"<h1>{escape(texts['title'])}</h1>{intro}{note}"
        f'<form method="post" accept-charset="utf-8" novalidate>{rows}{tick}'
        f'<div class="apart" aria-hidden="true"><label for="{TRAP}">Leave this empty</label>'
        f'<input id="{TRAP}" name="{TRAP}" tabindex="-1" autocomplete="off"></div>'
        f'<input type="hidden" name="{KEY}" value="{escape(key)}">{_came_by(shown)}'
        f"<button>{escape(texts['button'])}</button></form>"
    )
    return _page(texts["title"], body)


def _came_by(shown: Shown) -> str:
    code = shown.answers.get(CAME_BY, "")
    return f'<input type="hidden" name="{CAME_BY}" value="{escape(code)}">' if code else ""


def thanks_page(form: FormDetail) -> str:
    """What visitors see when they have sent the form."""
    return _page(form.texts["title"], f'<p role="status">{escape(form.texts["thanks"])}</p>')


def plain_page(title: str, sentence: str) -> str:
    """A sentence for visitors where there is no form."""
    return _page(title, f"<h1>{escape(title)}</h1><p>{escape(sentence)}</p>")


def _row(asked: FormField, shown: Shown) -> str:
    name, value = escape(asked.name), escape(shown.answers.get(asked.name, ""))
    wrong = shown.wrong.get(asked.name, "")
    marks = ' aria-required="true"' if asked.is_required else ""
    hint = ""
    if wrong:
        marks += f' aria-invalid="true" aria-describedby="wrong-{name}"'
        hint = f'<p class="wrong" id="wrong-{name}">{escape(wrong)}</p>'
    optional = "" if asked.is_required else " <small>(optional)</small>"
    if asked.name == MESSAGE:
        box = f'<textarea id="{name}" name="{name}"{marks}>{value}</textarea>'
    else:
        kind, auto = _KINDS.get(asked.name, ("text", "off"))
        box = f'<input id="{name}" name="{name}" type="{kind}" autocomplete="{auto}" value="{value}"{marks}>'
    return f'<label for="{name}">{escape(asked.label)}{optional}</label>{box}{hint}'


def _page(title: str, body: str) -> str:
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<meta name="robots" content="noindex">'
        f"<title>{escape(title)}</title><style>{STYLE}</style></head><body><main>{body}</main></body></html>"
    )
