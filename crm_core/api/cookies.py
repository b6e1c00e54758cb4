"""The cookie that keeps a browser signed in: unreadable for scripts, never sent for other sites."""

from starlette.requests import cookie_parser
from starlette.responses import Response
from starlette.types import Scope

from crm_core.settings import Settings
from crm_core.team.open_sign_ins import LIFETIME
from crm_core.team.sign_in import cookie_name


def read(scope: Scope, settings: Settings) -> str:
    """The secret in the cookie of a request or handshake; empty without one."""
    wanted = cookie_name(settings)
    for key, value in scope["headers"]:
        if key == b"cookie":
            found = cookie_parser(value.decode("latin-1")).get(wanted)
            if found:
                return found
    return ""


def put(answer: Response, token: str, settings: Settings) -> None:
    """Sign the browser in."""
    answer.set_cookie(
        cookie_name(settings),
        token,
        max_age=int(LIFETIME.total_seconds()),
        path="/",
        secure=settings.https,
        httponly=True,
        samesite="strict",
    )


def drop(answer: Response, settings: Settings) -> None:
    """Sign the browser out."""
    answer.delete_cookie(
        cookie_name(settings), path="/", secure=settings.https, httponly=True, samesite="strict"
    )
