"""Did our own page send this, or somebody else's?"""

from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.types import Scope


def is_our_page(scope: Scope) -> bool:
    """A browser says that one of our own pages sent it."""
    headers = Headers(scope=scope)
    origin = headers.get("origin")
    if origin is None or headers.get("sec-fetch-site", "same-origin") != "same-origin":
        return False
    return _is_ours(origin, headers)


def is_foreign_page(scope: Scope) -> bool:
    """A browser says that somebody else's page sent it. Programs that are no browsers say nothing."""
    headers = Headers(scope=scope)
    origin = headers.get("origin")
    return headers.get("sec-fetch-site", "same-origin") != "same-origin" or (
        origin is not None and not _is_ours(origin, headers)
    )


def _is_ours(origin: str, headers: Headers) -> bool:
    return bool(origin) and urlsplit(origin).netloc.lower() == headers.get("host", "").lower() != ""
