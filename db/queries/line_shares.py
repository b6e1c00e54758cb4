"""What each line of an order brought: its exact part of what stayed, so that lines add up to their orders.

The same shares as ``commerce.rules.allocate`` makes: what was paid back for a line is taken off that line,
everything else is shared by what the lines cost, cut to whole cents, and the rest goes to the largest line.
"""

from typing import Any, Final

from sqlalchemy import BigInteger, Subquery, case, cast, func, select

from db.models import OrderLine, OrderReturn, Product
from db.queries import Rows
from db.queries.facts import Asked, Expression

_HUGE: Final = 3_000_000_000
"""Above it products of two amounts do not fit: such orders are shared to fifteen digits, and add up, too."""


def ordered(product_id: int | None, category: str | None) -> Rows:
    """The orders that hold a product, or one of a category (empty: one of none)."""
    return _chosen(select(OrderLine.order_id), OrderLine.product_id, product_id, category)


def brought(orders: Subquery, asked: Asked) -> Subquery:
    """What the lines of the asked product and category brought: ``order_id``, ``value``.

    Args:
        orders: their ``id``, and as ``value`` what stayed of each.
    """
    narrow = asked.narrow
    ids = ordered(narrow.product_id, narrow.category)
    chosen = select(orders.c.id, orders.c.value).where(orders.c.id.in_(ids)).subquery("holding")
    parts = _parts(_lines(chosen, asked))
    rows = select(parts.c.order_id, cast(func.sum(parts.c.value), BigInteger).label("value"))
    told = _chosen(rows, parts.c.product_id, narrow.product_id, narrow.category)
    return told.group_by(parts.c.order_id).subquery("brought")


def by_line(orders: Subquery, asked: Asked) -> Subquery:
    """What each line of these orders brought: ``id`` of the line, ``order_id``, ``product_id``, ``value``."""
    return _parts(_lines(orders, asked))


def _lines(orders: Subquery, asked: Asked) -> Subquery:
    """Lines with what they cost, what was paid back for them, and what their order has to share out."""
    back = select(func.sum(OrderReturn.amount)).where(OrderReturn.line_id == OrderLine.id)
    if asked.known is not None:
        back = back.where(OrderReturn.returned_at < asked.known)
    paid = func.coalesce(back.correlate(OrderLine).scalar_subquery(), 0)
    lines = (
        select(OrderLine.id, OrderLine.order_id, OrderLine.product_id, OrderLine.total,
               orders.c.value, paid.label("back"))
        .join(orders, orders.c.id == OrderLine.order_id)
        .subquery("lines")
    )  # fmt: skip
    place = func.row_number().over(
        partition_by=lines.c.order_id, order_by=(func.abs(lines.c.total).desc(), lines.c.id)
    )
    sums = {
        "whole": _of_order(func.sum(lines.c.total), lines),
        "sizes": _of_order(func.sum(func.abs(lines.c.total)), lines),
        "many": _of_order(func.count(), lines),
        "amount": lines.c.value + _of_order(func.sum(lines.c.back), lines),
        "place": place,
    }
    return select(*lines.c, *(column.label(name) for name, column in sums.items())).subquery("with_sums")


def _parts(lines: Subquery) -> Subquery:
    """The part of each line, less what was paid back for it."""
    amount, total = lines.c.amount, lines.c.total
    # Lines without a sum count by their sizes, and all the same without any.
    weight = case((lines.c.whole != 0, total), (lines.c.sizes != 0, func.abs(total)), else_=1)
    of_all = case(
        (lines.c.whole != 0, lines.c.whole), (lines.c.sizes != 0, lines.c.sizes), else_=lines.c.many
    )
    # Whole numbers are divided without decimals, towards nought on both sides of it.
    exact, nearly = amount * weight // of_all, cast(amount * (weight * 1.0 / of_all), BigInteger)
    is_huge = (func.abs(amount) > _HUGE) | (func.abs(weight) > _HUGE)
    share = case((amount == of_all, weight), (is_huge, nearly), else_=exact)
    told = select(*lines.c, share.label("share")).subquery("shared")
    rest = case((told.c.place == 1, told.c.amount - _of_order(func.sum(told.c.share), told)), else_=0)
    value = (told.c.share + rest - told.c.back).label("value")
    return select(told.c.id, told.c.order_id, told.c.product_id, value).subquery("parts")


def _of_order(added: Expression, lines: Subquery) -> Expression:
    return cast(added.over(partition_by=lines.c.order_id), BigInteger)


def _chosen(rows: Rows, key: Any, product_id: int | None, category: str | None) -> Rows:
    """Only the lines of a product, and of a category."""
    if product_id is not None:
        rows = rows.where(key == product_id)
    if category is not None:
        rows = rows.outerjoin(Product, Product.id == key).where(
            func.coalesce(Product.category, "") == category
        )
    return rows
