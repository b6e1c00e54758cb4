"""Reports of mail servers are understood by their words; answers lose what they quote."""

import email
import json
import time
import zipfile
from email import policy

import pytest

from crm_core.channels import bounces, mail_in, mail_text
from crm_core.kernel.errors import Invalid
from tests.shared_data import shared

PLAIN = b"From: ada@x.test\r\nSubject: =?utf-8?q?Gr=C3=BC=C3=9Fe?=\r\nMessage-ID: <1@x.test>\r\n"


@pytest.mark.parametrize(
    ("words", "is_final"),
    [
        ("550 5.1.1 <ada@x.test>: Recipient address rejected: User unknown in virtual alias table", True),
        ("550 5.1.1 The email account that you tried to reach does not exist", True),
        ("Host or domain name not found. Name service error for name=x.test", True),
        ("552 5.2.2 Mailbox full", False), ("550 User ada is over quota", False),
        ("554 5.7.1 Service unavailable; client blocked using dnsbl.test", False),
        ("550 5.7.26 Unauthenticated email is not accepted due to the domain's DMARC policy", False),
        ("connect to x.test: Connection timed out", False), ("550 Virus detected", False),
        ("550 5.2.1 The account is disabled", False), ("554 Transaction failed", False),
        ("550 5.1.1", True), ("", False),
    ],
)  # fmt: skip
def test_only_words_about_somebody_who_is_not_there_are_final(words: str, is_final: bool) -> None:
    assert bounces.is_final(words) is is_final


def test_real_reports_are_told_apart_far_better_than_by_their_status_alone() -> None:
    archive, facts = shared("06_email/bounces.zip"), shared("06_email/bounces.expected.json")
    expected = json.loads(facts.read_text())
    right = found = false = 0
    with zipfile.ZipFile(archive) as mails:
        for name, truth in expected["files"].items():
            said = bounces.verdict(email.message_from_bytes(mails.read(name), policy=policy.compat32))
            is_hard = truth[0]["hard_bounce"]
            right += said.is_hard == is_hard
            found += said.is_hard and is_hard
            false += said.is_hard and not is_hard
            assert not (said.is_hard and truth[0]["reason"] in ("feedback", "vacation", "delivered"))

    naive = expected["reference_naive_rule"]
    assert right / len(expected["files"]) >= 0.9 > naive["accuracy"]
    assert found / (found + false) >= 0.8 > naive["precision"]


def test_real_answers_lose_what_they_quote_and_quickly() -> None:
    folder = shared("06_email/replies")
    started = time.process_time()
    for name, facts in json.loads((folder / "expected.json").read_text())["files"].items():
        kept = mail_text.reply_of((folder / name).read_text())
        assert kept == facts.get("equals", kept), name
        assert all(part in kept for part in facts.get("contains", ())), name
        assert not any(part in kept for part in facts.get("not_contains", ())), name
    assert time.process_time() - started < 5


@pytest.mark.parametrize(
    ("more", "kind"),
    [
        ("Subject: Re: Hello\r\n", "other"), ("Auto-Submitted: auto-replied\r\n", "auto"),
        ("Subject: Out of office: Hello\r\n", "auto"), ("Precedence: bulk\r\n", "auto"),
        ("X-Failed-Recipients: ada@x.test\r\n", "bounce"),
        ('Content-Type: multipart/report; report-type=feedback-report; boundary="b"\r\n', "complaint"),
    ],
)  # fmt: skip
def test_what_programs_write_is_no_answer(more: str, kind: str) -> None:
    mail = email.message_from_string(f"From: ada@x.test\r\n{more}\r\nHello", policy=policy.compat32)

    assert bounces.verdict(mail).kind == kind


def test_hostile_and_broken_mails_stay_text() -> None:
    read = mail_in.read(PLAIN + b"Date: nonsense\r\nReferences: <a@b> <c@d>\r\nIn-Reply-To: <e@f>\r\n\r\nHi")
    assert (read.subject, read.from_address, read.sent_at) == ("Grüße", "ada@x.test", None)
    assert read.named == ("<e@f>", "<c@d>", "<a@b>")

    for raw in (
        b"\x00\xff\xfe", b"Subject: =?bad?q?=FF?=\r\n\r\n",
        b"Content-Type: text/plain; charset=nope\r\n\r\n\xff",
        b"From: " + b"<" * 5_000 + b"\r\n\r\n" + b"On " * 20_000,
        b"Content-Type: multipart/mixed\r\n\r\nno parts",
        b"Content-Type: message/delivery-status\r\n\r\n", b"Date: Mon, 99 Foo 99999 99:99 +9999\r\n\r\n",
    ):  # fmt: skip
        found = mail_in.read(raw)
        assert "\n" not in found.subject + found.from_address
    for wrong in (b"", b" \r\n", b"x" * (mail_in.LARGEST + 1)):
        with pytest.raises(Invalid):
            mail_in.read(wrong)
