"""Lists of members, what lies in their lots, their way through the tiers, and what is about to expire."""

from datetime import datetime

from sqlalchemy import BigInteger, and_, cast, func, or_, select
from sqlalchemy.orm import aliased

from db.models import Contact, Membership, PointEntry, PointLot, PurchaseTotal, Tier, TierChange
from db.queries import Rows
from db.queries.loyalty import OPEN
from db.queries.search import Words, having

_BOUGHT = (
    select(func.max(PurchaseTotal.last_at))
    .where(PurchaseTotal.contact_id == Membership.contact_id)
    .correlate(Membership)
    .scalar_subquery()
)


def listed(
    words: Words, member_id: int | None, tier_id: int | None, state: str, sleeping_before: datetime
) -> Rows:
    """Members as lists show them: those who had a posting last come first.

    Args:
        words: what name, e-mail, phone or company must hold.
        member_id: the one whose card was typed; then the words do not count.
        state: ``active``, ``sleeping``, ``merged`` or empty for all who were not merged.
    """
    statement = (
        select(
            Membership.id.label("membership_id"), Membership.contact_id, Contact.name, Contact.email,
            Membership.card_number, Membership.state, func.coalesce(Tier.name, "").label("tier"),
            Membership.balance, Membership.joined_at, Membership.last_at, _BOUGHT.label("bought_at"),
        )
        .join(Contact, Contact.id == Membership.contact_id)
        .outerjoin(Tier, Tier.id == Membership.tier_id)
        .order_by(Membership.joined_at.desc(), Membership.id.desc())
    )  # fmt: skip
    if member_id is not None:
        statement = statement.where(Membership.id == member_id)
    elif words:
        statement = statement.where(having(words, Contact))
    if tier_id is not None:
        is_in = Membership.tier_id == tier_id if tier_id else Membership.tier_id.is_(None)
        statement = statement.where(is_in)
    if state == "merged":
        return statement.where(Membership.state == "merged")
    statement = statement.where(Membership.state == "active")
    if state == "active":
        return statement.where(Membership.last_at >= sleeping_before)
    if state == "sleeping":
        return statement.where(or_(Membership.last_at.is_(None), Membership.last_at < sleeping_before))
    return statement


def posted_since(membership_id: int, number: int) -> Rows:
    """The numbers of the entries of a member that came after its entry of this number."""
    newer = and_(PointEntry.membership_id == membership_id, PointEntry.number > number)
    return select(PointEntry.id).where(newer).order_by(PointEntry.number)


def open_lots(membership_id: int) -> Rows:
    """What lies in a member's lots, in the order in which it is spent."""
    columns = ("id", "points", "remaining", "earned_at", "available_at", "expires_at")
    statement = select(*(getattr(PointLot, name) for name in columns), PointEntry.reason)
    statement = statement.join(PointEntry, PointEntry.id == PointLot.entry_id)
    mine = and_(PointLot.membership_id == membership_id, OPEN)
    return statement.where(mine).order_by(PointLot.expires_at.is_(None), PointLot.expires_at, PointLot.id)


def steps(membership_id: int) -> Rows:
    """How a member came through the tiers, the latest step first."""
    before, after = aliased(Tier), aliased(Tier)
    statement = select(
        func.coalesce(before.name, "").label("before"), func.coalesce(after.name, "").label("after"),
        TierChange.qualifying, TierChange.reason.label("way"), TierChange.changed_at,
    )  # fmt: skip
    return (
        statement.outerjoin(before, before.id == TierChange.from_id)
        .outerjoin(after, after.id == TierChange.to_id)
        .where(TierChange.membership_id == membership_id)
        .order_by(TierChange.changed_at.desc(), TierChange.id.desc())
    )


def ending(since: datetime, until: datetime, after: int, limit: int) -> Rows:
    """Members whose points expire in a period, some at a time: (member, contact, points, first expiry)."""
    points = cast(func.sum(PointLot.remaining), BigInteger).label("points")
    return (
        select(
            Membership.id.label("membership_id"), Membership.contact_id, points,
            func.min(PointLot.expires_at).label("expires_at"),
        )
        .join(Membership, Membership.id == PointLot.membership_id)
        .where(OPEN, PointLot.expires_at > since, PointLot.expires_at <= until)
        .where(Membership.state == "active", Membership.id > after)
        .group_by(Membership.id, Membership.contact_id)
        .order_by(Membership.id)
        .limit(limit)
    )  # fmt: skip
