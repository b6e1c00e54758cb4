"""An order as pages and programs see it."""

from datetime import datetime
from typing import Any

from crm_core.commerce.types import LineDetail, OrderDetail, ReturnDetail
from crm_core.kernel.values import money
from crm_core.kernel.work import Work
from db.models import Order, OrderLine, OrderReturn
from db.queries import orders as sql

_SAME = (
    "id version number origin status currency total discount refunded ordered_at paid_at shipped_at "
    "delivered_at returned_at cancelled_at contact_id account_id deal_id channel coupon city postal_code "
    "country created_at updated_at"
).split()


def detail(work: Work, order: Order) -> OrderDetail:
    """The order with its lines and returns, and the names of customer and seller."""
    work.flush()
    [(customer, seller)] = work.tuples(sql.names(order.id))
    return OrderDetail(
        **{name: getattr(order, name) for name in _SAME},
        customer=customer,
        seller_id=order.actor_id,
        seller=seller,
        lines=tuple(_line(row) for row in work.scalars(sql.lines_of(order.id))),
        returns=tuple(_return(row) for row in work.scalars(sql.returns_of(order.id))),
    )


def text(minor: int, currency: str) -> str:
    """An amount as programs and traces keep it: ``12.50 EUR``."""
    return f"{money.to_decimal(minor, currency)} {currency}"


def record(work: Work, happened: str, order: Order, at: datetime, **facts: Any) -> None:
    """Leave the trace of something that happened to an order, by its number."""
    work.record(f"order.{happened}", order, happened_at=at, number=order.number, **facts)


def _line(row: OrderLine) -> LineDetail:
    return LineDetail(
        row.id,
        row.product_id,
        row.name,
        row.quantity,
        row.returned,
        row.unit_price,
        row.discount,
        row.total,
    )


def _return(row: OrderReturn) -> ReturnDetail:
    return ReturnDetail(row.line_id, row.quantity, row.amount, row.reason, row.returned_at)
