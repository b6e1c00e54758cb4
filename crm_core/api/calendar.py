"""Appointments for calendar programs, at addresses that only their owners know."""

from hashlib import sha256

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from crm_core.activity import feeds
from crm_core.api.doors import Door
from crm_core.api.replies import refusal

PREFIX = "/calendar"
MEDIA_TYPE = "text/calendar; charset=utf-8"


async def show(request: Request) -> Response:
    """The calendar behind a secret; 304 when the program has it already."""
    found = await run_in_threadpool(feeds.read, str(request.path_params["secret"]))
    if found is None:
        return refusal(404, "NotFound", "There is nothing at this address.")
    content = found.encode()
    tag = f'"{sha256(content).hexdigest()[:32]}"'
    known = [one.strip().removeprefix("W/") for one in request.headers.get("if-none-match", "").split(",")]
    if tag in known or "*" in known:
        return Response(status_code=304, headers={"etag": tag})
    headers = {"etag": tag, "content-disposition": 'inline; filename="rapport.ics"'}
    return Response(content, media_type=MEDIA_TYPE, headers=headers)


DOORS = (Door("GET HEAD", f"{PREFIX}/{{secret}}.ics", show),)
