"""Links of posts that anybody may follow, and how often they were followed."""

from sqlalchemy import func, select

from db.models import Campaign, LinkDay, TrackedLink
from db.queries import Rows


def link(link_id: int) -> Rows:
    """Where a link leads, with the salt and the number of its campaign, if that is one of posts."""
    return (
        select(TrackedLink.url, Campaign.salt, Campaign.id)
        .join(Campaign, Campaign.id == TrackedLink.campaign_id)
        .where(TrackedLink.id == link_id, Campaign.channel == "social")
    )


def visits(campaign_id: int) -> Rows:
    """The links of a campaign: number, address, visits by people and by programs."""
    return (
        select(
            TrackedLink.id, TrackedLink.url, func.coalesce(func.sum(LinkDay.people), 0).label("people"),
            func.coalesce(func.sum(LinkDay.machines), 0).label("machines"),
        )
        .outerjoin(LinkDay, LinkDay.link_id == TrackedLink.id)
        .where(TrackedLink.campaign_id == campaign_id)
        .group_by(TrackedLink.id, TrackedLink.url)
        .order_by(TrackedLink.id)
    )  # fmt: skip
