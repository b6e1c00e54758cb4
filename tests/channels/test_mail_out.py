"""Mail goes out once, by a real mail server, and says where it stands when something goes wrong."""

import email
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from email import policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from sqlalchemy import select

from crm_core.channels import mail_out, messages, sending
from crm_core.channels.smtp import Connection, Server
from crm_core.channels.types import Attachment, NewMail
from crm_core.kernel.access import SYSTEM, Actor
from crm_core.kernel.errors import Conflict, Invalid
from crm_core.kernel.work import Clock, begin
from crm_core.settings import Settings
from db import session
from db.models import Mail
from tests.conftest import at
from tests.people import MONDAY

FROM = "Alder & Sons <crm@alder.test>"
WORKER = "here/1/a"


@dataclass
class Post:
    """A mail server that keeps what it gets; ``answers`` says what it answers to which address."""

    got: list[bytes] = field(default_factory=list)
    answers: dict[str, str] = field(default_factory=dict)
    hangs_up: bool = False

    async def handle_RCPT(  # noqa: N802 - the name that the server library calls
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        if address in self.answers:
            return self.answers[address]
        envelope.rcpt_tos.append(address)
        return "250 fine"

    async def handle_DATA(self, server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        self.got.append(envelope.original_content or b"")
        if self.hangs_up:
            server.transport.abort()  # type: ignore[union-attr]
        return "250 taken"

    @property
    def mails(self) -> list[EmailMessage]:
        return [email.message_from_bytes(one, policy=policy.default) for one in self.got]


class Loopback(Controller):
    """On a port that the system chooses."""

    def __init__(self, post: Post) -> None:
        super().__init__(post, hostname="127.0.0.1", port=0, enable_SMTPUTF8=True, ready_timeout=60)

    def _trigger_server(self) -> None:
        """Say hello; the library would wait for an answer for a second, which a busy machine exceeds."""
        self.port = self.server.sockets[0].getsockname()[1]  # type: ignore[union-attr]
        with socket.create_connection(("127.0.0.1", self.port), 60) as line:
            line.recv(1024)


@contextmanager
def listening(post: Post) -> Iterator[str]:
    """The address of a running server."""
    controller = Loopback(post)
    controller.start()
    try:
        yield f"smtp://127.0.0.1:{controller.port}"
    finally:
        controller.stop()


@pytest.fixture
def post() -> Post:
    return Post()


@pytest.fixture
def going_out(post: Post, tmp_path: Path) -> Iterator[Settings]:
    with listening(post) as url:
        yield Settings("sqlite://", tmp_path, smtp_url=url, mail_from=FROM)


def write(cause: str = "test:1", to: str = "zoe@x.test", **more: Any) -> int | None:
    with begin(SYSTEM) as work:
        return mail_out.write(work, NewMail(cause, to, **{"subject": "Hello", "text": "Hi Zoe"} | more))


def stored() -> list[Mail]:
    with begin(SYSTEM, write=False) as work:
        return work.scalars(select(Mail).order_by(Mail.id))


def send(settings: Settings, worker: str = WORKER) -> bool:
    return sending.advance_next(worker, lambda: False, settings)


@pytest.mark.usefixtures("database")
def test_a_mail_is_sent_once_with_all_its_parts(post: Post, going_out: Settings) -> None:
    quote = Attachment("application/pdf", b"%PDF-1.7 \x00\xff")
    write(
        html="<p>Hi Zoë</p>",
        subject="Grüße",
        attachments={"Quote ü.pdf": quote},
        headers={"Reply-To": "a@x.test"},
    )
    assert write() is None

    assert send(going_out)
    assert not send(going_out)

    [mail] = post.mails
    assert (mail["Subject"], mail["From"], mail["To"]) == ("Grüße", FROM, "zoe@x.test")
    body, html = mail.get_body(("plain",)), mail.get_body(("html",))
    assert body is not None
    assert html is not None
    assert (body.get_content().strip(), html.get_content().strip()) == ("Hi Zoe", "<p>Hi Zoë</p>")
    [file] = mail.iter_attachments()
    assert (file.get_filename(), file.get_content()) == ("Quote ü.pdf", quote.content)
    [row] = stored()
    assert (row.state, row.attempts, row.message_id) == ("sent", 1, mail["Message-ID"])
    assert row.sent_at is not None


@pytest.mark.usefixtures("database")
def test_without_a_mail_server_mail_waits(olga: Actor, tmp_path: Path) -> None:
    write()

    assert not send(Settings("sqlite://", tmp_path))

    found = mail_out.status(olga)
    assert (found.waiting, found.failed, found.last_sent_at) == (1, 0, None)


@pytest.mark.usefixtures("database")
def test_nobody_smuggles_a_header(post: Post, going_out: Settings) -> None:
    write(subject="Hi\r\nBcc: all@x.test", headers={"X-Note": "a\nTo: b@x.test"})
    with pytest.raises(Invalid, match="no e-mail address"):
        write("test:2", to="zoe@x.test\r\nBcc: all@x.test")
    with pytest.raises(Invalid, match="cannot have a header"):
        write("test:3", headers={"Bcc": "all@x.test"})
    with pytest.raises(Invalid, match="cannot have a header"):
        write("test:4", headers={"X-A\nBcc": "all@x.test"})

    send(going_out)

    [mail] = post.mails
    assert (mail["Bcc"], mail["Subject"], mail["To"]) == (None, "Hi Bcc: all@x.test", "zoe@x.test")


@pytest.mark.usefixtures("database")
def test_what_is_refused_for_good_fails_and_what_is_refused_for_now_waits_longer_each_time(
    post: Post, going_out: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    post.answers = {"no@x.test": "550 nobody here", "later@x.test": "451 greylisted"}
    write("a", "no@x.test"), write("b", "later@x.test"), write("c")
    now = Clock.now()
    pauses = []
    for _ in range(5):
        monkeypatch.setattr(Clock, "now", at(now))
        send(going_out)
        waiting = stored()[1]
        pauses.append((waiting.next_try_at - now) / timedelta(minutes=1))
        now = waiting.next_try_at

    assert pauses == [1, 5, 30, 120, 120]
    assert [(row.state, row.attempts) for row in stored()] == [("failed", 1), ("pending", 5), ("sent", 1)]
    assert stored()[0].answer == "550 nobody here"


@pytest.mark.usefixtures("database")
def test_a_mail_that_is_refused_too_often_fails(
    post: Post, going_out: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    post.answers = {"zoe@x.test": "451 not now"}
    write()
    for attempt in range(sending.MOST_ATTEMPTS):
        monkeypatch.setattr(Clock, "now", at(MONDAY + timedelta(days=300 + attempt)))
        send(going_out)

    assert [(row.state, row.attempts) for row in stored()] == [("failed", sending.MOST_ATTEMPTS)]


@pytest.mark.usefixtures("database")
def test_a_server_that_is_away_costs_nothing_but_time(going_out: Settings, post: Post, olga: Actor) -> None:
    write("a"), write("b", "max@x.test")
    nowhere = replace(going_out, smtp_url="smtp://127.0.0.1:1")

    assert send(nowhere)
    assert not send(going_out)  # they wait a minute

    assert [(row.state, row.attempts) for row in stored()] == [("pending", 1)] * 2
    assert "does not answer" in mail_out.status(olga).last_answer


@pytest.mark.usefixtures("database")
def test_a_line_that_breaks_after_the_text_leaves_it_unclear_and_nothing_is_sent_twice(
    post: Post, going_out: Settings
) -> None:
    post.hangs_up = True
    write()
    write("test:2", "max@x.test")

    send(going_out)
    post.hangs_up = False
    send(going_out)

    assert [row.state for row in stored()] == ["unclear", "sent"]
    assert [mail["To"] for mail in post.mails] == ["zoe@x.test", "max@x.test"]


@pytest.mark.usefixtures("database")
def test_who_died_while_sending_leaves_it_unclear_and_only_an_admin_sends_it_again(
    post: Post, going_out: Settings, olga: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = write() or 0

    def die(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(Connection, "send", die)
        with pytest.raises(KeyboardInterrupt):
            send(going_out, "here/1/dead")
    assert stored()[0].state == "sending"
    monkeypatch.setattr(Clock, "now", at(Clock.now() + timedelta(minutes=6)))

    assert not send(going_out)
    assert stored()[0].state == "unclear"
    assert mail_out.status(olga).unclear == 1
    assert [row.id for row in mail_out.search(olga, ("unclear",))] == [key]
    mail_out.send_again(olga, key)
    send(going_out)

    assert len(post.got) == 1
    with pytest.raises(Conflict, match="is “sent”"):
        mail_out.send_again(olga, key)


@pytest.mark.usefixtures("database")
def test_a_worker_that_died_before_it_began_keeps_nothing_back(
    post: Post, going_out: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    write()
    assert len(sending.claim("here/1/dead")) == 1
    assert not send(going_out)

    monkeypatch.setattr(Clock, "now", at(Clock.now() + sending.HELD_FOR + timedelta(seconds=1)))

    assert send(going_out)
    assert len(post.got) == 1


def test_two_workers_send_each_mail_once(
    own_database: session.Database, post: Post, going_out: Settings
) -> None:
    for number in range(30):
        write(f"test:{number}", f"p{number}@x.test")
    go = threading.Barrier(2)

    def work(name: str) -> None:
        go.wait()
        while send(going_out, name):
            pass

    workers = [threading.Thread(target=work, args=(f"here/1/{name}",)) for name in "ab"]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()

    assert sorted(mail["To"] for mail in post.mails) == sorted(f"p{number}@x.test" for number in range(30))
    assert {row.state for row in stored()} == {"sent"}


@pytest.mark.parametrize(
    ("url", "server"),
    [
        ("smtp://mail.x.test", Server("mail.x.test", 587, False)),
        ("smtps://a%40b:p%3A%2F@mail.x.test", Server("mail.x.test", 465, True, "a@b", "p:/")),
        ("smtp://localhost:2525", Server("localhost", 2525, False)),
    ],
)
def test_the_address_of_a_server_is_read(url: str, server: Server) -> None:
    assert Server.of(url) == server


@pytest.mark.parametrize("url", ["mail.x.test", "http://x.test", "smtp://", "smtp://x:abc", "smtp://[x"])
def test_what_is_no_server_is_refused_in_a_sentence(url: str, tmp_path: Path) -> None:
    with pytest.raises(Invalid, match="no address of a mail server"):
        Server.of(url)
    assert mail_out.problems(Settings("sqlite://", tmp_path, smtp_url=url, mail_from="nobody")) != []


@pytest.mark.parametrize("address", ["", "a", "a@", "@b", "a@b c", "a@b\n", "<a@b>", "a@b,c@d", "a@..\u0301"])
def test_what_is_no_address_is_refused(address: str) -> None:
    with pytest.raises(Invalid):
        messages.address_of(address)


def test_domains_are_written_in_letters_that_every_server_reads() -> None:
    assert messages.address_of("a@bücher.test") == "a@xn--bcher-kva.test"
