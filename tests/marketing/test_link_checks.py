"""Links of messages are asked over the network, and the review says which do not work."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from sqlalchemy import select

from crm_core.channels import outside
from crm_core.kernel.access import SYSTEM
from crm_core.kernel.work import Clock, begin
from crm_core.marketing import campaigns, link_checks, templates
from crm_core.marketing.rendering import Message
from db.models import LinkCheck
from tests.marketing.campaigning import draft
from tests.people import Cast

PATHS = ("good", "get", "turned", "gone", "away", "circle")


class Site(BaseHTTPRequestHandler):
    """A site where some pages are good, and some are not."""

    asked: list[str] = []  # noqa: RUF012 - emptied by the fixture

    def do_HEAD(self) -> None:
        self._answer({"/get": 405})

    def do_GET(self) -> None:
        self._answer({})

    def _answer(self, own: dict[str, int]) -> None:
        self.asked.append(f"{self.command} {self.path}")
        statuses = {"/gone": 404, "/away": 403, "/turned": 302, "/circle": 302, **own}
        self.send_response(statuses.get(self.path, 200))
        self.send_header("Location", "/circle" if self.path == "/circle" else "/good")
        self.end_headers()

    def log_message(self, *_: Any) -> None:
        """Nothing on the console."""


@pytest.fixture
def site() -> Iterator[str]:
    Site.asked = []
    server = ThreadingHTTPServer(("127.0.0.1", 0), Site)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()


def test_links_are_asked_in_the_background_and_the_review_says_what_they_answered(
    cast: Cast, site: str, clock: type[Clock], monkeypatch: pytest.MonkeyPatch
) -> None:
    html = "".join(f'<a href="{site}/{path}">x</a>' for path in PATHS)
    key = draft(cast.mark, message=Message("s", html=html + '<a href="{{ unsubscribe_url }}">leave</a>'))
    before = campaigns.review(cast.mark, key).links

    assert link_checks.advance_next("w", lambda: False)
    inside = campaigns.review(cast.mark, key).links
    untouched = list(Site.asked)
    monkeypatch.setenv(outside.INSIDE, "1")
    with begin(SYSTEM) as work:
        for row in work.scalars(select(LinkCheck)):
            row.next_try_at = work.now
    link_checks.advance_next("w", lambda: False)
    after = campaigns.review(cast.mark, key).links

    assert (before.waiting, before.sentence) == (6, "6 links still being asked.")
    assert (inside.unknown, untouched) == (6, [])
    assert (after.good, after.unknown) == (3, 1)
    assert after.broken == {f"{site}/gone": "answers 404", f"{site}/circle": "leads in a circle"}
    assert f"3 links work, {site}/gone answers 404" in after.sentence
    assert {"HEAD /get", "GET /get", "HEAD /gone", "GET /gone"} <= set(Site.asked)
    assert "GET /good" not in Site.asked
    assert not link_checks.advance_next("w", lambda: False)

    saved = templates.create(cast.mark, {"name": "Hello", "subject": "s", "body_html": html})
    assert not link_checks.advance_next("w", lambda: False), "asked a moment ago"
    assert any("answers 404" in one.sentence for one in templates.get(cast.mark, saved).findings)


@pytest.mark.parametrize(
    ("url", "state"),
    [("http://127.0.0.1:9/", "inside"), ("http://[::1]:9/", "inside"), ("http://169.254.169.254/", "inside"),
     ("ftp://x.test/", "bad"), ("http://127.0.0.1:99999/", "bad")],
)  # fmt: skip
def test_what_lies_inside_is_never_asked(url: str, state: str) -> None:
    assert link_checks.asked(url).state == state


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "10.0.0.1", "169.254.169.254", "224.0.0.1", "[::1]", "[::ffff:127.0.0.1]", "[ff0e::1]",
        "[64:ff9b::a00:1]", "[2002:a00:1::1]", "[::127.0.0.1]",
    ],
)  # fmt: skip
def test_no_spelling_of_an_address_leads_into_the_own_network(address: str) -> None:
    connection, _ = outside.connection(f"http://{address}/", 1)
    assert connection.port == 80
    with pytest.raises(outside.LiesInside):
        connection.connect()
