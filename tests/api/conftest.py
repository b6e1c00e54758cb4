"""The routes and guards with a stand-in for Streamlit behind them, which answers everything."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket

from crm_core.api.middleware import middleware
from crm_core.api.routes import routes
from crm_core.settings import Settings
from db import session
from tests.api.rest import HOME, Program, TestClient, open_api, program
from tests.people import Cast, hire

__all__ = ["HOME", "TestClient", "open_client"]


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


@pytest.fixture
def api(staff: Cast, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[TestClient]:
    """The REST API, with a folder of its own for files."""
    monkeypatch.setenv("CRM_DATA_DIR", str(settings.data_dir))
    with open_api(settings) as opened:
        yield opened


@pytest.fixture
def olgas(api: TestClient, staff: Cast) -> Program:
    """A program of the admin."""
    return program(api, staff.olga)


@pytest.fixture
def anns(api: TestClient, staff: Cast) -> Program:
    """A program of a seller."""
    return program(api, staff.ann)


@pytest.fixture
def bobs(api: TestClient, staff: Cast) -> Program:
    """A program of another seller, who sees nothing of Ann's."""
    return program(api, staff.bob)


def open_client(settings: Settings) -> TestClient:
    behind = [
        WebSocketRoute("/{rest:path}", stream),
        Route("/{rest:path}", page, methods=["GET", "POST", "PUT", "DELETE", "OPTIONS"]),
    ]
    app = Starlette(routes=[*routes(settings), *behind], middleware=middleware(settings))
    return TestClient(app, base_url=HOME)
