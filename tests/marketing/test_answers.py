"""What comes back is taken in once: bounces block addresses, replies reach the contact and its owner."""

from pathlib import Path

import pytest
from sqlalchemy import func, select

from crm_core.activity import history
from crm_core.kernel.access import SYSTEM, Actor
from crm_core.kernel.errors import NotAllowed
from crm_core.kernel.paging import Paging
from crm_core.kernel.work import Clock, begin
from crm_core.marketing import answers, audiences, return_mailbox
from crm_core.people import consents, contacts
from crm_core.people.consents import Proof
from crm_core.settings import Settings
from crm_core.team import notices
from db.models import CampaignEvent, Contact, IncomingMail, Interaction, Recipient, Suppression
from tests.channels.imap_server import Kept, mailbox
from tests.conftest import at
from tests.marketing.campaigning import draft, person
from tests.marketing.campaigns_made import DAY, campaign, recipient, variant

REPORT = """From: MAILER-DAEMON@mx.test
Message-ID: <report{number}@mx.test>
Subject: Undelivered Mail Returned to Sender
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/plain

Your message could not be delivered.
--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.test

Final-Recipient: rfc822; ada@x.test
Action: {action}
Status: {status}
Diagnostic-Code: smtp; {words}
--b
Content-Type: text/rfc822-headers

Message-ID: {about}
--b--
"""
COMPLAINT = """From: fbl@mx.test
Message-ID: <fbl@mx.test>
MIME-Version: 1.0
Content-Type: multipart/report; report-type=feedback-report; boundary="b"

--b
Content-Type: message/feedback-report

Feedback-Type: abuse
Original-Rcpt-To: ada@x.test
--b
Content-Type: message/rfc822

Message-ID: {about}
Subject: Spring

Hello
--b--
"""
REPLY = """From: Ada <{sender}>
Message-ID: <answer@x.test>
In-Reply-To: {about}
Subject: Re: Spring

I would like two, please.

On Mon, 2 Mar 2026 at 09:00, Alder <crm@alder.test> wrote:
> Spring is on
"""
HARD = {"action": "failed", "status": "5.1.1", "words": "550 5.1.1 User unknown"}
FULL = {"action": "failed", "status": "5.2.2", "words": "552 5.2.2 Mailbox full"}


@pytest.fixture
def ada(mark: Actor, ann: Actor) -> int:
    key = person(mark, "Ada")
    with begin(SYSTEM) as work:
        work.get(Contact, key).owner_id = ann.id
    return key


def sent(ada: int | None, number: int = 1) -> int:
    key = campaign(f"Spring {number}")
    return recipient(key, variant(key, "A"), ada, address="ADA@x.test", message_id=f"<m{number}@alder.test>")


def report(number: int = 1, **values: str) -> bytes:
    return REPORT.format(number=number, about=f"<m{number}@alder.test>", **{**HARD, **values}).encode()


def count(model: type) -> int:
    with begin(SYSTEM, write=False) as work:
        return int(work.scalar(select(func.count()).select_from(model)))


def row(key: int) -> Recipient:
    with begin(SYSTEM, write=False) as work:
        return work.get(Recipient, key)


def blocked() -> dict[str, str]:
    with begin(SYSTEM, write=False) as work:
        return {one.address_key: one.reason for one in work.scalars(select(Suppression))}


def test_a_hard_bounce_of_our_message_blocks_its_address_once(ada: int, mark: Actor) -> None:
    key = sent(ada)

    first, again = (answers.take_in(SYSTEM, report()) for _ in range(2))

    assert (first, again.is_new) == (answers.Taken("bounce", True, True, ada), False)
    assert row(key).bounced_at is not None
    assert blocked() == {"ada@x.test": "bounced"}
    assert (count(CampaignEvent), count(IncomingMail)) == (1, 1)
    assert audiences.count(mark, draft(mark)).excluded == {"suppressed": 1}


def test_soft_bounces_block_only_when_they_repeat_and_delays_do_nothing(ada: int) -> None:
    keys = [sent(ada, number) for number in (1, 2, 3)]
    delayed = answers.take_in(SYSTEM, report(1, **{**FULL, "action": "delayed", "status": "4.2.2"}))
    assert (delayed.kind, row(keys[0]).bounced_at) == ("delay", None)
    for number in (2, 3):
        assert not answers.take_in(SYSTEM, report(number, **FULL)).is_hard
    assert blocked() == {}
    assert row(keys[1]).bounced_at is not None

    again = report(1, **FULL).replace(b"<report1@", b"<later@")
    answers.take_in(SYSTEM, again)

    assert blocked() == {"ada@x.test": "bounced"}


def test_a_report_about_no_message_of_ours_blocks_nobody(ada: int) -> None:
    sent(ada)
    forged = [
        report().replace(b"<m1@alder.test>", b"<guess@alder.test>"),
        COMPLAINT.format(about="<x@y>").encode(),
    ]

    for raw in forged:
        assert answers.take_in(SYSTEM, raw).contact_id is None

    assert blocked() == {}
    assert count(CampaignEvent) == 0


def test_who_reports_us_as_spam_is_written_to_no_more(ada: int, mark: Actor) -> None:
    sent(ada)

    assert answers.take_in(SYSTEM, COMPLAINT.format(about="<m1@alder.test>").encode()).kind == "complaint"

    assert blocked() == {"ada@x.test": "complained"}
    assert contacts.get(mark, ada).email_opt == "out"


def test_a_reply_stands_on_the_timeline_once_and_its_owner_learns_it(
    ada: int, ann: Actor, mark: Actor
) -> None:
    key = sent(ada)
    raw = REPLY.format(sender="other@y.test", about="<m1@alder.test>").encode()

    assert answers.take_in(SYSTEM, raw) == answers.Taken("reply", True, False, ada)
    assert not answers.take_in(SYSTEM, raw).is_new

    with begin(SYSTEM, write=False) as work:
        [kept] = work.scalars(select(Interaction))
        assert (kept.contact_id, kept.direction, kept.body) == (ada, "in", "I would like two, please.")
    assert row(key).replied_at is not None
    assert "email.logged" in [one.name for one in history.of_contact(mark, ada, Paging())]
    assert [one.text for one in notices.mine(ann)] == ["Ada replied to “Spring 1”"]


@pytest.mark.parametrize(
    ("sender", "more", "kind", "logged"),
    [
        ("ada@x.test", "", "reply", 1), ("nobody@x.test", "", "other", 0), ("twin@x.test", "", "other", 0),
        ("ada@x.test", "Auto-Submitted: auto-replied\n", "auto", 0),
    ],
)  # fmt: skip
def test_without_a_known_message_only_one_person_of_that_address_replied(
    sender: str, more: str, kind: str, logged: int, ada: int, mark: Actor
) -> None:
    for name in ("Ben", "Cyd"):
        person(mark, name, "twin@x.test")

    taken = answers.take_in(SYSTEM, (more + REPLY.format(sender=sender, about="<x@y.test>")).encode())

    assert (taken.kind, count(Interaction)) == (kind, logged)


def test_mail_is_read_only_by_the_system_and_administrators(mark: Actor, olga: Actor) -> None:
    with pytest.raises(NotAllowed):
        answers.take_in(mark, REPLY.encode())
    with pytest.raises(NotAllowed):
        return_mailbox.status(mark)
    assert return_mailbox.status(olga).counts == {}


def test_mailbox_and_folder_are_emptied_and_trouble_is_told(
    ada: int, olga: Actor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent(ada)
    kept = Kept({"7": report(), "9": b" ", "12": REPLY.format(sender="ada@x.test", about="<z@y>").encode()})
    folder = tmp_path / "mail-in"
    folder.mkdir()
    (folder / "one.eml").write_bytes(report(2))
    with mailbox(kept) as url:
        settings = Settings("sqlite://", tmp_path, imap_url=url)
        monkeypatch.setenv("CRM_IMAP_URL", url)
        assert not return_mailbox.look(settings)
        return_mailbox.look(settings)
        found = return_mailbox.status(olga)
        kept.password = "another one"
        return_mailbox.look(settings)

    assert kept.read == {"7", "9", "12"}
    assert [path.name for path in folder.rglob("*.eml")] == ["one.eml"]
    assert (folder / "done" / "one.eml").exists()
    assert (found.is_set_up, found.trouble, found.counts) == (True, "", {"bounce": 2, "reply": 1})
    assert "cannot be read" in return_mailbox.status(olga).trouble


def test_the_worker_looks_once_a_minute(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    looked: list[Settings] = []

    def look(settings: Settings, _stopping: object) -> bool:
        looked.append(settings)
        return False

    monkeypatch.setattr(return_mailbox, "look", look)
    monkeypatch.setattr(return_mailbox._Looked, "until", 0.0)
    for _ in range(3):
        assert not return_mailbox.advance_next("here", lambda: False, Settings("sqlite://", tmp_path))
    assert len(looked) == 1


def test_who_unsubscribed_in_an_imported_campaign_is_written_to_only_after_agreeing_again(
    ada: int, mark: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    agreed = consents.of_contact(mark, ada)[0].happened_at
    ben, old = person(mark, "Ben"), campaign("Old", state="imported")
    for contact_id, moment in ((ada, agreed + DAY), (ben, agreed - DAY)):
        recipient(old, variant(old, f"of {contact_id}"), contact_id, unsubscribed_at=moment)
    key = draft(mark)

    found = audiences.count(mark, key)
    assert (found.count, found.excluded) == (1, {"opted_out": 1})

    monkeypatch.setattr(Clock, "now", at(agreed + 2 * DAY))
    consents.opt_in(mark, ada, Proof("signed form again"))
    assert audiences.count(mark, key).count == 2
