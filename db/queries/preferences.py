"""What readers can choose, and what they said."""

from sqlalchemy import select

from db.models import Campaign, Consent
from db.queries import Rows


def offered() -> Rows:
    """(channel, purpose) of everything that was ever sent."""
    found = select(Campaign.channel, Campaign.purpose).where(Campaign.state.not_in(("draft", "imported")))
    return found.distinct().order_by(Campaign.channel, Campaign.purpose)


def said(contact_id: int) -> Rows:
    """(channel, purpose, granted) of all that a contact said, in the order of its time."""
    columns = (Consent.channel, Consent.purpose, Consent.is_granted)
    return select(*columns).where(Consent.contact_id == contact_id).order_by(Consent.happened_at, Consent.id)
