"""An order with a coupon: its discount goes to the lines that it is for, and both are stored or neither."""

from dataclasses import replace

from crm_core.commerce import order_entry, orders
from crm_core.commerce.types import NewLine, NewOrder
from crm_core.kernel.access import Permission
from crm_core.kernel.work import Work, use_case
from crm_core.loyalty import coupons
from crm_core.loyalty.coupon_checks import CodeRefused, CouponDoesNotFit
from crm_core.loyalty.coupon_types import Basket, BasketLine, Check
from db.models import OrderLine


@use_case(Permission.ORDERS_EDIT)
def create(work: Work, new: NewOrder) -> int:
    """Enter an order as ``orders.create`` does; with a coupon, its code is redeemed by it.

    Raises:
        Invalid, NotFound, Conflict: as ``orders.create``; the code does not work for this order.
        NotAllowed: this person may not redeem.
    """
    if not new.coupon.strip():
        return orders.create(work, new)
    work.actor.require(Permission.LOYALTY_REDEEM)
    new = order_entry.read(work, new)
    order_entry.customer(work, new)
    lines = order_entry.lines(work, new)
    basket = Basket(
        new.currency, tuple(BasketLine(row.total, row.product_id, "", row.quantity) for row in lines)
    )
    told = coupons.check(work, new.coupon, basket, contact_id=new.contact_id)
    if told.reason:
        refusal = CouponDoesNotFit if told.is_known else CodeRefused
        raise refusal(told.reason, fields={"coupon": told.reason})
    # Checked again by ``redeem`` with the code locked; what was shared among the lines stays the same.
    key = orders.create(work, replace(new, lines=_lowered(new, lines, told)))
    coupons.redeem(work, new.coupon, basket, f"order:{key}", contact_id=new.contact_id, order_id=key)
    return key


def _lowered(new: NewOrder, lines: list[OrderLine], told: Check) -> list[NewLine]:
    return [
        replace(line, unit_price=row.unit_price, discount=line.discount + share)
        for line, row, share in zip(new.lines, lines, told.shares, strict=True)
    ]
