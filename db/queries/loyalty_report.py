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
from db.queries.loyalty import MOVING

_ONE: Any = cast(literal(1), BigInteger)


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
    """Who takes part now and earned or spent in a time, with when last."""
    statement = _of_member(Membership.active_at, _ONE, Membership.card_number)
    return statement.where(Membership.state == "active", _is_active(since, until))


def standing(since: datetime, until: datetime) -> Rows:
    """What all members come to, in one go: (members, joined, active, with points, their points, spent in
    their life, expired in it); who joined and who was active as in the lists of those names."""
    takes_part, held = Membership.state == "active", Membership.balance + Membership.debt
    joined_then = and_(takes_part, Membership.joined_at >= since, Membership.joined_at < until)
    counted = (takes_part, joined_then, and_(takes_part, _is_active(since, until)), held != 0)
    counts = (func.coalesce(func.sum(case((one, 1), else_=0)), 0) for one in counted)
    sums = (
        cast(func.coalesce(func.sum(column), 0), BigInteger)
        for column in (held, Membership.redeemed, Membership.expired)
    )
    return select(*counts, *sums)


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
    # Of the members only what stands in the index by contact is asked for, so nothing else is read.
    is_member = case((Membership.contact_id.is_not(None), 1), else_=0)
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
    mine = TierChange.membership_id
    place = func.row_number().over(partition_by=mine, order_by=order)
    changes = func.count().over(partition_by=mine)
    columns = (mine, TierChange.from_id, TierChange.to_id, TierChange.changed_at)
    told = (
        select(*columns, place.label("place"), changes.label("changes"))
        .where(TierChange.changed_at >= since, TierChange.changed_at < until)
        .subquery()
    )
    started = func.max(case((told.c.place == 1, told.c.from_id)))
    ended = func.max(case((told.c.place == told.c.changes, told.c.to_id)))
    return (
        select(
            told.c.membership_id, started.label("from_id"), ended.label("to_id"),
            func.max(told.c.changed_at).label("changed_at"),
        )
        .group_by(told.c.membership_id)
        .subquery()
    )  # fmt: skip


def _is_active(since: datetime, until: datetime) -> Any:
    """The condition that a member earned or spent in a time.

    Who did so last within it is known from the member. Only those who did again afterwards are looked up.
    """
    again = select(PointEntry.membership_id).where(
        PointEntry.kind.in_(MOVING), PointEntry.happened_at >= since, PointEntry.happened_at < until
    )
    later = and_(Membership.active_at >= until, Membership.id.in_(again))
    return or_(and_(Membership.active_at >= since, Membership.active_at < until), later)


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
