"""The page where readers choose what they get: opened from a message, without sign-in, cookie or script."""

from html import escape
from typing import Final
from urllib.parse import parse_qs

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from crm_core.api.doors import Door, bytes_of, token_of
from crm_core.api.public_pages import broken_link, public_page
from crm_core.api.replies import refusal
from crm_core.kernel.errors import NotFound
from crm_core.marketing import links, preferences
from crm_core.marketing.preferences import Preferences
from crm_core.team.company import company

LONGEST: Final = 10_000
CHOICE: Final = "choice"
NOTHING: Final = "nothing"


async def show(request: Request) -> Response:
    """What holds now; a look changes nothing."""
    try:
        found = await run_in_threadpool(preferences.look, token_of(request))
    except NotFound as error:
        return broken_link(error.message)
    return _page(found)


async def choose(request: Request) -> Response:
    """Keep what was ticked, and refuse the rest."""
    body = await bytes_of(request, LONGEST)
    if body is None:
        return refusal(413, "TooLong", "This is more than the form has.")
    try:
        sent = parse_qs(body.decode(), keep_blank_values=True, max_num_fields=100)
    except ValueError:
        return refusal(422, "Invalid", "This is not a form.")
    wanted = [] if NOTHING in sent else sent.get(CHOICE, [])
    try:
        found = await run_in_threadpool(preferences.choose, token_of(request), wanted)
    except NotFound as error:
        return broken_link(error.message)
    return _page(found, is_saved=True)


def _page(found: Preferences, *, is_saved: bool = False) -> Response:
    rows = "".join(
        f'<label class="tick"><input type="checkbox" name="{CHOICE}" value="{escape(one.key)}"'
        f"{' checked' if one.is_wanted else ''}><span>{escape(one.label)}</span></label>"
        for one in found.choices
    )
    name = escape(company().name)
    sender = f"{name} writes" if name else "We write"
    said = '<p class="done" role="status">Your choice is saved. It holds from now on.</p>' if is_saved else ""
    return public_page(
        "What do you want to get?",
        f"{said}<p>This is about {escape(found.shown_address)}. {sender} to you about what is ticked, and "
        "about your orders and questions. Nothing changes until you save.</p>"
        f'<form method="post">{rows}<div class="row"><button>Save</button>'
        f'<button class="quiet" name="{NOTHING}" value="1">Stop all of it</button></div></form>'
        "<p><small>Your choice is kept with its date, so that we can show what you agreed to.</small></p>",
    )


DOORS = (
    Door("GET HEAD", f"{links.PATHS[links.PREFERENCES]}/{{token}}", show),
    Door("POST", f"{links.PATHS[links.PREFERENCES]}/{{token}}", choose),
)
