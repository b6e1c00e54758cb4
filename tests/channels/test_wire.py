"""A mail that is written quickly says the same as one written by the standard library."""

import email
from datetime import UTC, datetime
from email import policy
from email.message import EmailMessage

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crm_core.channels import messages, wire
from crm_core.channels.types import OutgoingMail
from crm_core.kernel.errors import Invalid

FROM = "Alder & Söhne <crm@alder.test>"
WORDS = st.text(st.characters(codec="utf-8", exclude_characters="\0\r\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029"))


def mail(subject: str = "Hello", text: str = "Hi", html: str = "", to: str = "a@x.test") -> OutgoingMail:
    headers = {"Precedence": "bulk", "List-Unsubscribe": "<https://crm.alder.test/unsubscribe/1-a>"}
    return OutgoingMail(
        id=1, to_address=to, subject=subject, body_text=text, body_html=html, headers=headers, attachments={},
        message_id="<one@alder.test>", attempts=0, created_at=datetime(2026, 3, 2, 9, tzinfo=UTC),
    )  # fmt: skip


def body(made: EmailMessage, kind: str) -> str:
    part = made.get_body((kind,))
    assert part is not None
    return str(part.get_content()).replace("\r\n", "\n").rstrip("\n")


@settings(max_examples=40, deadline=None)
@given(subject=WORDS, text=WORDS, html=WORDS)
def test_what_is_read_from_it_is_what_was_written(subject: str, text: str, html: str) -> None:
    content = wire.composed(mail(subject, text, f"<p>{html}</p>"), FROM)

    made = email.message_from_bytes(content, policy=policy.default)
    slow = messages.message(mail(subject, text, f"<p>{html}</p>"), FROM)
    assert not made.defects
    for name in ("From", "To", "Date", "Message-ID", "Precedence", "List-Unsubscribe"):
        assert str(made[name]) == str(slow[name])
    assert str(made["Subject"]).split() == messages.one_line(subject).split()
    assert body(made, "plain") == text.rstrip("\n")
    assert body(made, "html") == f"<p>{html}</p>"
    assert content == wire.composed(mail(subject, text, f"<p>{html}</p>"), FROM)
    assert all(len(line) <= 998 for line in content.split(b"\r\n"))
    assert b"\n" not in content.replace(b"\r\n", b"")


def test_no_line_can_be_smuggled_into_the_head_and_every_address_is_written() -> None:
    made = email.message_from_bytes(
        wire.composed(mail("Hi\r\nBcc: all@x.test"), FROM), policy=policy.default
    )  # fmt: skip
    assert made["Bcc"] is None
    assert made["Subject"] == "Hi Bcc: all@x.test"
    assert "To: ü@x.test\r\n" in wire.composed(mail(to="ü@x.test"), FROM).decode()
    with pytest.raises(Invalid):
        wire.composed(mail(to="a@x.test\r\nBcc: b@x.test"), FROM)
