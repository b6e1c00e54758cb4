"""Small pages for readers of our messages: no sign-in, no cookie, no script."""

from html import escape
from typing import Final

from starlette.responses import HTMLResponse, Response

STYLE: Final = """
:root { color-scheme: light dark; --accent: #0b57d0; --on: #fff; --line: #8a8f98; }
@media (prefers-color-scheme: dark) { :root { --accent: #a8c7fa; --on: #062e6f; } }
* { box-sizing: border-box; }
body { font: 16px/1.5 system-ui, sans-serif; margin: 0; padding: 2rem 1.25rem; }
main { max-width: 32rem; margin: 0 auto; }
h1 { font-size: 1.5rem; line-height: 1.25; margin: 0 0 .5rem; }
p { margin: 0 0 1rem; overflow-wrap: anywhere; }
a { color: var(--accent); }
small { opacity: .8; }
button { font: inherit; font-weight: 600; padding: .65rem 1.4rem; border: 2px solid var(--accent);
  border-radius: .5rem; background: var(--accent); color: var(--on); cursor: pointer; }
button.quiet { background: none; color: var(--accent); }
.row { display: flex; flex-wrap: wrap; gap: .75rem; margin: 1.25rem 0; }
.tick { display: grid; grid-template-columns: auto 1fr; gap: .75rem; align-items: start; padding: .8rem 0;
  border-bottom: 1px solid var(--line); cursor: pointer; }
.tick input { width: 1.25rem; height: 1.25rem; margin: .15rem 0 0; accent-color: var(--accent); }
.tick small { display: block; }
.done { border-left: 4px solid var(--accent); padding: .25rem 0 .25rem .75rem; }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
"""


def public_page(title: str, inside: str, *, status: int = 200) -> Response:
    """A page with a heading; ``inside`` is HTML that is escaped already."""
    return HTMLResponse(
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<meta name="robots" content="noindex"><title>{escape(title)}</title><style>{STYLE}</style></head>'
        f"<body><main><h1>{escape(title)}</h1>{inside}</main></body></html>",
        status,
    )


def broken_link(sentence: str) -> Response:
    """What stands behind an address that is none of ours."""
    return public_page("This link does not work", f"<p>{escape(sentence)}</p>", status=404)
