"""What an import of campaign results finds: campaigns by name, their variants, and rows that are there."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import Delete, case, delete, exists, or_, select, update
from sqlalchemy.sql.dml import Update

from db.models import Campaign, CampaignVariant, Recipient
from db.queries import Rows
from db.queries.lists import listed


def campaigns(name_keys: Collection[str]) -> Rows:
    """Campaigns of these folded names: (folded name, id, state, currency)."""
    columns = (Campaign.name_key, Campaign.id, Campaign.state, Campaign.currency)
    return select(*columns).where(listed(Campaign.name_key, name_keys))


def variants(campaign_ids: Collection[int]) -> Rows:
    """Variants of these campaigns: (campaign, name, id)."""
    columns = (CampaignVariant.campaign_id, CampaignVariant.name, CampaignVariant.id)
    return select(*columns).where(listed(CampaignVariant.campaign_id, campaign_ids))


def by_person(campaign_ids: Collection[int], contact_ids: Collection[int]) -> Rows:
    """First messages of these campaigns to these contacts: (campaign, contact, id)."""
    chosen = (listed(Recipient.campaign_id, campaign_ids), listed(Recipient.contact_id, contact_ids))
    columns = (Recipient.campaign_id, Recipient.contact_id, Recipient.id)
    return select(*columns).where(*chosen, Recipient.wave == 0)


def widen(campaign_id: int, first: datetime, last: datetime) -> Update:
    """Let an imported campaign reach from the first of its messages to the last."""
    begun = case(
        (or_(Campaign.started_at.is_(None), Campaign.started_at > first), first), else_=Campaign.started_at
    )
    ended = case(
        (or_(Campaign.finished_at.is_(None), Campaign.finished_at < last), last), else_=Campaign.finished_at
    )
    return update(Campaign).where(Campaign.id == campaign_id).values(started_at=begun, finished_at=ended)


def remove_empty(model: Any, ids: Collection[int]) -> Delete:
    """Remove those of these campaigns, or variants, that have no recipients."""
    column = Recipient.campaign_id if model is Campaign else Recipient.variant_id
    return delete(model).where(listed(model.id, ids), ~exists().where(column == model.id))
