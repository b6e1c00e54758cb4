"""All routes that are not pages. The one place to read them."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from crm_core.api import files, health, sessions
from crm_core.api.doors import Door
from crm_core.api.replies import refusal
from crm_core.settings import Settings

DOORS: tuple[Door, ...] = (*health.DOORS, *sessions.DOORS, *files.DOORS)
# Below these nothing may fall through to Streamlit, which answers every address with its page.
OURS = ("/api", "/auth", "/files")


def routes(settings: Settings) -> list[Route]:
    """What Starlette needs of the table, and an honest answer for everything else below our prefixes."""
    known = [Route(door.path, door.endpoint(settings), methods=door.methods.split()) for door in DOORS]
    wrong_method = [Route(path, _wrong_method, methods=_OTHERS) for path in {door.path for door in DOORS}]
    missing = [
        Route(path, _missing, methods=_ANY) for prefix in OURS for path in (prefix, prefix + "/{rest:path}")
    ]
    return [*known, *wrong_method, *missing]


async def _wrong_method(request: Request) -> Response:
    allowed = {m for door in DOORS if door.path == request.url.path for m in door.methods.split()}
    return refusal(
        405,
        "WrongMethod",
        "This address does not take this method.",
        headers={"allow": ", ".join(sorted(allowed))},
    )


async def _missing(_request: Request) -> Response:
    return refusal(404, "NotFound", "There is nothing at this address.")


_ANY = ["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]
_OTHERS = _ANY
