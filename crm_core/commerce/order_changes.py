"""A placed order that is to be another one: its lines, its discount, where it goes; until it is paid."""

from typing import Any

from crm_core.commerce import order_entry, rules, totals
from crm_core.commerce.order_views import detail, record, text
from crm_core.commerce.types import LineDetail, NewLine, NewOrder, OrderChange, OrderDetail
from crm_core.kernel.access import Permission
from crm_core.kernel.errors import Conflict
from crm_core.kernel.work import Work, use_case
from db.models import Order, OrderLine
from db.queries import orders as sql

_TEXTS = ("channel", "city", "postal_code", "country")
_OF_LINE = ("product_id", "name", "quantity", "unit_price", "discount", "total", "position")
_TOO_LATE = "Take goods or money back instead, or cancel it and enter a new one."


@use_case(Permission.ORDERS_EDIT)
def change(work: Work, order_id: int, wanted: OrderChange, *, version: int | None) -> None:
    """Change an order that is neither paid nor on its way; sums and campaigns follow at once.

    Points come with the payment, so none were given yet. A coupon stays used, and what it took off stays in
    the discounts of the lines unless they are given anew.

    Raises:
        Invalid: with a hint for each wrong field.
        NotFound: there is no such order, or it is not this person's to see.
        Conflict: it is too late, or somebody else changed the order since ``version``.
    """
    order: Order = work.fresh(Order, order_id, version)
    before = detail(work, order)
    if not rules.may_change(before):
        way_out = _TOO_LATE if before.status in rules.RETURNABLE else "Enter a new one."
        raise Conflict(f"Order {order.number} is {order.status}, so it stays as it is. {way_out}")
    new = order_entry.read(work, _merged(before, wanted), with_lines=wanted.lines is not None)
    if wanted.lines is not None:
        _store(work, order, order_entry.lines(work, new, _products(before)))
    now = detail(work, order)
    order.total = rules.order_total([line.total for line in now.lines], new.discount)
    order.discount = new.discount
    for name in _TEXTS:
        setattr(order, name, getattr(new, name))
    changes = work.changes(order)["changes"] | _said(before, order, now.lines)
    if not changes:
        return
    order.updated_at = work.now
    totals.recount(work, [order.contact_id])
    record(work, "changed", order, work.now, changes=changes)


def _merged(before: OrderDetail, wanted: OrderChange) -> NewOrder:
    """The order as it would be entered with these changes."""
    texts: dict[str, Any] = {
        name: getattr(before if getattr(wanted, name) is None else wanted, name) for name in _TEXTS
    }
    names = {line.product_id: line.name for line in before.lines if line.product_id is not None}
    kept = [
        NewLine(line.quantity, line.product_id, line.name, line.unit_price, line.discount)
        for line in before.lines
    ]
    given = kept if wanted.lines is None else wanted.lines
    lines = [
        NewLine(one.quantity, one.product_id, one.name or names.get(one.product_id or 0, ""), one.unit_price,
                one.discount)
        for one in given
    ]  # fmt: skip
    return NewOrder(
        lines, before.contact_id, before.account_id, before.currency,
        before.discount if wanted.discount is None else wanted.discount, before.ordered_at, **texts,
    )  # fmt: skip


def _products(before: OrderDetail) -> set[int]:
    return {line.product_id for line in before.lines if line.product_id is not None}


def _store(work: Work, order: Order, wanted: list[OrderLine]) -> None:
    """Lines keep their rows in the order in which they stand; rows that are too many go."""
    rows: list[OrderLine] = work.scalars(sql.lines_of(order.id))
    for row, line in zip(rows, wanted, strict=False):
        for name in _OF_LINE:
            setattr(row, name, getattr(line, name))
    for row in rows[len(wanted) :]:
        work.delete(row)
    for line in wanted[len(rows) :]:
        line.order_id = order.id
        work.add(line)
    work.flush()


def _said(before: OrderDetail, order: Order, lines: tuple[LineDetail, ...]) -> dict[str, list[str]]:
    """Amounts and lines as people read them, where they changed."""
    said: dict[str, list[str]] = {}
    for name in ("total", "discount"):
        old, new = getattr(before, name), getattr(order, name)
        if old != new:
            said[name] = [text(old, order.currency), text(new, order.currency)]
    if before.lines != lines:
        said["lines"] = [_list(before.lines), _list(lines)]
    return said


def _list(lines: tuple[LineDetail, ...]) -> str:
    return ", ".join(f"{rules.quantity_text(line.quantity)} × {line.name}" for line in lines)
