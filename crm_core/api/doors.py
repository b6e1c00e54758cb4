"""A door is one route: who may use it is written beside its path."""

import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from crm_core.api import cookies, origins
from crm_core.api.replies import broken, refusal, refused
from crm_core.kernel.access import Actor, Permission
from crm_core.kernel.errors import CrmError, Invalid
from crm_core.settings import Settings
from crm_core.team import sign_in, tokens

Act = Callable[[Request], Awaitable[Response]]
MAX_JSON_BYTES = 1_000_000


@dataclass(frozen=True)
class Door:
    """Methods, path, what happens, and what the caller must be permitted to do; None opens it to everybody.

    With a permission, ``request.state.actor`` is the owner of the token or, unless ``tokens_only``, of the
    cookie.
    """

    methods: str
    path: str
    act: Act
    permission: Permission | None = None
    tokens_only: bool = False

    def endpoint(self, settings: Settings) -> Act:
        """What Starlette calls."""

        async def answer(request: Request) -> Response:
            request.state.settings = settings
            try:
                if self.permission is not None:
                    actor = await _caller(request, settings, tokens_only=self.tokens_only)
                    if actor is None:
                        headers = {"www-authenticate": "Bearer"}
                        return refusal(401, "NotSignedIn", self._how_to_enter(), headers=headers)
                    actor.require(self.permission)
                    request.state.actor = actor
                return await self.act(request)
            except CrmError as error:
                return refused(error)
            except Exception as error:  # the door is the last place that can answer
                return broken(error)

        return answer

    def _how_to_enter(self) -> str:
        if self.tokens_only:
            return "Send a token that is good: “Authorization: Bearer rapport_…”."
        return "Sign in, or send a token."


async def bytes_of(request: Request, longest: int) -> bytes | None:
    """What was sent; None when it is longer than so many bytes, of which no more is kept in memory."""
    parts: list[bytes] = []
    length = 0
    async for part in request.stream():
        length += len(part)
        if length > longest:
            return None
        parts.append(part)
    return b"".join(parts)


def token_of(request: Request) -> str:
    """The token that stands in the address of a public page."""
    return str(request.path_params["token"])


async def body_of(request: Request, longest: int = MAX_JSON_BYTES) -> dict[str, object]:
    """The JSON object that was sent.

    Raises:
        Invalid: it is too long, not JSON, or not an object.
    """
    body = await bytes_of(request, longest)
    if body is None:
        raise Invalid(f"The request is longer than {longest} bytes.")
    try:
        found = json.loads(body)
    except ValueError as error:
        raise Invalid("The request is not JSON.") from error
    if not isinstance(found, dict):
        raise Invalid("The request is not a JSON object.")
    return found


async def _caller(request: Request, settings: Settings, *, tokens_only: bool) -> Actor | None:
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        return await run_in_threadpool(tokens.identify, token.strip())
    if tokens_only:
        return None
    cookie = cookies.read(request.scope, settings)
    # A cookie is sent by the browser on its own: acts need the proof that our page asked for them.
    if not cookie or (request.method not in ("GET", "HEAD") and not origins.is_our_page(request.scope)):
        return None
    found = await run_in_threadpool(sign_in.identify_token, cookie)
    return None if found is None else found[1]
