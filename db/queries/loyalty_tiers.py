"""Tiers, what counts for them, who is near one; and what a night has to do."""

from collections.abc import Collection
from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Update, and_, case, cast, func, or_, select, update
from sqlalchemy.orm import aliased

from db.models import Contact, Membership, Order, PointEntry, PointLot, Setting, Tier
from db.queries import Rows
from db.queries.lists import listed
from db.queries.loyalty import OPEN

TIER = ("id", "version", "name", "rank", "threshold", "bonus_percent", "benefits")
STANDING = ("id", "contact_id", "tier_id", "tier_since", "tier_until", "qualifying")


def tiers() -> Rows:
    """All tiers, the lowest first, with the number of their members."""
    count = (
        select(func.count())
        .where(Membership.tier_id == Tier.id, Membership.state == "active")
        .correlate(Tier)
        .scalar_subquery()
    )
    return select(*(getattr(Tier, name) for name in TIER), count.label("members")).order_by(Tier.rank)


def named(name_key: str) -> Rows:
    """The tier of this folded name."""
    return select(Tier).where(Tier.name_key == name_key)


def ranked() -> Rows:
    """All tiers, the lowest first."""
    return select(Tier).order_by(Tier.rank)


def standings(after: int, limit: int) -> Rows:
    """Where active members stand, some at a time."""
    statement = _standing().where(Membership.state == "active", Membership.id > after)
    return statement.order_by(Membership.id).limit(limit)


def standing_of(contact_id: int) -> Rows:
    """Where the member stands that holds the points of a contact."""
    return _standing().where(Membership.contact_id == contact_id, Membership.state == "active")


def points_in(members: Collection[int], since: datetime, until: datetime) -> Rows:
    """Points that members earned in a period, those merged into them included: (member, points).

    What was taken back counts against them, when it was taken back; gifts and corrections do not count.
    """
    whose = func.coalesce(Membership.merged_into_id, Membership.id)
    counts = or_(PointEntry.kind == "earn", and_(PointEntry.kind == "reverse", PointEntry.asked < 0))
    return (
        select(whose, cast(func.sum(PointEntry.asked), BigInteger))
        .select_from(Membership)
        .join(PointEntry, PointEntry.membership_id == Membership.id)
        .where(or_(listed(Membership.id, members), listed(Membership.merged_into_id, members)))
        .where(counts, PointEntry.happened_at >= since, PointEntry.happened_at < until)
        .group_by(whose)
    )


def revenue_in(members: Collection[int], currency: str, since: datetime, until: datetime) -> Rows:
    """What members paid in a period, less what they got back, in one currency: (member, minor units)."""
    was_paid = or_(Order.paid_at.is_not(None), Order.status.in_(("paid", "shipped", "delivered", "returned")))
    return (
        select(Membership.id, cast(func.sum(Order.total - Order.refunded), BigInteger))
        .join(Order, Order.contact_id == Membership.contact_id)
        .where(listed(Membership.id, members), Order.currency == currency, was_paid)
        .where(Order.status != "cancelled", Order.ordered_at >= since, Order.ordered_at < until)
        .group_by(Membership.id)
    )


def near_rise(share: int, limit: int) -> Rows:
    """Members whom at most ``share`` percent of the next threshold are missing, the nearest first."""
    mine, above = aliased(Tier), aliased(Tier)
    after = func.coalesce(mine.rank, -1)
    lowest = select(func.min(Tier.rank)).where(Tier.rank > after).correlate(mine).scalar_subquery()
    missing = above.threshold - Membership.qualifying
    return (
        _near(mine, above, missing)
        .join(above, above.rank == lowest)
        .where(missing > 0, missing * 100 <= above.threshold * share)
        .order_by(missing, Membership.id)
        .limit(limit)
    )


def near_fall(until: date, limit: int) -> Rows:
    """Members whose tier ends by a day and who do not qualify for it any more, the first to end first."""
    mine, below = aliased(Tier), aliased(Tier)
    missing = mine.threshold - Membership.qualifying
    reached = select(func.max(Tier.rank)).where(Tier.threshold <= Membership.qualifying).correlate(Membership)
    return (
        _near(mine, below, missing)
        .outerjoin(below, below.rank == reached.scalar_subquery())
        .where(missing > 0, Membership.tier_until <= until)
        .order_by(Membership.tier_until, Membership.id)
        .limit(limit)
    )


def release(tier_id: int) -> Update:
    """Members of a tier that goes: the next count finds them another."""
    values = {"tier_id": None, "tier_since": None, "tier_until": None}
    return update(Membership).where(Membership.tier_id == tier_id).values(values)


def due_lots(now: datetime, limit: int) -> Rows:
    """Lots that expired and still hold points: (lot, member), the first to expire first."""
    due = and_(OPEN, PointLot.expires_at <= now)
    columns = (PointLot.id, PointLot.membership_id)
    return select(*columns).where(due).order_by(PointLot.expires_at, PointLot.id).limit(limit)


def lots_left(lot_ids: Collection[int]) -> Rows:
    """What these lots still hold: (member, lot, points, expires at)."""
    columns = (PointLot.membership_id, PointLot.id, PointLot.remaining, PointLot.expires_at)
    statement = select(*columns).where(listed(PointLot.id, lot_ids), OPEN)
    return statement.order_by(PointLot.membership_id, PointLot.id)


def locked_ends(membership_ids: Collection[int]) -> Rows:
    """Where the books of these members stand; nobody else posts to them until the transaction ends."""
    columns = (
        Membership.id,
        Membership.balance,
        Membership.expired,
        Membership.entry_count,
        Membership.digest,
    )
    statement = select(*columns).where(listed(Membership.id, membership_ids)).order_by(Membership.id)
    return statement.with_for_update(of=Membership)


def empty(lot_ids: Collection[int]) -> Update:
    """Take everything out of these lots."""
    return update(PointLot).where(listed(PointLot.id, lot_ids)).values(remaining=0)


def progress(name: str) -> Rows:
    """A setting that says how far a night is; nobody else goes on with it until the transaction ends."""
    return select(Setting).where(Setting.name == name).with_for_update(of=Setting)


def held() -> Rows:
    """Members that take part, and what they hold in all: (members, points, debt, active members)."""
    return select(
        func.count(),
        cast(func.coalesce(func.sum(Membership.balance), 0), BigInteger),
        cast(func.coalesce(func.sum(Membership.debt), 0), BigInteger),
        func.coalesce(func.sum(case((Membership.entry_count > 0, 1), else_=0)), 0),
    ).where(Membership.state == "active")


def _standing() -> Rows:
    return select(*(getattr(Membership, name) for name in STANDING))


def _near(mine: Any, other: Any, missing: ColumnElement[int]) -> Rows:
    columns = (
        Membership.id.label("membership_id"), Membership.contact_id, Contact.name,
        func.coalesce(mine.name, "").label("tier"), func.coalesce(other.name, "").label("other_tier"),
        Membership.qualifying, missing.label("missing"), Membership.tier_until.label("until"),
    )  # fmt: skip
    return (
        select(*columns)
        .select_from(Membership)
        .join(Contact, Contact.id == Membership.contact_id)
        .outerjoin(mine, mine.id == Membership.tier_id)
        .where(Membership.state == "active")
    )
