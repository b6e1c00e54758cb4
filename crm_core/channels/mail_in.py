"""A mail that came in: what it is, whom it is from, what is new in it, which of our messages it is about."""

import email
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from email import policy
from email.message import Message
from email.utils import getaddresses, parseaddr, parsedate_to_datetime
from hashlib import sha256
from typing import Final

from crm_core.channels import bounces, mail_text
from crm_core.channels.bounces import Verdict
from crm_core.kernel.errors import Invalid

LARGEST: Final = 25_000_000  # bytes
MOST_NAMED: Final = 50
LONGEST_ID: Final = 200
_ID: Final = re.compile(r"<[^<>\s@]{1,200}@[^<>\s]{1,200}>")
_ID_LINE: Final = re.compile(r"^(?:message-id|in-reply-to|references):((?:.*)(?:\r?\n[ \t].*)*)", re.I | re.M)
_READ: Final = 300_000


@dataclass(frozen=True)
class Incoming:
    """A mail that came in. ``recipients`` are the addresses that it went to, in small letters.

    ``message_id`` names it once and for ever, by its bytes where it has no name. ``text`` is what its writer
    adds to what is quoted. ``named`` are the Message-IDs that it answers or brings back, the nearest first.
    """

    message_id: str
    from_address: str
    subject: str
    text: str
    sent_at: datetime | None
    named: tuple[str, ...]
    verdict: Verdict
    from_name: str = ""
    recipients: tuple[str, ...] = ()
    is_of_a_list: bool = False


def read(raw: bytes) -> Incoming:
    """Read a mail as it came over the wire; whatever its header claims, it stays text.

    Raises:
        Invalid: it is empty, or far too large.
    """
    if not raw.strip():
        raise Invalid("This mail is empty. Choose a file with a mail as it was sent (.eml).")
    if len(raw) > LARGEST:
        raise Invalid(f"This mail has more than {LARGEST // 1_000_000} MB and is not read.")
    mail = email.message_from_bytes(raw, policy=policy.compat32)
    own = mail_text.header(mail, "Message-ID")[: LONGEST_ID + 40]
    judged = bounces.verdict(mail)
    return Incoming(
        message_id=own or f"<{sha256(raw).hexdigest()}@without.id>",
        from_address=parseaddr(mail_text.header(mail, "From"))[1][:254].lower(),
        subject=mail_text.header(mail, "Subject")[:500],
        text=mail_text.reply_of(mail_text.body(mail)),
        sent_at=_moment(mail),
        named=_named(mail, raw, own),
        verdict=judged,
        from_name=parseaddr(mail_text.header(mail, "From"))[0][:200],
        recipients=_recipients(mail),
        is_of_a_list=bool(mail.get("List-Id")) or str(mail.get("Precedence", "")).strip().lower() == "list",
    )


def _named(mail: Message, raw: bytes, own: str) -> tuple[str, ...]:
    found: dict[str, None] = {}
    for name in ("In-Reply-To", "References"):
        # The last reference is the message that was answered.
        found |= dict.fromkeys(reversed(_ID.findall(str(mail.get(name, "")))))
    enclosed = [raw[:_READ].decode("latin-1")]
    enclosed += [mail_text.plain(part) for part in mail.walk() if part.get("Content-Transfer-Encoding")]
    for text in enclosed:
        for match in _ID_LINE.finditer(text[:_READ]):
            found |= dict.fromkeys(_ID.findall(match[1]))
    return tuple(one for one in found if one != own and len(one) <= LONGEST_ID)[:MOST_NAMED]


def _recipients(mail: Message) -> tuple[str, ...]:
    names = ("To", "Cc", "Delivered-To", "X-Original-To")
    lines = [mail_text.header(mail, name) for name in names if mail.get(name)]
    found = (address.lower() for _, address in getaddresses(lines) if "@" in address)
    return tuple(dict.fromkeys(found))[:MOST_NAMED]


def _moment(mail: Message) -> datetime | None:
    try:
        found = parsedate_to_datetime(str(mail.get("Date", "")))
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    try:
        return found.replace(tzinfo=found.tzinfo or UTC).astimezone(UTC)
    except (ValueError, OverflowError):
        return None
