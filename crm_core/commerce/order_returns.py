"""What comes back of an order, and the money that goes with it."""

from collections.abc import Sequence
from datetime import datetime

from crm_core.commerce import rules, totals
from crm_core.commerce.order_views import detail, record, text
from crm_core.commerce.types import NewReturn, OrderDetail
from crm_core.kernel.errors import Invalid
from crm_core.kernel.work import Work
from db.models import Order, OrderLine, OrderReturn
from db.queries import orders as sql


def take_all_back(work: Work, order: Order, at: datetime) -> None:
    """Everything that is left comes back."""
    left = [
        NewReturn(line.id, line.quantity - line.returned)
        for line in work.scalars(sql.lines_of(order.id))
        if line.quantity > line.returned
    ]
    if not left:
        left = [NewReturn(amount=order.total - order.refunded)] if order.total > order.refunded else []
    take_back(work, order, left, at)


def take_back(work: Work, order: Order, returns: Sequence[NewReturn], at: datetime) -> None:
    """Note what came back and what was paid back; with the last piece the order is returned.

    Raises:
        Invalid: more than was bought, or more money than was left; with a hint for each return.
    """
    before = detail(work, order)
    net = dict(zip((line.id for line in before.lines), rules.net_totals(before.lines, before.total),
                   strict=True))  # fmt: skip
    rows: dict[int, OrderLine] = {row.id: row for row in work.scalars(sql.lines_of(order.id))}
    paid_back = dict.fromkeys(rows, 0)
    for earlier in before.returns:
        if earlier.line_id is not None:
            paid_back[earlier.line_id] += earlier.amount
    amounts = _amounts(before, returns, net, paid_back)
    for new, amount in zip(returns, amounts, strict=True):
        row = rows.get(new.line_id or 0)
        if row is not None:
            row.returned += new.quantity
        work.add(
            OrderReturn(
                order_id=order.id, line_id=new.line_id, quantity=new.quantity, amount=amount,
                reason=new.reason, returned_at=at, actor_id=work.actor.id,
            )
        )  # fmt: skip
    order.refunded += sum(amounts)
    order.updated_at = work.now
    if all(row.returned >= row.quantity for row in rows.values()):
        order.status, order.returned_at = "returned", at
    record(work, "returned", order, at, total=text(sum(amounts), order.currency),
            is_whole=order.status == "returned")  # fmt: skip
    totals.recount(work, [order.contact_id])


def _amounts(
    order: OrderDetail, returns: Sequence[NewReturn], net: dict[int, int], paid_back: dict[int, int]
) -> list[int]:
    """What each return pays back, in the order of the returns.

    Raises:
        Invalid: with a hint for each return that cannot be.
    """
    lines = {line.id: line for line in order.lines}
    left = order.total - order.refunded
    wrong: dict[str, str] = {}
    found: list[int] = []
    for place, new in enumerate(returns, 1):
        line = lines.get(new.line_id or 0)
        hint = "This line is not one of the order." if new.line_id and not line else ""
        if hint := hint or rules.check_return(new, line):
            wrong[f"return_{place}"] = hint
            continue
        amount = new.amount or 0
        if line is not None:
            due = min(rules.refund(line, net[line.id], paid_back[line.id], new.quantity), left)
            amount = due if new.amount is None else new.amount
            paid_back[line.id] += amount
            lines[line.id] = rules.with_returned(line, new.quantity)
        if amount > left:
            wrong[f"return_{place}"] = f"Only {text(left, order.currency)} is left to pay back."
        left -= amount
        found.append(amount)
    if wrong:
        raise Invalid("Please correct the marked fields.", fields=wrong)
    return found
