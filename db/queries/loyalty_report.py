"""What the loyalty programme came to: the rows behind each of its numbers, and the way through the tiers."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, and_, case, cast, func, literal, or_, select
from sqlalchemy.orm import aliased

from db.models import (
    Contact,
    Coupon,
    CouponUse,
    Membership,
    PointEntry,
    PurchaseTotal,
    Redemption,
    Referral,
    Reward,
    Tier,
    TierChange,
)
from db.queries import Rows
from db.queries.local_days import LocalMonth

_ONE: Any = cast(literal(1), BigInteger)
MOVING = ("earn", "redeem")
"""The postings by which a member shows that it takes part."""


def summed(rows: Rows) -> Rows:
    """How many rows there are, and what they add up to."""
    told = rows.order_by(None).subquery()
    total = cast(func.coalesce(func.sum(told.c.value), 0), BigInteger)
    return select(func.count(), total).execution_options(with_deleted=True)


def members() -> Rows:
    """Everybody who takes part now."""
    statement = _of_member(Membership.joined_at, _ONE, Membership.card_number)
    return statement.where(Membership.state == "active")


def joined(since: datetime, until: datetime) -> Rows:
    """Who joined in a time and still takes part."""
    return members().where(Membership.joined_at >= since, Membership.joined_at < until)


def active(since: datetime, until: datetime) -> Rows:
    """Who takes part now and earned or spent in a time."""
    moved = (
        select(PointEntry.membership_id, func.max(PointEntry.happened_at).label("at"))
        .where(PointEntry.kind.in_(MOVING), PointEntry.happened_at >= since, PointEntry.happened_at < until)
        .group_by(PointEntry.membership_id)
        .subquery()
    )
    statement = _of_member(moved.c.at, _ONE, Membership.card_number)
    return statement.join(moved, moved.c.membership_id == Membership.id).where(Membership.state == "active")


def open_points() -> Rows:
    """What members hold in their lots."""
    held = Membership.balance + Membership.debt
    return _of_member(Membership.last_at, held, Membership.card_number).where(held != 0)


def posted(way: str, since: datetime, until: datetime) -> Rows:
    """Entries of a time that gave points, spent them or let them expire; all as numbers above nought.

    Args:
        way: ``given``, ``spent`` or ``expired``. What was taken back lowers what it took back.
    """
    before = aliased(PointEntry)
    is_spent = or_(PointEntry.kind == "redeem", and_(PointEntry.kind == "reverse", before.kind == "redeem"))
    chosen = {
        "spent": is_spent,
        "expired": PointEntry.kind == "expire",
        "given": and_(PointEntry.kind.not_in(("redeem", "expire", "transfer")), ~_known(is_spent)),
    }[way]
    value = PointEntry.points if way == "given" else -PointEntry.points
    what = case((PointEntry.reason != "", PointEntry.reason), else_=PointEntry.kind)
    return (
        _of_member(PointEntry.happened_at, value, what)
        .join(PointEntry, PointEntry.membership_id == Membership.id)
        .outerjoin(before, before.id == PointEntry.reverses_id)
        .where(chosen, PointEntry.happened_at >= since, PointEntry.happened_at < until)
    )


def rewards(currency: str, since: datetime, until: datetime, *, is_surprise: bool) -> Rows:
    """Rewards given in a time, with what they cost the company."""
    return (
        _of_member(Redemption.settled_at, Redemption.value, Reward.name)
        .join(Redemption, Redemption.membership_id == Membership.id)
        .join(Reward, Reward.id == Redemption.reward_id)
        .where(
            Redemption.state == "given", Redemption.currency == currency,
            Redemption.is_surprise == is_surprise, Redemption.settled_at >= since,
            Redemption.settled_at < until,
        )
    )  # fmt: skip


def coupons(currency: str, since: datetime, until: datetime) -> Rows:
    """Coupons used in a time and not given back, with what they took off."""
    return (
        _row(CouponUse.contact_id, CouponUse.used_at, CouponUse.discount, Coupon.name)
        .select_from(CouponUse)
        .join(Coupon, Coupon.id == CouponUse.coupon_id)
        .outerjoin(Contact, Contact.id == CouponUse.contact_id)
        .where(
            CouponUse.cancelled_at.is_(None), CouponUse.currency == currency, CouponUse.used_at >= since,
            CouponUse.used_at < until,
        )
    )  # fmt: skip


def brought(currency: str, since: datetime, until: datetime) -> Rows:
    """Friends whose recommendation was rewarded in a time, with all that they have bought so far."""
    worth = func.coalesce(PurchaseTotal.revenue, 0)
    bought = and_(PurchaseTotal.contact_id == Referral.contact_id, PurchaseTotal.currency == currency)
    return (
        _row(Referral.contact_id, Referral.settled_at, worth, Referral.channel)
        .select_from(Referral)
        .join(Contact, Contact.id == Referral.contact_id)
        .outerjoin(PurchaseTotal, bought)
        .where(Referral.state == "rewarded", Referral.settled_at >= since, Referral.settled_at < until)
    )


def lifetime() -> Rows:
    """All points that came to their end so far: (spent, expired)."""
    sums = (
        cast(func.coalesce(func.sum(column), 0), BigInteger)
        for column in (Membership.redeemed, Membership.expired)
    )
    return select(*sums).execution_options(with_deleted=True)


def flow(since: datetime, until: datetime) -> Rows:
    """Where members stood before their first change in a time, and after the last: (from, to, members)."""
    told = _moves(since, until)
    before, after = aliased(Tier), aliased(Tier)
    names = (func.coalesce(before.name, ""), func.coalesce(after.name, ""))
    ranks = (before.rank, after.rank)
    return (
        select(*names, func.count())
        .select_from(told)
        .outerjoin(before, before.id == told.c.from_id)
        .outerjoin(after, after.id == told.c.to_id)
        .group_by(*names, *ranks)
        .order_by(func.coalesce(ranks[0], -1), func.coalesce(ranks[1], -1))
    )


def movers(source: str, target: str, since: datetime, until: datetime) -> Rows:
    """The members of one cell of ``flow``; an empty name is no tier."""
    told = _moves(since, until)
    before, after = aliased(Tier), aliased(Tier)
    return (
        _of_member(told.c.changed_at, _ONE, Membership.card_number)
        .join(told, told.c.membership_id == Membership.id)
        .outerjoin(before, before.id == told.c.from_id)
        .outerjoin(after, after.id == told.c.to_id)
        .where(func.coalesce(before.name, "") == source, func.coalesce(after.name, "") == target)
    )


def repeated(zone: str, since: datetime) -> Rows:
    """Customers by the month of their first order and whether they are members: (month, is member,
    customers, those who ordered again)."""
    each = (
        select(
            PurchaseTotal.contact_id, func.min(PurchaseTotal.first_at).label("first_at"),
            func.sum(PurchaseTotal.orders).label("orders"),
        )
        .group_by(PurchaseTotal.contact_id)
        .subquery()
    )  # fmt: skip
    month = LocalMonth(each.c.first_at, zone)
    is_member = case((Membership.id.is_not(None), 1), else_=0)
    told = (
        select(month.label("month"), is_member.label("is_member"), each.c.orders)
        .select_from(each)
        .outerjoin(Membership, Membership.contact_id == each.c.contact_id)
        .where(each.c.first_at >= since)
        .subquery()
    )
    again = cast(func.sum(case((told.c.orders > 1, 1), else_=0)), BigInteger)
    by = (told.c.month, told.c.is_member)
    return select(*by, func.count().label("customers"), again.label("repeaters")).group_by(*by).order_by(*by)


def _moves(since: datetime, until: datetime) -> Any:
    """For each member that changed its tier in a time: where it came from, and where it ended."""
    order = (TierChange.changed_at, TierChange.id)
    up, down = (
        func.row_number().over(partition_by=TierChange.membership_id, order_by=keys)
        for keys in (order, [key.desc() for key in order])
    )
    columns = (TierChange.membership_id, TierChange.from_id, TierChange.to_id, TierChange.changed_at)
    ranked = select(*columns, up.label("up"), down.label("down")).where(
        TierChange.changed_at >= since, TierChange.changed_at < until
    )
    first, last = ranked.subquery(), ranked.subquery()
    return (
        select(first.c.membership_id, first.c.from_id, last.c.to_id, last.c.changed_at)
        .join(last, and_(last.c.membership_id == first.c.membership_id, last.c.down == 1))
        .where(first.c.up == 1)
        .subquery()
    )


def _of_member(at: Any, value: Any, what: Any) -> Rows:
    statement = _row(Membership.contact_id, at, value, what).select_from(Membership)
    return statement.join(Contact, Contact.id == Membership.contact_id)


def _row(contact_id: Any, at: Any, value: Any, what: Any) -> Rows:
    name = func.coalesce(Contact.name, "")
    columns = (contact_id.label("contact_id"), name.label("name"), at.label("at"))
    statement = select(*columns, value.label("value"), what.label("what"))
    return statement.order_by(at.desc(), contact_id).execution_options(with_deleted=True)


def _known(condition: Any) -> Any:
    """The condition, false where it cannot be told."""
    return func.coalesce(condition, literal(False))
