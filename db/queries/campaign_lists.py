"""Those whom people of the house reach for a campaign: letters and posts, with the address and the words."""

from sqlalchemy import select

from db.models import CampaignVariant, Contact, Recipient
from db.queries import Rows


def receivers(campaign_id: int, after_id: int, limit: int) -> Rows:
    """The next recipients behind one, with their addresses."""
    return (
        select(
            Recipient.id, Recipient.contact_id, Recipient.address, CampaignVariant.subject,
            CampaignVariant.body_text, Contact.salutation, Contact.name, Contact.company, Contact.street,
            Contact.postal_code, Contact.city, Contact.state, Contact.country,
        )
        .join(CampaignVariant, CampaignVariant.id == Recipient.variant_id)
        .join(Contact, Contact.id == Recipient.contact_id)
        .where(Recipient.campaign_id == campaign_id, Recipient.state == "sent", Recipient.id > after_id)
        .order_by(Recipient.id)
        .limit(limit)
    )  # fmt: skip
