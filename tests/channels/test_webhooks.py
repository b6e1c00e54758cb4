"""Other systems are told once, signed, tried again; those of the own network only where that is wanted."""

import json
import threading
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest
from sqlalchemy import select

from crm_core.channels import outside, webhooks
from crm_core.kernel.access import SYSTEM
from crm_core.kernel.work import Clock, begin
from db.models import Setting, WebhookCall
from tests.automation.moving import set_clock
from tests.marketing.campaigning import person
from tests.people import MONDAY, Cast


class Listener(BaseHTTPRequestHandler):
    """Answers as it was told, and keeps what it got."""

    heard: list[tuple[dict[str, str], bytes]] = []  # noqa: RUF012 - emptied by the fixture
    answers: list[int] = []  # noqa: RUF012 - the same

    def do_POST(self) -> None:
        content = self.rfile.read(int(self.headers["Content-Length"]))
        self.heard.append((dict(self.headers), content))
        self.send_response(self.answers.pop(0))
        self.send_header("Location", "http://127.0.0.1:1/")
        self.end_headers()

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing on the console."""


@pytest.fixture
def url() -> Iterator[str]:
    Listener.heard, Listener.answers = [], []
    server = HTTPServer(("127.0.0.1", 0), Listener)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/hook"
    server.shutdown()
    thread.join()
    server.server_close()


def test_another_system_is_told_once_signed_and_again_after_trouble(
    cast: Cast, url: str, clock: type[Clock], monkeypatch: pytest.MonkeyPatch
) -> None:
    anna = person(cast.ann, "Anna")
    with begin(SYSTEM) as work:
        for _ in range(2):
            webhooks.enqueue(work, url, anna, {"contact": "Anna Å"}, "cause:1")

    assert webhooks.advance_next("w", lambda: False)
    inside = call()
    monkeypatch.setenv(outside.INSIDE, "1")
    Listener.answers += [302, 500, 204]
    for hours in (1, 2, 3, 4):
        set_clock(monkeypatch, MONDAY + timedelta(hours=hours))
        webhooks.advance_next("w", lambda: False)

    assert "inside the own network" in inside.answer
    assert (call().state, call().attempts, len(Listener.heard)) == ("sent", 4, 3)
    headers, content = Listener.heard[-1]
    with begin(SYSTEM, write=False) as work:
        secret = work.scalar(select(Setting).where(Setting.name == webhooks.SECRET)).value["secret"]
    expected = webhooks.signature(content, headers["X-Rapport-Time"], secret)
    assert headers["X-Rapport-Signature"] == f"sha256={expected}"
    assert json.loads(content) == {"contact": "Anna Å"}
    assert {heard["X-Rapport-Cause"] for heard, _ in Listener.heard} == {"cause:1"}


def test_a_name_that_means_another_address_a_moment_later_does_not_lead_inside(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    reached: list[Any] = []

    def looked_up(host: str, port: int, **_: Any) -> list[Any]:
        asked.append(host)
        place = "93.184.216.34" if len(asked) == 1 else "127.0.0.1"
        return [(2, 1, 6, "", (place, port))]

    def connect(place: Any, **_: Any) -> Any:
        reached.append(place)
        raise OSError("stopped here")

    monkeypatch.setattr("crm_core.channels.outside.socket.getaddrinfo", looked_up)
    monkeypatch.setattr("crm_core.channels.outside.socket.create_connection", connect)
    port = int(url.split(":")[2].split("/")[0])

    outside = webhooks.post(f"http://shop.example.com:{port}/hook", {}, "cause:1", "secret")
    inside = webhooks.post(f"http://shop.example.com:{port}/hook", {}, "cause:2", "secret")

    assert outside == (False, "stopped here")
    assert reached == [("93.184.216.34", port)]
    assert "inside the own network" in inside[1]


def call() -> WebhookCall:
    with begin(SYSTEM, write=False) as work:
        found: WebhookCall = work.scalar(select(WebhookCall))
        return found
