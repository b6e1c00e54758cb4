"""Which guards stand in front of everything, from the outermost to the innermost."""

from starlette.middleware import Middleware

from crm_core.api.guards import LastResort, RateLimit, SecurityHeaders, SessionGuard, UploadLimit
from crm_core.settings import Settings


def middleware(settings: Settings) -> list[Middleware]:
    """The guards, in the order in which a request meets them."""
    guards = (SecurityHeaders, LastResort, RateLimit, SessionGuard, UploadLimit)
    return [Middleware(guard, settings=settings) for guard in guards]
