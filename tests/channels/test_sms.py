"""Short messages leave by an HTTP gateway, and its answers are believed."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from crm_core.channels.sms import LONGEST_TEXT, Gateway, SmsCarrier
from crm_core.channels.types import OutgoingMail
from crm_core.kernel.errors import Invalid, Unavailable
from crm_core.settings import Settings

TEXT = OutgoingMail(
    id=1, to_address="+49 1511 234567", subject="", body_text="Grüße, Zoë", body_html="", headers={},
    attachments={}, message_id="<one@alder.test>", attempts=0, created_at=datetime(2026, 3, 2, tzinfo=UTC),
)  # fmt: skip


class _Asked(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        text = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.asked.append((self.path, dict(self.headers), json.loads(text)))  # type: ignore[attr-defined]
        status = self.server.status  # type: ignore[attr-defined]
        if not status:
            self.close_connection = True
            return
        self.send_response(status)
        self.send_header("Content-Length", "5")
        self.end_headers()
        self.wfile.write(b"heard")

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


class Gatekeeper(ThreadingHTTPServer):
    """A gateway on loopback that keeps what it is asked and answers what it is told to."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Asked)
        self.asked: list[tuple[str, dict[str, str], dict[str, str]]] = []
        self.status, self.daemon_threads = 202, True

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.server_address[1]}/v1/messages?to=all"


@contextmanager
def listening() -> Iterator[Gatekeeper]:
    """A gateway for a while."""
    server = Gatekeeper()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@pytest.fixture
def gateway() -> Iterator[Gatekeeper]:
    with listening() as server:
        yield server


def chosen(folder: Path, url: str) -> Settings:
    return Settings("sqlite://", folder, sms_url=url, sms_key="secret", sms_sender="Alder")


def test_a_short_message_is_asked_for_once_and_the_answer_says_what_became_of_it(
    gateway: Gatekeeper, tmp_path: Path
) -> None:
    with SmsCarrier(Gateway.of(chosen(tmp_path, gateway.url))) as carrier:
        assert carrier.send(TEXT).state == "sent"
        found = {}
        for status in (400, 401, 404, 429, 500, 503):
            gateway.status = status
            outcome = carrier.send(TEXT)
            found[status] = (outcome.state, outcome.is_servers)
        gateway.status = 0
        assert (carrier.send(TEXT).state, carrier.send(TEXT).is_servers) == ("unclear", True)
        asked = len(gateway.asked)
        assert carrier.send(replace(TEXT, to_address="mum")).state == "failed"
        assert carrier.send(replace(TEXT, body_text="x" * (LONGEST_TEXT + 1))).state == "failed"

    assert len(gateway.asked) == asked
    assert found == {
        400: ("failed", False), 401: ("later", True), 404: ("failed", False), 429: ("later", False),
        500: ("later", False), 503: ("later", False),
    }  # fmt: skip
    path, headers, fields = gateway.asked[0]
    assert path == "/v1/messages?to=all"
    assert headers["Authorization"] == "Bearer secret"
    assert headers["Idempotency-Key"] == "one@alder.test"
    assert fields == {
        "to": "+491511234567", "from": "Alder", "text": "Grüße, Zoë", "reference": "<one@alder.test>"
    }  # fmt: skip


def test_a_gateway_that_is_away_or_would_see_the_key_in_the_clear_is_not_used(
    gateway: Gatekeeper, tmp_path: Path
) -> None:
    for url in ("", "ftp://x.test", "http://gateway.test/sms", "https://user:word@gateway.test", "https://["):
        with pytest.raises(Invalid, match="no address of a gateway"):
            Gateway.of(chosen(tmp_path, url))
    with pytest.raises(Invalid, match="CRM_SMS_SENDER"):
        Gateway.of(replace(chosen(tmp_path, "https://gateway.test"), sms_sender=""))
    assert "secret" not in repr(Gateway.of(chosen(tmp_path, gateway.url)))
    with pytest.raises(Unavailable), SmsCarrier(Gateway.of(chosen(tmp_path, "http://127.0.0.1:9/"))):
        raise AssertionError("nobody listens there")
