"""A mail as it goes over the wire: headers that nobody can smuggle lines into, text, HTML, files."""

import base64
import re
import unicodedata
from collections.abc import Mapping
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP, SMTPUTF8
from email.utils import format_datetime, parseaddr

from crm_core.channels.types import OutgoingMail
from crm_core.kernel.errors import Invalid

LONGEST_SUBJECT = 500
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9-]{0,60}")
# What we write ourselves, and what would make a mail say something about its way that is not true.
OURS = frozenset(
    "from to cc bcc subject date message-id mime-version content-type content-transfer-encoding sender "
    "return-path received dkim-signature".split()
)


def one_line(text: str) -> str:
    """Text for a header: no line breaks, nothing that cannot be seen."""
    if text.isascii() and text.isprintable():
        return " ".join(text.split())
    visible = "".join(" " if unicodedata.category(one).startswith(("C", "Z")) else one for one in text)
    return " ".join(visible.split())


def checked_headers(headers: Mapping[str, str]) -> dict[str, str]:
    """Further headers, tidied.

    Raises:
        Invalid: a name is none, or one of those that are ours to write.
    """
    for name in headers:
        if not _NAME.fullmatch(name) or name.lower() in OURS:
            raise Invalid(f"A mail cannot have a header “{name[:60]}” from outside.")
    return {name: one_line(text) for name, text in headers.items()}


def address_of(text: str) -> str:
    """An address as envelopes have it, the domain in letters that every server reads.

    Raises:
        Invalid: it is none.
    """
    local, at, domain = text.strip().rpartition("@")
    if not (local and at and domain) or text != one_line(text) or any(one in text for one in '<>,;" '):
        raise Invalid(f"“{text[:80]}” is no e-mail address.")
    try:
        return f"{local}@{domain if domain.isascii() else domain.encode('idna').decode()}"
    except UnicodeError as error:
        raise Invalid(f"“{text[:80]}” is no e-mail address.") from error


def sender(mail_from: str) -> Address:
    """The sender, from ``crm@example.com`` or ``Alder & Sons <crm@example.com>``.

    Raises:
        Invalid: there is no address in it.
    """
    name, address = parseaddr(one_line(mail_from))
    return Address(display_name=name, addr_spec=address_of(address))


def message(mail: OutgoingMail, mail_from: str) -> EmailMessage:
    """The mail, ready to be sent: the same bytes at every attempt.

    Raises:
        Invalid: an address is none.
    """
    to_address = address_of(mail.to_address)
    made = EmailMessage(policy=SMTP if to_address.isascii() else SMTPUTF8)
    made["From"] = sender(mail_from)
    made["To"] = Address(addr_spec=to_address)
    made["Subject"] = one_line(mail.subject)[:LONGEST_SUBJECT]
    made["Date"] = format_datetime(mail.created_at)
    made["Message-ID"] = mail.message_id
    for name, text in checked_headers(mail.headers).items():
        made[name] = text
    made.set_content(mail.body_text)
    if mail.body_html:
        made.add_alternative(mail.body_html, subtype="html")
    for name, file in mail.attachments.items():
        main, _, sub = file["type"].partition("/")
        content = base64.b64decode(file["content"])
        made.add_attachment(content, maintype=main, subtype=sub or "octet-stream", filename=one_line(name))
    return made
