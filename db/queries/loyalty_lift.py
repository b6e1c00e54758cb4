"""What members and others bought month by month, for comparing those who are comparable."""

from typing import Any

from sqlalchemy import BigInteger, cast, func, select

from db.models import Coupon, Membership, Order, PurchaseTotal
from db.queries import Rows
from db.queries.local_days import LocalMonth


def customers() -> Rows:
    """How many contacts have bought something."""
    return select(func.count(func.distinct(PurchaseTotal.contact_id)))


def months(zone: str, currency: str, every: int) -> Rows:
    """Orders of every so many-th customer by month: (contact, month, orders, revenue less refunds)."""
    month: Any = LocalMonth(Order.ordered_at, zone)
    each = (
        select(Order.contact_id, month.label("month"), (Order.total - Order.refunded).label("left"))
        .where(Order.contact_id.is_not(None), Order.contact_id % every == 0)
        .where(Order.status != "cancelled", Order.currency == currency)
        .subquery()
    )
    by = (each.c.contact_id, each.c.month)
    revenue = cast(func.sum(each.c.left), BigInteger)
    return select(*by, func.count().label("orders"), revenue.label("revenue")).group_by(*by).order_by(*by)


def joined(zone: str, every: int) -> Rows:
    """In which month every so many-th contact joined: (contact, month)."""
    month: Any = LocalMonth(Membership.joined_at, zone)
    statement = select(Membership.contact_id, month).where(Membership.contact_id % every == 0)
    return statement.execution_options(with_deleted=True)


def held_out(limit: int) -> Rows:
    """The latest coupons that were held back from some people."""
    return (
        select(Coupon.id)
        .where(Coupon.holdout_percent > 0, Coupon.state != "draft")
        .order_by(Coupon.id.desc())
        .limit(limit)
    )
