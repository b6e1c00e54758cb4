"""The REST API: every endpoint of the table as a door that takes tokens only."""

from contextlib import AsyncExitStack

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from crm_core.api import calls, openapi, reference, uploads
from crm_core.api.calls import Call, Outdated
from crm_core.api.doors import Act, Door
from crm_core.api.endpoints import BASE, ENDPOINTS, Endpoint
from crm_core.api.replies import Reply
from crm_core.api.shapes import BODIES
from crm_core.kernel.errors import Conflict


def _act(endpoint: Endpoint) -> Act:
    async def act(request: Request) -> Response:
        query = calls.query_of(request, endpoint.query)
        async with AsyncExitStack() as stack:
            values, file = {}, None
            if endpoint.takes == "FILE":
                name = query.get("file_name", "upload.csv")
                file = await stack.enter_async_context(uploads.file_of(request, name))
            elif endpoint.takes:
                values = await calls.values_of(request, BODIES[endpoint.takes])
            call = Call(
                actor=request.state.actor,
                path=request.url.path,
                id=calls.id_of(request),
                code=str(request.path_params.get("code", "")),
                query=query,
                version=calls.version_of(request, values),
                values=values,
                key=request.headers.get("idempotency-key") if endpoint.makes else None,
                file=file,
            )
            return await run_in_threadpool(_answered, endpoint, call, "if-match" in request.headers)

    return act


def _answered(endpoint: Endpoint, call: Call, is_conditional: bool) -> Response:
    try:
        return endpoint.act(call).reply()
    except Conflict as error:
        if is_conditional and "version" in error.theirs:
            raise Outdated(error.message) from error
        raise


async def describe(_request: Request) -> Response:
    """The API in OpenAPI 3.1, for programs that write programs."""
    return Reply(openapi.document())


async def explain(_request: Request) -> Response:
    """The API as a page to read."""
    return HTMLResponse(reference.page())


def _route(path: str) -> str:
    return BASE + path.replace("{id}", "{id:int}")


DOORS = (
    *(
        Door(each.method, _route(each.path), _act(each), each.permission, tokens_only=True)
        for each in ENDPOINTS
    ),
    Door("GET", f"{BASE}/openapi.json", describe),
    Door("GET", "/api/docs", explain),
)
