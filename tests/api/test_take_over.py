"""The running app, attacked over its websocket: a session goes to nobody but the browser that began it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.exceptions import InvalidStatus
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Origin, Subprotocol

from crm_core.kernel.access import OPERATOR, Role
from crm_core.team import sign_in, users
from crm_core.team.types import NewUser
from db import session
from tests.browser.app_server import AppServer

PASSWORD = "correct horse battery staple"


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[AppServer]:
    server = AppServer(tmp_path_factory.mktemp("take_over") / "data")
    server.start_warm(CRM_WORKER="none")
    yield server
    server.kill()


@pytest.fixture
def cookies(app: AppServer) -> Iterator[dict[str, str]]:
    """The cookies of Ann and Bob."""
    session.connect(f"sqlite:///{app.data_dir / 'crm.db'}")
    known = {row.username for row in users.search(OPERATOR)}
    found = {}
    for name in ("ann", "bob"):
        if name not in known:
            new = NewUser(name, name.title(), Role.SALES, password=PASSWORD, must_change_password=False)
            users.add(OPERATOR, new)
        found[name] = sign_in.redeem(sign_in.check_password(name, PASSWORD).ticket) or ""
    yield found
    session.disconnect()


def handshake(
    app: AppServer, *, cookie: str = "", session_id: str = "", origin: str | None = None, **headers: str
) -> ClientConnection:
    more = headers | ({"Cookie": f"rapport={cookie}"} if cookie else {})
    return connect(
        f"ws://localhost:{app.port}/_stcore/stream",
        origin=Origin(origin or app.url),
        subprotocols=[Subprotocol(each) for each in ("streamlit", "token", session_id) if each],
        additional_headers=more,
        max_size=None,
    )


def session_of(connection: ClientConnection) -> str:
    """Run the page, and read the id of the session from the answer."""
    rerun = BackMsg()
    rerun.rerun_script.query_string = ""
    connection.send(rerun.SerializeToString())
    for _ in range(5_000):  # what is left of an earlier run comes first
        message = ForwardMsg()
        received = connection.recv(timeout=120)
        assert isinstance(received, bytes)
        message.ParseFromString(received)
        if message.WhichOneof("type") == "new_session":
            return message.new_session.initialize.session_id
    raise AssertionError("The page did not begin a session.")


def test_nobody_but_its_owner_resumes_a_session(app: AppServer, cookies: dict[str, str]) -> None:
    with handshake(app, cookie=cookies["ann"]) as owner:
        own = session_of(owner)
        attempts = {
            "without a cookie": handshake(app, session_id=own),
            "as somebody else": handshake(app, session_id=own, cookie=cookies["bob"]),
            "with a guess": handshake(app, session_id=own, cookie="guess"),
            "with a forged mark": handshake(app, session_id=own, **{"X-Crm-Bind": "bind"}),
        }
        for how, stranger in attempts.items():
            with stranger:
                assert session_of(stranger) != own, how
        assert session_of(owner) == own

    with handshake(app, cookie=cookies["ann"], session_id=own) as again:
        assert session_of(again) == own


def test_a_closed_session_is_not_resumed_after_its_sign_in_has_ended(
    app: AppServer, cookies: dict[str, str]
) -> None:
    with handshake(app, cookie=cookies["ann"]) as owner:
        own = session_of(owner)
    sign_in.sign_out_token(cookies["ann"])

    with handshake(app, cookie=cookies["ann"], session_id=own) as late:
        assert session_of(late) != own


def test_two_strangers_never_share_a_session(app: AppServer) -> None:
    with handshake(app) as first:
        own = session_of(first)
        with handshake(app, session_id=own) as second:
            assert session_of(second) != own


@pytest.mark.parametrize("origin", ["http://evil.test", "http://localhost:1", "http://127.0.0.1:1", "null"])
def test_a_foreign_page_gets_no_session(app: AppServer, origin: str) -> None:
    with pytest.raises(InvalidStatus, match="403"):
        handshake(app, origin=origin)


def test_only_we_can_read_the_folder_of_the_app(app: AppServer) -> None:
    secrets = Path(app.data_dir) / "secrets"

    assert [oct(path.stat().st_mode & 0o777) for path in (app.data_dir, secrets)] == ["0o700", "0o700"]
    assert {oct(path.stat().st_mode & 0o777) for path in secrets.iterdir()} == {"0o600"}
