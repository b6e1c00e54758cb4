"""Mails that came in, and what they may be about."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import func, select

from db.models import Contact, IncomingMail, Mail, Recipient
from db.queries import Rows


def known(message_id: str) -> Rows:
    """The mail with this name, when it was read before."""
    return select(IncomingMail.id).where(IncomingMail.message_id == message_id)


def recipients(message_ids: Collection[str]) -> Rows:
    """Recipients of campaigns whose messages have these names."""
    return select(Recipient).where(Recipient.message_id.in_(message_ids)).order_by(Recipient.id.desc())


def mails(message_ids: Collection[str]) -> Rows:
    """Single mails with these names: contact and address."""
    columns = (Mail.contact_id, Mail.to_address)
    return select(*columns).where(Mail.message_id.in_(message_ids)).order_by(Mail.id.desc())


def contacts(address: str) -> Rows:
    """Contacts with this address, at most two: of more than one nobody knows who wrote."""
    return select(Contact.id).where(Contact.email == address).order_by(Contact.id).limit(2)


def soft_bounces(contact_id: int, address: str) -> Rows:
    """How many messages of campaigns came back from this address of a contact."""
    chosen = (Recipient.contact_id == contact_id, func.lower(Recipient.address) == address)
    return select(func.count()).where(*chosen, Recipient.bounced_at.is_not(None))


def counts(since: datetime) -> Rows:
    """How many mails of each kind came in since then, and when the last one did."""
    columns = (IncomingMail.kind, func.count(), func.max(IncomingMail.received_at))
    return select(*columns).where(IncomingMail.received_at >= since).group_by(IncomingMail.kind)
