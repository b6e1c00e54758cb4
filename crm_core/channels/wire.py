"""A mail as bytes, many times quicker than by the message classes of the standard library.

Those read every header again that they write; for a campaign that takes longer than the mail server does.
What is not plain here (long headers, files) is left to them.
"""

import binascii
from email.header import Header
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from functools import lru_cache
from hashlib import sha256
from typing import Final

from crm_core.channels import messages
from crm_core.channels.types import OutgoingMail

LONGEST_LINE: Final = 900
"""Bytes; RFC 5321 allows 998 for a line of text."""
_LONGEST_PLAIN: Final = 60
_END: Final = b"\r\n"


def composed(mail: OutgoingMail, mail_from: str) -> bytes:
    """The mail, ready to be sent: the same bytes at every attempt.

    Raises:
        Invalid: an address is none, or a header is not allowed.
    """
    headers = messages.checked_headers(mail.headers)
    to_address = messages.address_of(mail.to_address)
    if mail.attachments or not all(_is_short(text) for text in headers.values()):
        return messages.message(mail, mail_from).as_bytes()
    head = [
        _from(mail_from), f"To: {to_address}",
        f"Subject: {_words(messages.one_line(mail.subject)[: messages.LONGEST_SUBJECT])}",
        f"Date: {format_datetime(mail.created_at)}", f"Message-ID: {mail.message_id}",
        *(f"{name}: {text}" for name, text in headers.items()), "MIME-Version: 1.0",
    ]  # fmt: skip
    text = _part("plain", mail.body_text)
    if not mail.body_html:
        return _END.join([*(line.encode() for line in head), text])
    mark = sha256(mail.message_id.encode()).hexdigest()[:32].encode()
    head.append(f'Content-Type: multipart/alternative; boundary="{mark.decode()}"')
    return _END.join(
        [*(line.encode() for line in head), b"", b"--" + mark, text, b"--" + mark,
         _part("html", mail.body_html), b"--" + mark + b"--", b""]
    )  # fmt: skip


def _part(kind: str, text: str) -> bytes:
    """A text with its headers; as it is where every server takes it so, else quoted-printable."""
    raw = _END.join(text.encode("utf-8", "replace").splitlines()) + _END
    how = b"7bit"
    if not raw.isascii() or b"\0" in raw or max(map(len, raw.split(_END))) > LONGEST_LINE:
        raw, how = binascii.b2a_qp(raw, istext=True), b"quoted-printable"
    about = f'Content-Type: text/{kind}; charset="utf-8"'.encode()
    return _END.join([about, b"Content-Transfer-Encoding: " + how, b"", raw])


def _words(text: str) -> str:
    if text.isascii() and len(text) <= _LONGEST_PLAIN and "=?" not in text:
        return text
    return Header(text, "utf-8", header_name="Subject").encode(linesep="\r\n")


def _is_short(text: str) -> bool:
    return text.isascii() and len(text) <= LONGEST_LINE


@lru_cache(maxsize=8)
def _from(mail_from: str) -> str:
    made = EmailMessage(policy=SMTP)
    made["From"] = messages.sender(mail_from)
    return made.as_string().partition("\r\n\r\n")[0].partition("\n\n")[0].rstrip()
