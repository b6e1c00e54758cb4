"""The outbox: mail is a row first, in the transaction of what it is about; a worker sends it later."""

import base64
from collections.abc import Sequence
from uuid import uuid4

from crm_core.channels import messages
from crm_core.channels.smtp import Server
from crm_core.channels.types import MailRow, MailStatus, NewMail
from crm_core.kernel.access import Permission
from crm_core.kernel.errors import Conflict, Invalid
from crm_core.kernel.paging import Page, Paging
from crm_core.kernel.work import Work, use_case
from crm_core.settings import Settings
from db.models import Mail
from db.queries import mails as sql

STATES = ("pending", "sending", "sent", "failed", "unclear")
LARGEST_ATTACHMENTS = 10_000_000  # bytes; many servers refuse more


def write(work: Work, new: NewMail) -> int | None:
    """Put a mail into the outbox; returns its id, or None when its cause wrote one before.

    Raises:
        Invalid: the address is none, a header is not allowed, or the files are too large.
    """
    if work.scalar(sql.of_cause(new.cause)) is not None:
        return None
    if sum(len(file.content) for file in new.attachments.values()) > LARGEST_ATTACHMENTS:
        raise Invalid(f"The files of a mail may have {LARGEST_ATTACHMENTS // 1_000_000} MB together.")
    messages.address_of(new.to)
    row = work.add(
        Mail(
            cause=new.cause,
            purpose=new.purpose,
            to_address=new.to,
            subject=messages.one_line(new.subject)[: messages.LONGEST_SUBJECT],
            body_text=new.text,
            body_html=new.html,
            headers=messages.checked_headers(new.headers),
            attachments={
                name: {"type": file.media_type, "content": base64.b64encode(file.content).decode()}
                for name, file in new.attachments.items()
            },
            message_id=f"<{uuid4().hex}@{_domain()}>",
            state="pending",
            contact_id=new.contact_id,
            user_id=new.user_id,
            next_try_at=new.not_before or work.now,
            created_at=work.now,
        )
    )
    work.flush()
    return row.id


@use_case(Permission.SETTINGS_MANAGE, read=True)
def status(work: Work) -> MailStatus:
    """How mail goes."""
    settings = Settings.from_environment()
    counted = {row[0]: row[1] for row in work.tuples(sql.counts())}
    last = next(iter(work.tuples(sql.last_sent())), (None,))
    return MailStatus(
        is_set_up=is_set_up(settings),
        waiting=counted.get("pending", 0) + counted.get("sending", 0),
        failed=counted.get("failed", 0),
        unclear=counted.get("unclear", 0),
        last_sent_at=last[0],
        last_answer=str(work.scalar(sql.last_trouble()) or ""),
    )


@use_case(Permission.SETTINGS_MANAGE, read=True)
def search(work: Work, states: Sequence[str] = (), paging: Paging = Paging()) -> Page[MailRow]:  # noqa: B008
    """Mails in these states (all without any), the latest first."""
    return work.page(sql.listed_by(states), paging, MailRow)


@use_case(Permission.SETTINGS_MANAGE)
def send_again(work: Work, mail_id: int) -> None:
    """Send a mail again that failed, or of which nobody knows whether it arrived (it may arrive twice).

    Raises:
        Conflict: it is neither.
    """
    row = work.get(Mail, mail_id)
    if row.state not in ("failed", "unclear"):
        raise Conflict(f"This mail is “{row.state}”; only failed and unclear ones are sent again.")
    row.state, row.attempts, row.next_try_at, row.worker = "pending", 0, work.now, ""
    work.record("mail.sent_again", row, to=row.to_address, about=row.subject)


def is_set_up(settings: Settings) -> bool:
    """Is there a mail server, and an address to send from?"""
    return bool(settings.smtp_url and settings.mail_from)


def problems(settings: Settings) -> list[str]:
    """What is wrong with the settings of mail, in sentences; nothing is tried out."""
    found: list[str] = []
    for read, text in ((Server.of, settings.smtp_url), (messages.sender, settings.mail_from)):
        try:
            read(text)
        except Invalid as error:
            found.append(error.message)
    if settings.mail_return:
        try:
            messages.address_of(settings.mail_return)
        except Invalid:
            found.append("CRM_MAIL_RETURN is no e-mail address. Write bounces@example.com, or leave it out.")
    return found


def _domain() -> str:
    """What stands behind the @ of message ids: the domain that mail is sent from, where it is known."""
    mail_from = Settings.from_environment().mail_from
    if not mail_from:
        return "rapport.invalid"
    return messages.sender(mail_from).domain
