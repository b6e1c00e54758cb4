"""Leaving a mailing list: no sign-in, no cookie, no script. An answer changes something, never a look."""

from html import escape
from typing import Final

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from crm_core.api.doors import Door
from crm_core.kernel.errors import NotFound
from crm_core.marketing import unsubscribing
from crm_core.marketing.unsubscribing import PATH

STYLE: Final = """
:root { color-scheme: light dark; }
body { font: 16px/1.5 system-ui, sans-serif; margin: 0; padding: 2rem 1.25rem; }
main { max-width: 32rem; margin: 0 auto; }
h1 { font-size: 1.5rem; line-height: 1.25; margin: 0 0 .5rem; }
p { margin: 0 0 1rem; overflow-wrap: anywhere; }
button { font: inherit; font-weight: 600; padding: .65rem 1.4rem; border: 0; border-radius: .5rem;
  background: #0b57d0; color: #fff; cursor: pointer; }
:focus-visible { outline: 3px solid #0b57d0; outline-offset: 2px; }
"""
_DONE: Final = "You get no more of these messages at {address}. If this was a mistake, write to us."


async def show(request: Request) -> Response:
    """Ask whether the reader wants to leave; scanners that open every link change nothing."""
    try:
        found = await run_in_threadpool(unsubscribing.look, _token(request))
    except NotFound as error:
        return _page("This link does not work", error.message, status=404)
    if found.is_done:
        return _page("You are unsubscribed", _DONE.format(address=found.shown_address))
    return _page("Unsubscribe?", f"Do you want no more messages at {found.shown_address}?", has_button=True)


async def leave(request: Request) -> Response:
    """Take the consent back: by the button of the page, or by the mail program of the reader (RFC 8058)."""
    try:
        found = await run_in_threadpool(unsubscribing.leave, _token(request))
    except NotFound as error:
        return _page("This link does not work", error.message, status=404)
    return _page("You are unsubscribed", _DONE.format(address=found.shown_address))


def _token(request: Request) -> str:
    return str(request.path_params["token"])


def _page(title: str, sentence: str, *, status: int = 200, has_button: bool = False) -> Response:
    button = '<form method="post"><button>Unsubscribe</button></form>' if has_button else ""
    return HTMLResponse(
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<meta name="robots" content="noindex"><title>{escape(title)}</title><style>{STYLE}</style></head>'
        f"<body><main><h1>{escape(title)}</h1><p>{escape(sentence)}</p>{button}</main></body></html>",
        status,
    )


DOORS = (
    Door("GET HEAD", f"{PATH}/{{token}}", show),
    Door("POST", f"{PATH}/{{token}}", leave),
)
