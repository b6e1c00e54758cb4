"""What proves the ledger: chains in their order, sums that must agree, and the kept totals added up anew."""

from collections.abc import Collection
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import BigInteger, Date, Delete, and_, cast, delete, func, or_, select, type_coerce

from db.models import ExpiryTotal, Membership, PointEntry, PointLot, PointUse
from db.queries import Rows
from db.queries.lists import listed
from db.queries.loyalty import MOVING, OPEN
from db.session import current

NEVER = datetime(9999, 12, 1, tzinfo=UTC)


def chain(above: tuple[int, int], limit: int) -> Rows:
    """Entries in the order of their chains, some at a time, from behind this member and number on."""
    member, number = above
    after = or_(
        PointEntry.membership_id > member,
        and_(PointEntry.membership_id == member, PointEntry.number > number),
    )
    hashed = (
        PointEntry.number, PointEntry.kind, PointEntry.points, PointEntry.asked, PointEntry.balance,
        PointEntry.cause, PointEntry.reason, PointEntry.source, PointEntry.source_id,
    )  # fmt: skip
    statement = select(PointEntry.membership_id, *hashed, PointEntry.happened_at, PointEntry.digest)
    return statement.where(after).order_by(PointEntry.membership_id, PointEntry.number).limit(limit)


def ends(membership_ids: Collection[int]) -> Rows:
    """Where the chains of these members must end: (member, number of entries, digest)."""
    columns = (Membership.id, Membership.entry_count, Membership.digest)
    return select(*columns).where(listed(Membership.id, membership_ids))


def wrong_balances(limit: int) -> Rows:
    """Members whose kept balance is not the sum of entries, or not what lots hold: (id, kept, sum, lots)."""
    total, count = cast(func.sum(PointEntry.points), BigInteger), func.count()
    entries = (
        select(PointEntry.membership_id, total.label("total"), count.label("count"))
        .group_by(PointEntry.membership_id)
        .subquery("entries")
    )
    lots = _sums(PointLot, PointLot.remaining, "lots")
    summed = func.coalesce(entries.c.total, 0)
    held = func.coalesce(lots.c.total, 0)
    return (
        select(Membership.id, Membership.balance, summed, held - Membership.debt)
        .outerjoin(entries, entries.c.membership_id == Membership.id)
        .outerjoin(lots, lots.c.membership_id == Membership.id)
        .where(
            or_(
                Membership.balance != summed,
                Membership.balance != held - Membership.debt,
                Membership.entry_count != func.coalesce(entries.c.count, 0),
            )
        )
        .order_by(Membership.id)
        .limit(limit)
    )


def wrong_activity(limit: int) -> Rows:
    """Members that last earned or spent at another moment than is noted: (id, noted, counted)."""
    moved = (
        select(PointEntry.membership_id, func.max(PointEntry.happened_at).label("at"))
        .where(PointEntry.kind.in_(MOVING))
        .group_by(PointEntry.membership_id)
        .subquery("moved")
    )
    return (
        select(Membership.id, Membership.active_at, moved.c.at)
        .outerjoin(moved, moved.c.membership_id == Membership.id)
        .where(Membership.active_at.is_distinct_from(moved.c.at))
        .order_by(Membership.id)
        .limit(limit)
    )


def wrong_lots(limit: int) -> Rows:
    """Lots that hold something else than their points less what was taken: (id, kept, counted)."""
    used = (
        select(PointUse.lot_id, func.sum(PointUse.points).label("total")).group_by(PointUse.lot_id).subquery()
    )
    counted = PointLot.points - func.coalesce(used.c.total, 0)
    return (
        select(PointLot.id, PointLot.remaining, counted)
        .outerjoin(used, used.c.lot_id == PointLot.id)
        .where(PointLot.remaining != counted)
        .order_by(PointLot.id)
        .limit(limit)
    )


def open_points(shards: int) -> Rows:
    """What all open lots hold, added up anew: (first day of the month of expiry, shard, points)."""
    month = _month(func.coalesce(PointLot.expires_at, NEVER))
    shard = PointLot.membership_id % shards
    points = cast(func.sum(PointLot.remaining), BigInteger)
    return select(month, shard, points).where(OPEN).group_by(month, shard)


def forget_expiry() -> Delete:
    """Remove the kept totals of open points."""
    return delete(ExpiryTotal)


def _month(moment: Any) -> Any:
    if current().is_sqlite:
        return type_coerce(func.strftime("%Y-%m-01", moment), Date)
    return cast(func.date_trunc("month", moment), Date)


def _sums(model: Any, column: Any, name: str) -> Any:
    total = cast(func.sum(column), BigInteger).label("total")
    return select(model.membership_id, total).group_by(model.membership_id).subquery(name)
