"""From the ticket of a new sign-in to its cookie, and out again."""

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from crm_core.api import cookies, origins
from crm_core.api.doors import Door, body_of
from crm_core.api.replies import Reply, refusal
from crm_core.settings import Settings
from crm_core.team import sign_in

LONGEST_TICKET = 4_000


async def begin(request: Request) -> Response:
    """Swap ``{"ticket": …}`` for the cookie; only our own page may ask, so nobody is signed in unawares."""
    if not origins.is_our_page(request.scope):
        return _foreign()
    settings: Settings = request.state.settings
    ticket = str((await body_of(request, LONGEST_TICKET)).get("ticket") or "")
    token = await run_in_threadpool(sign_in.redeem, ticket)
    if token is None:
        return refusal(403, "NotAllowed", "This sign-in took too long. Sign in again.")
    before = cookies.read(request.scope, settings)
    if before:
        await run_in_threadpool(sign_in.sign_out_token, before)
    answer = Reply({"ok": True})
    cookies.put(answer, token, settings)
    return answer


async def end(request: Request) -> Response:
    """End the sign-in of the cookie, and drop the cookie."""
    if not origins.is_our_page(request.scope):
        return _foreign()
    settings: Settings = request.state.settings
    token = cookies.read(request.scope, settings)
    if token:
        await run_in_threadpool(sign_in.sign_out_token, token)
    answer = Reply({"ok": True})
    cookies.drop(answer, settings)
    return answer


def _foreign() -> Response:
    return refusal(403, "NotAllowed", "Only a page of Rapport itself may ask for this.")


DOORS = (Door("POST", "/auth/session", begin), Door("POST", "/auth/logout", end))
