"""What customers bought, for learning which products go with which; and what was learned."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import Delete, Select, case, delete, func, select

from db.models import Order, OrderLine, Product, ProductNeighbour
from db.queries import Rows
from db.queries.lists import listed

NEIGHBOUR = ("product_id", "neighbour_id", "rank", "score", "together")


def sold(most: int) -> Select[Any]:
    """The active products that most customers bought."""
    buyers = func.count(func.distinct(Order.contact_id))
    return (
        select(OrderLine.product_id)
        .join(Order, Order.id == OrderLine.order_id)
        .join(Product, Product.id == OrderLine.product_id)
        .where(Order.contact_id.is_not(None), Order.status != "cancelled", Product.is_active)
        .group_by(OrderLine.product_id)
        .order_by(buyers.desc(), OrderLine.product_id)
        .limit(most)
    )


def histories(product_ids: Collection[int], since: datetime) -> Rows:
    """Contact and product, each pair once, in the order of the first purchase since then."""
    first, number = func.min(Order.ordered_at), func.min(Order.id)
    return (
        select(Order.contact_id, OrderLine.product_id)
        .join(OrderLine, OrderLine.order_id == Order.id)
        .where(
            Order.contact_id.is_not(None),
            Order.status != "cancelled",
            Order.ordered_at >= since,
            listed(OrderLine.product_id, product_ids),
        )
        .group_by(Order.contact_id, OrderLine.product_id)
        .order_by(Order.contact_id, first, number, OrderLine.product_id)
    )


def again(product_ids: Collection[int]) -> Rows:
    """Product, customers who bought it, customers who bought it in more than one order."""
    by_customer = (
        select(
            OrderLine.product_id,
            case((func.count(func.distinct(Order.id)) > 1, 1), else_=0).label("again"),
        )
        .join(Order, Order.id == OrderLine.order_id)
        .where(
            Order.contact_id.is_not(None),
            Order.status != "cancelled",
            listed(OrderLine.product_id, product_ids),
        )
        .group_by(OrderLine.product_id, Order.contact_id)
        .subquery()
    )
    columns = (by_customer.c.product_id, func.count(), func.sum(by_customer.c.again))
    return select(*columns).group_by(by_customer.c.product_id)


def bought(contact_ids: Collection[int]) -> Rows:
    """Contact, product and last day of each product that these contacts bought."""
    counts = (listed(Order.contact_id, contact_ids), Order.status != "cancelled")
    return (
        select(Order.contact_id, OrderLine.product_id, func.max(Order.ordered_at))
        .join(Order, Order.id == OrderLine.order_id)
        .where(*counts, OrderLine.product_id.is_not(None))
        .group_by(Order.contact_id, OrderLine.product_id)
    )


def neighbours(product_ids: Collection[int]) -> Rows:
    """Product, neighbour, score, together: of these products."""
    columns = (ProductNeighbour.product_id, ProductNeighbour.neighbour_id)
    learned = (ProductNeighbour.score, ProductNeighbour.together)
    statement = select(*columns, *learned).where(listed(ProductNeighbour.product_id, product_ids))
    return statement.order_by(ProductNeighbour.product_id, ProductNeighbour.rank)


def on_sale(product_ids: Collection[int]) -> Rows:
    """Number, name, price, currency, category and article number of those products that are sold today."""
    columns = (
        Product.id, Product.name, Product.unit_price, Product.currency, Product.category, Product.sku,
    )  # fmt: skip
    return select(*columns).where(listed(Product.id, product_ids), Product.is_active)


def forget() -> Delete:
    """Remove all that was learned about neighbours."""
    return delete(ProductNeighbour)
