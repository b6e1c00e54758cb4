"""What programs of readers fetch: the pixel of a message, and the way to where a link leads.

The answer never waits for anything to be noted right: a reader who clicks wants to arrive.
"""

import logging
from base64 import b64decode
from collections.abc import Callable
from typing import Final

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from crm_core.api.doors import Door, token_of
from crm_core.api.public_pages import broken_link, public_page
from crm_core.kernel.errors import NotFound
from crm_core.marketing import links, online_copies, posts, tracking
from crm_core.marketing.machines import Seen

PIXEL: Final = b64decode("R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7")
LONGEST: Final = 255

_log = logging.getLogger(__name__)


async def pixel(request: Request) -> Response:
    """A picture that nobody sees; the same answer whatever the address is."""
    await run_in_threadpool(_note, tracking.opened, token_of(request), _seen(request))
    return Response(PIXEL, media_type="image/gif")


async def click(request: Request) -> Response:
    """On to where the link leads: an address that was stored when the campaign was sent, and no other."""
    token = token_of(request)
    try:
        url = await run_in_threadpool(tracking.target, token)
    except NotFound as error:
        return broken_link(error.message)
    await run_in_threadpool(_note, tracking.clicked, token, _seen(request))
    if not url:
        return public_page("Nothing to see here", "<p>This address is for programs that check mail.</p>")
    return RedirectResponse(url, 302)


async def post(request: Request) -> Response:
    """On to where a link of a post leads; whoever followed it is counted, nobody is known."""
    token = token_of(request)
    try:
        url = await run_in_threadpool(posts.target, token)
    except NotFound as error:
        return broken_link(error.message)
    await run_in_threadpool(_note, posts.followed, token, _seen(request))
    return RedirectResponse(url, 302)


async def view(request: Request) -> Response:
    """The message of one reader as a page; nothing is counted by looking."""
    try:
        html = await run_in_threadpool(
            online_copies.page_of, token_of(request), request.state.settings.public_url
        )
    except NotFound as error:
        return broken_link(error.message)
    return Response(html, media_type="text/html")


def _note(act: Callable[[str, Seen], None], token: str, seen: Seen) -> None:
    try:
        act(token, seen)
    except NotFound:
        return  # a guessed address learns nothing
    except Exception:  # whatever keeps us from counting must not keep the reader from arriving
        _log.warning("An act of a reader could not be noted.", exc_info=True)


def _seen(request: Request) -> Seen:
    asked = {
        request.headers.get(name, "").lower() for name in ("purpose", "sec-purpose", "x-moz", "x-purpose")
    }
    is_in_advance = any("prefetch" in one or "preview" in one for one in asked)
    return Seen(request.headers.get("user-agent", "")[:LONGEST], request.method == "HEAD", is_in_advance)


DOORS = (
    Door("GET HEAD", f"{links.PATHS[links.OPEN]}/{{token}}.gif", pixel),
    Door("GET HEAD", f"{links.PATHS[links.CLICK]}/{{token}}", click),
    Door("GET HEAD", f"{posts.PATH}/{{token}}", post),
    Door("GET HEAD", f"{links.PATHS[links.VIEW]}/{{token}}", view),
)
