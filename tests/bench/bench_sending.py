"""How quickly a campaign leaves, against the same mails sent by smtplib alone to the same server."""

import os
import smtplib
import subprocess
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager

from crm_core import reactions
from crm_core.channels import messages
from crm_core.channels.types import OutgoingMail
from crm_core.kernel.access import OPERATOR, SYSTEM
from crm_core.kernel.work import begin
from crm_core.marketing import campaigns, claiming, sending
from crm_core.marketing.campaign_types import Variant
from crm_core.marketing.letters import letter
from crm_core.marketing.rendering import Message
from crm_core.settings import Settings
from db import session
from db.models import Contact
from tests.bench.measuring import Measurement, Setting, benchmark, seconds
from tests.bench.workload import databases
from tests.people import MONDAY

MESSAGES = 2_000
FROM = "Alder & Sons <crm@alder.test>"
PUBLIC = "https://crm.alder.test"
HELLO = Message(
    subject='{{ first_name | or("Hello") }}, spring is here',
    html=(
        "<style>p { margin: 0 0 16px; color: #333333 }</style>"
        '<p>Dear {{ first_name | or("friend") }},</p>'
        + "<p>The garden opens on Sunday, and everything that grows is on sale until the evening.</p>" * 12
        + '<p><a href="https://alder.test/spring">See what there is</a></p>'
    ),
)
_NULL = """
import socket, threading

def serve(line):
    line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    asked = line.makefile("rb")
    line.sendall(b"220 null\\r\\n")
    for command in asked:
        word = command[:4].upper()
        if word == b"DATA":
            line.sendall(b"354 go on\\r\\n")
            for text in asked:
                if text == b".\\r\\n":
                    break
        if word == b"QUIT":
            break
        line.sendall(b"250 fine\\r\\n")
    line.close()

door = socket.create_server(("127.0.0.1", 0))
print(door.getsockname()[1], flush=True)
while True:
    threading.Thread(target=serve, args=(door.accept()[0],), daemon=True).start()
"""


@benchmark
def sending_sqlite(setting: Setting) -> Iterator[Measurement]:
    """A campaign by mail on SQLite."""
    yield from _measured(setting, "sqlite")


@benchmark
def sending_postgres(setting: Setting) -> Iterator[Measurement]:
    """A campaign by mail on Postgres."""
    yield from _measured(setting, "postgres")


def _measured(setting: Setting, engine: str) -> Iterator[Measurement]:
    how_many = setting.rows(MESSAGES)
    with databases(setting.folder, engine) as made, _null_server() as url:
        address = made.empty()
        session.connect(address)
        reactions.connect()
        chosen = Settings(address, setting.folder, smtp_url=url, mail_from=FROM, public_url=PUBLIC)
        os.environ |= {"CRM_SMTP_URL": url, "CRM_MAIL_FROM": FROM, "CRM_PUBLIC_URL": PUBLIC}
        _fill(how_many)
        ready = _ready(chosen, how_many)
        written = seconds(lambda: _by_smtplib(url, _written(ready)))
        finished = list(_written(ready))
        alone = seconds(lambda: _by_smtplib(url, finished))
        ours = seconds(lambda: _by_campaign(chosen))
        rate, size = how_many / ours, f"{how_many:,} mails, {engine}"
        yield Measurement(
            f"campaign, {size}", rate, "mails/s", base=how_many / written,
            base_name="smtplib, mails written and sent", at_least=0.5,
        )  # fmt: skip
        yield Measurement(
            f"campaign, {size}", rate, "mails/s", base=how_many / alone, base_name="smtplib, finished mails"
        )


@contextmanager
def _null_server() -> Iterator[str]:
    """A mail server in a process of its own that takes everything and keeps nothing."""
    process = subprocess.Popen([sys.executable, "-c", _NULL], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    try:
        yield f"smtp://127.0.0.1:{int(process.stdout.readline())}"
    finally:
        process.kill()
        process.communicate()


def _fill(how_many: int) -> None:
    with begin(SYSTEM) as work:
        for number in range(how_many):
            name = f"Reader {number}"
            contact = Contact(
                name=name, first_name=name, name_key=name, email=f"r{number}@mail{number % 50}.test",
                email_opt="in", custom={}, lifecycle="lead", search_text=name, created_at=MONDAY,
                updated_at=MONDAY,
            )  # fmt: skip
            work.add(contact)


def _begin_campaign(name: str) -> None:
    key = campaigns.create(OPERATOR, {"name": name, "rule": "name is_filled", "per_minute": 0, "cap": 0})
    campaigns.put_variants(OPERATOR, key, [Variant("A", message=HELLO)])
    campaigns.send(OPERATOR, key)


def _ready(chosen: Settings, how_many: int) -> Sequence[tuple[str, OutgoingMail]]:
    """The mails of another campaign, made but not sent."""
    _begin_campaign("Before")
    batch = claiming.claim("bench", chosen, limit=how_many)
    found = [(one.address, letter(one)) for one in batch]
    with begin(SYSTEM) as work:
        campaigns.cancel(work, batch[0].campaign_id)
    return found


def _by_smtplib(url: str, mails: Iterable[tuple[str, bytes]]) -> None:
    host, _, port = url.removeprefix("smtp://").partition(":")
    with smtplib.SMTP(host, int(port)) as server:
        for address, content in mails:
            server.sendmail("crm@alder.test", address, content)


def _written(ready: Sequence[tuple[str, OutgoingMail]]) -> Iterator[tuple[str, bytes]]:
    """The mails as bytes, written one by one by the message classes of the standard library."""
    return ((address, messages.message(mail, FROM).as_bytes()) for address, mail in ready)


def _by_campaign(chosen: Settings) -> None:
    _begin_campaign("Spring")
    while sending.advance_next("bench", lambda: False, chosen):
        pass
