"""Guards in front of Streamlit: headers, sessions nobody can take over, closed doors, uploads, limits."""

import secrets
import time
from collections import deque
from hashlib import sha256

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from crm_core.api import cookies, form_pages, origins
from crm_core.api.policy import content_security_policy, letter_policy
from crm_core.api.replies import broken, refusal, refused
from crm_core.kernel.errors import CrmError
from crm_core.settings import Settings
from crm_core.team import sign_in

BINDING = b"x-crm-bind"
STREAM = "/_stcore/stream"
UPLOADS = "/_stcore/upload_file/"
NEED_SIGN_IN = (UPLOADS, "/media/")
CLOSED = ("/_stcore/metrics", "/_stcore/agent", "/_stcore/script-health-check", "/oauth2callback")
LASTING = "/static/"
EMBEDDED = "/forms/"
LETTERS = "/t/v/"
PICTURES = "/t/o/"
LIMITED = ("/auth/", "/api/", "/calendar/", "/forms/", "/t/")
READERS = "/t/"
FOR_READERS = (50.0, 200.0)
"""Requests a second, and at once: a whole company may read its mail behind one address."""
UPLOADS_AN_HOUR = 60
UPLOADED_BYTES_AN_HOUR = 1_000_000_000


class SecurityHeaders:
    """Tells browsers, with every answer, what they must not do with it."""

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self.app = app
        self.fixed = {
            "content-security-policy": content_security_policy(),
            "x-content-type-options": "nosniff",
            "x-frame-options": "DENY",
            "referrer-policy": "same-origin",
            "cross-origin-opener-policy": "same-origin",
            "cross-origin-resource-policy": "same-origin",
            "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
        }
        # A form for visitors stands inside pages of others, carries no cookie and runs no script.
        self.embedded = {
            **{name: text for name, text in self.fixed.items() if name != "x-frame-options"},
            "content-security-policy": form_pages.policy(),
            "cross-origin-resource-policy": "cross-origin",
        }
        # A message that was sent shows its pictures, from wherever they come, and runs nothing.
        self.letters = {**self.fixed, "content-security-policy": letter_policy()}
        # The picture in a message is shown by mailboxes of others.
        self.pictures = {**self.fixed, "cross-origin-resource-policy": "cross-origin"}
        if settings.https:
            self.letters["strict-transport-security"] = "max-age=31536000"
            self.pictures["strict-transport-security"] = "max-age=31536000"
            self.embedded["strict-transport-security"] = "max-age=31536000"
            self.fixed["strict-transport-security"] = "max-age=31536000"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Add the headers."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers.update(self._of(scope["path"]))
                if not scope["path"].startswith(LASTING):
                    headers["cache-control"] = "no-store"
            await send(message)

        await self.app(scope, receive, send_with_headers)

    def _of(self, path: str) -> dict[str, str]:
        special = {EMBEDDED: self.embedded, LETTERS: self.letters, PICTURES: self.pictures}
        return next((found for prefix, found in special.items() if path.startswith(prefix)), self.fixed)


class SessionGuard:
    """Ties a Streamlit session to the sign-in that began it, and keeps foreign pages and strangers out.

    Streamlit hands a session to whoever names its id. Each handshake is therefore marked with the sign-in
    of its cookie (or, without one, with a random value that never comes twice); Streamlit compares the
    marks before it resumes a session. What a browser sends under the name of a mark is thrown away.
    """

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self.app = app
        self.settings = settings
        self.salt = secrets.token_bytes(16)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let pass, mark or refuse."""
        if scope["type"] == "websocket":
            await self._handshake(scope, receive, send)
        elif scope["type"] == "http":
            scope["headers"] = _without_marks(scope)
            await self._request(scope, receive, send)
        else:
            await self.app(scope, receive, send)

    async def _handshake(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["path"] != STREAM or origins.is_foreign_page(scope):
            await send({"type": "websocket.close", "code": 1008, "reason": ""})
            return
        token = cookies.read(scope, self.settings)
        known = await self._signed_in(token)
        mark = sha256(self.salt + token.encode()).hexdigest() if known else secrets.token_hex(32)
        scope["headers"] = [*_without_marks(scope), (BINDING, mark.encode())]
        await self.app(scope, receive, send)

    async def _request(self, scope: Scope, receive: Receive, send: Send) -> None:
        path: str = scope["path"]
        if path.startswith(CLOSED):
            await refusal(404, "NotFound", "There is nothing here.")(scope, receive, send)
            return
        if path.startswith(NEED_SIGN_IN) and scope["method"] != "OPTIONS":
            try:
                sign_in_id = await self._signed_in(cookies.read(scope, self.settings))
            except CrmError as error:
                await refused(error)(scope, receive, send)
                return
            if sign_in_id is None:
                await refusal(401, "NotSignedIn", "Sign in first.")(scope, receive, send)
                return
            scope.setdefault("state", {})["sign_in_id"] = sign_in_id
        await self.app(scope, receive, send)

    async def _signed_in(self, token: str) -> int | None:
        """The id of the sign-in that a cookie belongs to, or None."""
        found = await run_in_threadpool(sign_in.identify_token, token) if token else None
        return None if found is None else found[0]


class UploadLimit:
    """Uploads wait in memory: so many files and bytes an hour for each sign-in, and not more."""

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self.app = app
        self.settings = settings
        self.lately: dict[int, deque[tuple[float, int]]] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Count, and refuse what is too much."""
        if scope["type"] == "http" and scope["path"].startswith(UPLOADS) and scope["method"] == "PUT":
            length = Headers(scope=scope).get("content-length", "")
            if not length.isdigit():
                await refusal(411, "Invalid", "Say how long the file is.")(scope, receive, send)
                return
            if not self._fits(scope["state"]["sign_in_id"], int(length)):
                sentence = (
                    "You uploaded a lot within the hour. Wait a while, or import from the command line."
                )
                await refusal(429, "TooManyUploads", sentence)(scope, receive, send)
                return
        await self.app(scope, receive, send)

    def _fits(self, sign_in_id: int, length: int) -> bool:
        now = time.monotonic()
        uploads = self.lately.setdefault(sign_in_id, deque())
        while uploads and uploads[0][0] < now - 3600:
            uploads.popleft()
        if len(uploads) >= UPLOADS_AN_HOUR or sum(u[1] for u in uploads) + length > UPLOADED_BYTES_AN_HOUR:
            return False
        uploads.append((now, length))
        return True


class RateLimit:
    """So many requests a second from one address to the routes that check secrets."""

    def __init__(self, app: ASGIApp, settings: Settings, rate: float = 20, burst: float = 60) -> None:
        self.app = app
        self.settings = settings
        self.rate = rate
        self.burst = burst
        self.buckets: dict[str, tuple[float, float]] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Take one from the bucket of the address, or refuse."""
        if scope["type"] == "http" and scope["path"].startswith(LIMITED) and not self._take(scope):
            answer = refusal(
                429, "TooManyRequests", "Too many requests. Wait a second.", headers={"retry-after": "1"}
            )
            await answer(scope, receive, send)
            return
        await self.app(scope, receive, send)

    def _take(self, scope: Scope) -> bool:
        is_reader = scope["path"].startswith(READERS)
        rate, burst = FOR_READERS if is_reader else (self.rate, self.burst)
        address = (scope.get("client") or ("",))[0] + (READERS if is_reader else "")
        now = time.monotonic()
        if len(self.buckets) > 10_000:
            self.buckets = {
                key: kept for key, kept in self.buckets.items() if now - kept[1] < self.burst / self.rate
            }
        left, last = self.buckets.get(address, (burst, now))
        left = min(burst, left + (now - last) * rate)
        self.buckets[address] = (left - 1 if left >= 1 else left, now)
        return left >= 1


class LastResort:
    """An error that nobody caught becomes an answer with a reference, never a text from inside."""

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self.app = app
        self.settings = settings

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Catch what is left."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        has_begun = False

        async def send_and_remember(message: Message) -> None:
            nonlocal has_begun
            has_begun = True
            await send(message)

        try:
            await self.app(scope, receive, send_and_remember)
        except Exception as error:
            answer = broken(error)
            if not has_begun:
                await answer(scope, receive, send)


def _without_marks(scope: Scope) -> list[tuple[bytes, bytes]]:
    return [(key, value) for key, value in scope["headers"] if not key.lower().startswith(b"x-crm-")]
