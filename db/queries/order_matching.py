"""Orders as imports need them: by number, with what their lines come to."""

from collections.abc import Collection

from sqlalchemy import Delete, and_, case, delete, func, select

from db.models import ImportRow, Order, OrderLine
from db.queries import Rows
from db.queries.lists import listed


def by_number(origin: str, numbers: Collection[str]) -> Rows:
    """Orders with one of these numbers: (number, id)."""
    return select(Order.number, Order.id).where(Order.origin == origin, listed(Order.number, numbers))


def lines(order_ids: Collection[int], rest: str) -> Rows:
    """What the lines of these orders come to.

    Returns:
        (order, how many lines but the rest, last position, id of the rest, what the rest costs); the
        rest is the line of that name without a product.
    """
    is_rest = and_(OrderLine.product_id.is_(None), OrderLine.name == rest)
    count = func.sum(case((is_rest, 0), else_=1))
    rest_id = func.max(case((is_rest, OrderLine.id), else_=None))
    rest_total = func.sum(case((is_rest, OrderLine.total), else_=0))
    columns = (OrderLine.order_id, count, func.max(OrderLine.position), rest_id, rest_total)
    return select(*columns).where(listed(OrderLine.order_id, order_ids)).group_by(OrderLine.order_id)


def changes(import_id: int, order_ids: Collection[int]) -> Rows:
    """What an import changed on these orders so far: (order, changes)."""
    chosen = (ImportRow.import_id == import_id, ImportRow.phase == "run", ImportRow.outcome == "update")
    return select(ImportRow.record_id, ImportRow.changes).where(
        *chosen, listed(ImportRow.record_id, order_ids)
    )


def contacts(order_ids: Collection[int]) -> Rows:
    """Who placed these orders."""
    chosen = select(Order.contact_id).where(listed(Order.id, order_ids), Order.contact_id.is_not(None))
    return chosen.distinct().execution_options(with_deleted=True)


def remove_lines(order_ids: Collection[int]) -> Delete:
    """Remove the lines of these orders."""
    return delete(OrderLine).where(listed(OrderLine.order_id, order_ids))


def remove_line(line_ids: Collection[int]) -> Delete:
    """Remove these lines."""
    return delete(OrderLine).where(listed(OrderLine.id, line_ids))
