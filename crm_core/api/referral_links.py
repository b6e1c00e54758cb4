"""The links of those who recommend us: they lead to the company's page, and hand the code on."""

from typing import Final

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from crm_core.api import form_pages
from crm_core.api.doors import Door
from crm_core.kernel.errors import NotFound
from crm_core.loyalty import referral_programme
from crm_core.loyalty.referral_programme import PATH

# A code that is ended, or a landing page that moves, is felt at the next click.
_HEADERS: Final = {"cache-control": "no-store"}


async def follow(request: Request) -> Response:
    """Lead on with the code; no cookie is set, and nothing is counted for a look."""
    try:
        target = await run_in_threadpool(referral_programme.target, str(request.path_params["code"]))
    except NotFound as error:
        return HTMLResponse(form_pages.plain_page("Welcome", error.message), 404, _HEADERS)
    return RedirectResponse(target, 302, _HEADERS)


DOORS = (Door("GET HEAD", f"{PATH}/{{code}}", follow),)
