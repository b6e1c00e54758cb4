"""What products brought as it was known at a past moment."""

from typing import Any

from sqlalchemy import BigInteger, case, cast, func, select

from db.models import OrderLine, OrderReturn, Product
from db.queries import Rows, line_shares, metrics
from db.queries.facts import Asked, narrowed
from db.queries.sales_facts import orders
from db.queries.sales_reports import cost_of_day


def as_known(asked: Asked) -> Rows:
    """Of the asked orders, as it was known then: product, name, SKU, category, currency, orders, quantity
    that had stayed, value, its cost in thousandths (nothing when one is unknown)."""
    facts = orders(asked, is_shared=False)
    sold = narrowed(facts, asked.narrow, metrics.members(asked)).subquery("whole_orders")
    lines = line_shares.by_line(sold, asked)
    name = func.coalesce(Product.name, OrderLine.name)
    texts = (func.coalesce(column, "") for column in (Product.sku, Product.category))
    about = (OrderLine.product_id, name, *texts, sold.c.currency)
    kept = OrderLine.quantity - _came_back(asked)
    cost = cost_of_day(sold)
    sums = (
        func.count(func.distinct(lines.c.order_id)),
        cast(func.sum(kept), BigInteger),
        cast(func.sum(lines.c.value), BigInteger),
        case((func.count(cost) == func.count(), cast(func.sum(cost * kept), BigInteger)), else_=None),
    )
    joined = (
        select(*about, *sums)
        .select_from(lines)
        .join(sold, sold.c.id == lines.c.order_id)
        .join(OrderLine, OrderLine.id == lines.c.id)
        .outerjoin(Product, Product.id == OrderLine.product_id)
    )
    return joined.group_by(*about).execution_options(**metrics.EVERY)


def _came_back(asked: Asked) -> Any:
    """How much of a line had been returned by then."""
    back = select(func.sum(OrderReturn.quantity)).where(OrderReturn.line_id == OrderLine.id)
    if asked.known is not None:
        back = back.where(OrderReturn.returned_at < asked.known)
    return func.coalesce(back.correlate(OrderLine).scalar_subquery(), 0)
