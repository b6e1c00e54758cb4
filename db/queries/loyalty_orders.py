"""Orders as the programme looks at them, and the rules and entries that go with them."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import BigInteger, and_, cast, func, or_, select

from db.models import Contact, EarnRule, Membership, Order, OrderLine, PointEntry, PointLot, Product
from db.queries import Rows
from db.queries.lists import listed

RULE = (
    "id", "version", "name", "event", "state", "points", "per_amount", "currency", "percent", "product_id",
    "category", "minimum", "starts_on", "ends_on", "weekdays", "has_tier_bonus", "cap_points", "cap_period",
    "expires_after_days",
)  # fmt: skip
CALCULATED = tuple(name for name in RULE if name not in ("version", "name", "state"))


def rules(*states: str) -> Rows:
    """Earn rules as lists show them, in the order in which they were made."""
    statement = select(*(getattr(EarnRule, name) for name in RULE)).order_by(EarnRule.id)
    return statement.where(EarnRule.state.in_(states)) if states else statement


def live() -> Rows:
    """The rules that are in force, as the calculation needs them."""
    columns = (getattr(EarnRule, name) for name in CALCULATED)
    return select(*columns).where(EarnRule.state == "live").order_by(EarnRule.id)


def lines_of(order_ids: Collection[int]) -> Rows:
    """The lines of these orders: (order, product, category, quantity, total)."""
    category = func.coalesce(Product.category, "")
    columns = (OrderLine.order_id, OrderLine.product_id, category, OrderLine.quantity, OrderLine.total)
    return (
        select(*columns)
        .outerjoin(Product, Product.id == OrderLine.product_id)
        .where(listed(OrderLine.order_id, order_ids))
        .order_by(OrderLine.order_id, OrderLine.position, OrderLine.id)
        .execution_options(with_deleted=True)
    )


def paid(since: datetime, until: datetime, after: int, limit: int) -> Rows:
    """Orders of contacts that were paid for, ordered in a period, some at a time by their numbers."""
    columns = (Order.id, Order.contact_id, Order.ordered_at, Order.currency, Order.total, Order.refunded)
    was_paid = or_(Order.paid_at.is_not(None), Order.status.in_(("paid", "shipped", "delivered", "returned")))
    return (
        select(*columns)
        .where(Order.ordered_at >= since, Order.ordered_at < until, Order.id > after, was_paid)
        .where(Order.contact_id.is_not(None), Order.status != "cancelled")
        .order_by(Order.id)
        .limit(limit)
    )


def entries_of(source: str, source_id: int) -> Rows:
    """The entries that a record brought, the earliest first."""
    mine = and_(PointEntry.source == source, PointEntry.source_id == source_id)
    return select(PointEntry).where(mine).order_by(PointEntry.id)


def first_lot(entry_id: int) -> Rows:
    """The lot that an entry filled."""
    return select(PointLot).where(PointLot.entry_id == entry_id).order_by(PointLot.id).limit(1)


def brought(rule_id: int, membership_id: int, since: datetime | None, until: datetime | None) -> Rows:
    """How many points a rule brought a member in a period, what was taken back taken off."""
    points = cast(func.coalesce(func.sum(PointEntry.asked), 0), BigInteger)
    statement = select(points).where(PointEntry.rule_id == rule_id, PointEntry.membership_id == membership_id)
    if since is not None:
        statement = statement.where(PointEntry.happened_at >= since)
    if until is not None:
        statement = statement.where(PointEntry.happened_at < until)
    return statement


def birthdays(days: Collection[int], after: int, limit: int) -> Rows:
    """Members with a birthday on one of these days (month times 100 plus day), some at a time."""
    mine = and_(Membership.state == "active", Contact.birth_day.in_(days), Membership.id > after)
    statement = select(Membership.id).join(Contact, Contact.id == Membership.contact_id)
    return statement.where(mine).order_by(Membership.id).limit(limit)
