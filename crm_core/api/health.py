"""Is it well? For load balancers, and for ``doctor``."""

import asyncio
import gc

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from crm_core import start
from crm_core.api.doors import Door
from crm_core.api.replies import Reply


async def state(_request: Request) -> Response:
    """200 when pages can be served, 503 when not; the rest is for those who look after it."""
    found = await run_in_threadpool(start.health)
    loop = type(asyncio.get_running_loop()).__module__.partition(".")[0]
    is_well = found["database"] == found["tables"] == "ok"
    return Reply(
        {"status": "ok" if is_well else "down", **found, "loop": loop, "frozen": gc.get_freeze_count()},
        200 if is_well else 503,
    )


DOORS = (Door("GET", "/healthz", state),)
