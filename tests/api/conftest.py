"""The routes and guards with a stand-in for Streamlit behind them, which answers everything."""

import warnings
from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.exceptions import StarletteDeprecationWarning
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket

from crm_core.api.middleware import middleware
from crm_core.api.routes import routes
from crm_core.settings import Settings
from db import session
from tests.people import Cast, hire

with warnings.catch_warnings():
    # It asks for a successor of httpx that does the same for us.
    warnings.simplefilter("ignore", StarletteDeprecationWarning)
    from starlette.testclient import TestClient

__all__ = ["HOME", "TestClient", "open_client"]

HOME = "http://testserver"


async def page(request: Request) -> Response:
    """What Streamlit would get to see of a request."""
    if request.url.path == "/broken":
        raise RuntimeError("secret text from inside")
    return JSONResponse({"streamlit": dict(request.headers), "length": len(await request.body())})


async def stream(websocket: WebSocket) -> None:
    """What Streamlit would get to see of a handshake."""
    await websocket.accept()
    await websocket.send_json([[key, value] for key, value in websocket.headers.items()])
    await websocket.close()


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings("sqlite://", tmp_path)


@pytest.fixture
def staff(own_database: session.Database) -> Cast:
    """The cast, in a database that the threads of the server can open."""
    return hire()


@pytest.fixture
def client(staff: Cast, settings: Settings) -> Iterator[TestClient]:
    """A browser without a cookie."""
    with open_client(settings) as opened:
        yield opened


def open_client(settings: Settings) -> TestClient:
    behind = [
        WebSocketRoute("/{rest:path}", stream),
        Route("/{rest:path}", page, methods=["GET", "POST", "PUT", "DELETE", "OPTIONS"]),
    ]
    app = Starlette(routes=[*routes(settings), *behind], middleware=middleware(settings))
    return TestClient(app, base_url=HOME)
