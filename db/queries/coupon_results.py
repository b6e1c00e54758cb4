"""What came of coupons: what was redeemed, and what those who have one bought against those who have none."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Float, case, cast, func, select

from db.models import CouponTarget, CouponUse, Order
from db.queries import Rows


def totals(coupon_id: int) -> Rows:
    """What was redeemed: uses, those given back, customers, discount, baskets."""
    kept = CouponUse.cancelled_at.is_(None)

    def amount(column: Any) -> Any:
        return cast(func.coalesce(func.sum(case((kept, column), else_=0)), 0), BigInteger)

    return select(
        amount(1), func.count(CouponUse.cancelled_at),
        func.count(func.distinct(case((kept, CouponUse.contact_id)))), amount(CouponUse.discount),
        amount(CouponUse.basket),
    ).where(CouponUse.coupon_id == coupon_id)  # fmt: skip


def bought_since(coupon_id: int, currency: str, until: datetime) -> Rows:
    """What targets bought since they were chosen: held back or not, people, buyers, revenue, its squares."""
    revenue = (
        select(CouponTarget.contact_id, func.sum(Order.total - Order.refunded).label("revenue"))
        .join(Order, Order.contact_id == CouponTarget.contact_id)
        .where(
            CouponTarget.coupon_id == coupon_id, Order.currency == currency, Order.status != "cancelled",
            Order.ordered_at >= CouponTarget.chosen_at, Order.ordered_at < until,
        )
        .group_by(CouponTarget.contact_id)
        .subquery()
    )  # fmt: skip
    money = func.coalesce(revenue.c.revenue, 0)
    return (
        select(
            CouponTarget.is_held_back, func.count(CouponTarget.id), func.count(revenue.c.contact_id),
            cast(func.sum(money), BigInteger), func.sum(cast(money, Float) * cast(money, Float)),
            func.sum(case((money != 0, 1), else_=0)),
        )
        .outerjoin(revenue, revenue.c.contact_id == CouponTarget.contact_id)
        .where(CouponTarget.coupon_id == coupon_id)
        .group_by(CouponTarget.is_held_back)
    )  # fmt: skip
