"""Leaving a mailing list: no sign-in, no cookie, no script. An answer changes something, never a look."""

from html import escape
from typing import Final

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from crm_core.api.doors import Door, token_of
from crm_core.api.public_pages import broken_link, public_page
from crm_core.kernel.errors import NotFound
from crm_core.marketing import unsubscribing
from crm_core.marketing.unsubscribing import PATH, Leaving

_DONE: Final = "You get no more of these messages at {address}. If this was a mistake, write to us."


async def show(request: Request) -> Response:
    """Ask whether the reader wants to leave; scanners that open every link change nothing."""
    try:
        found = await run_in_threadpool(unsubscribing.look, token_of(request))
    except NotFound as error:
        return broken_link(error.message)
    return _gone(found) if found.is_done else _asked(found)


async def leave(request: Request) -> Response:
    """Take the consent back: by the button of the page, or by the mail program of the reader (RFC 8058)."""
    try:
        found = await run_in_threadpool(unsubscribing.leave, token_of(request))
    except NotFound as error:
        return broken_link(error.message)
    return _gone(found)


def _asked(found: Leaving) -> Response:
    choices = f'<p>Or <a href="{escape(found.choices)}">choose what you get</a>.</p>' if found.choices else ""
    return public_page(
        "Unsubscribe?",
        f"<p>Do you want no more messages at {escape(found.shown_address)}?</p>"
        f'<form method="post"><p><button>Unsubscribe</button></p></form>{choices}',
    )


def _gone(found: Leaving) -> Response:
    return public_page("You are unsubscribed", f"<p>{escape(_DONE.format(address=found.shown_address))}</p>")


DOORS = (
    Door("GET HEAD", f"{PATH}/{{token}}", show),
    Door("POST", f"{PATH}/{{token}}", leave),
)
