"""What recipients and machines did with messages, and the links that lead out of them."""

from collections.abc import Collection

from sqlalchemy import Update, func, select, update

from db.models import CampaignEvent, Recipient, TrackedLink
from db.queries import Rows


def recipient(recipient_id: int) -> Rows:
    """One recipient, or nothing."""
    return select(Recipient).where(Recipient.id == recipient_id)


def lock(recipient_id: int) -> Rows:
    """One recipient, for one writer at a time, as it stands now."""
    found = select(Recipient).where(Recipient.id == recipient_id).with_for_update()
    return found.execution_options(populate_existing=True)


def links(campaign_id: int) -> Rows:
    """(id, url) of the links of a campaign."""
    chosen = TrackedLink.campaign_id == campaign_id
    return select(TrackedLink.id, TrackedLink.url).where(chosen).order_by(TrackedLink.id)


def target(campaign_id: int, link_id: int) -> Rows:
    """Where a link of this campaign leads, or nothing."""
    return select(TrackedLink.url).where(TrackedLink.id == link_id, TrackedLink.campaign_id == campaign_id)


def link_count(campaign_id: int) -> Rows:
    """How many links of a campaign are counted."""
    return select(func.count()).select_from(TrackedLink).where(TrackedLink.campaign_id == campaign_id)


def acts(recipient_id: int) -> Rows:
    """Opens, clicks and visits of a recipient in their order."""
    columns = (
        CampaignEvent.id, CampaignEvent.kind, CampaignEvent.link_id, CampaignEvent.is_machine,
        CampaignEvent.happened_at, CampaignEvent.facts,
    )  # fmt: skip
    chosen = (
        CampaignEvent.recipient_id == recipient_id,
        CampaignEvent.kind.in_(("open", "click", "visit")),
    )
    return select(*columns).where(*chosen).order_by(CampaignEvent.happened_at, CampaignEvent.id)


def judge(event_ids: Collection[int], *, is_machine: bool) -> Update:
    """Say of these events who did them."""
    return update(CampaignEvent).where(CampaignEvent.id.in_(event_ids)).values(is_machine=is_machine)
