"""A report that names none of our messages is matched by the address that it came back to."""

import smtplib
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from aiosmtpd.smtp import SMTP, Envelope, Session
from sqlalchemy import select

from crm_core.channels import mail_out
from crm_core.kernel.access import SYSTEM
from crm_core.kernel.work import Clock, begin
from crm_core.marketing import campaigns, return_mailbox, sending
from crm_core.settings import Settings
from db.models import Recipient, Suppression
from tests.channels.test_mail_out import FROM, Post, listening
from tests.marketing.campaigning import draft, person
from tests.people import Cast

RETURN = "Bounces@alder.test"
REPORT = """From: MAILER-DAEMON@mx.x.test
To: {to}
Subject: Undeliverable
Message-ID: <about.{address}>
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/plain

Your message could not be delivered.
--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.x.test

Final-Recipient: rfc822; {address}
Action: failed
Status: 5.1.1
Diagnostic-Code: smtp; 550 5.1.1 User unknown
--b--
"""
"""What a mail server sends that brings nothing of the message back."""


class Registered(Post):
    """A mail server that remembers where reports are to go."""

    async def handle_MAIL(  # noqa: N802 - the name that the server library calls
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        envelope.mail_from = address
        self.answers.setdefault("from", "")
        self.answers["from"] += f"{address} "
        return "250 fine"


def test_a_report_without_the_name_of_a_message_is_matched_by_its_return_address(
    cast: Cast, clock: type[Clock], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    post, home = Registered(), Post()
    ada, ben = person(cast.mark, "Ada"), person(cast.mark, "Ben")
    monkeypatch.setenv("CRM_MAIL_FROM", FROM)
    monkeypatch.setenv("CRM_PUBLIC_URL", "https://crm.alder.test")
    with listening(post) as url, listening(home) as back:
        monkeypatch.setenv("CRM_SMTP_URL", url)
        chosen = Settings(
            "sqlite://", tmp_path, smtp_url=url, mail_from=FROM, mail_return=RETURN,
            public_url="https://crm.alder.test",
        )  # fmt: skip
        campaigns.send(cast.olga, draft(cast.olga))
        while sending.advance_next("here/1/a", lambda: False, chosen):
            pass
        paths = dict(zip([mail["To"] for mail in post.mails], post.answers["from"].split(), strict=True))
        forged = paths["ben@x.test"].replace("-", "-0", 1)[:-12] + "@alder.test"
        parts = urlsplit(back)
        with smtplib.SMTP(str(parts.hostname), parts.port or 0) as server:
            for to, about in ((paths["ada@x.test"].lower(), "ada@x.test"), (forged, "ben@x.test")):
                server.sendmail("", [to], REPORT.format(to=to, address=about).encode())
    chosen.mail_in_dir.mkdir()
    for number, raw in enumerate(home.got):
        (chosen.mail_in_dir / f"{number}.eml").write_bytes(raw)
    return_mailbox.look(chosen)

    assert all(path.startswith("Bounces+") and path.endswith("@alder.test") for path in paths.values())
    assert len(set(paths.values())) == len(home.got) == 2
    with begin(SYSTEM, write=False) as work:
        bounced = work.scalars(select(Recipient.contact_id).where(Recipient.bounced_at.is_not(None)))
        blocked = work.scalars(select(Suppression.address_key))
    assert (bounced, blocked) == ([ada], ["ada@x.test"])
    assert ben not in bounced
    assert mail_out.problems(chosen) == []
    assert (
        "CRM_MAIL_RETURN"
        in mail_out.problems(Settings("sqlite://", tmp_path, smtp_url=url, mail_from=FROM, mail_return="us"))[
            0
        ]
    )
