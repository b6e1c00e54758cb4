"""What contacts agreed to and took back."""

from sqlalchemy import select

from db.models import Consent
from db.queries import Rows


def of_contact(contact_id: int) -> Rows:
    """All of a contact, the latest first."""
    columns = (
        Consent.id, Consent.channel, Consent.purpose, Consent.is_granted, Consent.source,
        Consent.happened_at, Consent.recorded_at,
    )  # fmt: skip
    statement = select(*columns).where(Consent.contact_id == contact_id)
    return statement.order_by(Consent.happened_at.desc(), Consent.id.desc())


def newest(contact_id: int, channel: str, purpose: str) -> Rows:
    """What holds now: the latest word on one channel and purpose."""
    statement = select(Consent).where(
        Consent.contact_id == contact_id, Consent.channel == channel, Consent.purpose == purpose
    )
    return statement.order_by(Consent.happened_at.desc(), Consent.id.desc()).limit(1)
