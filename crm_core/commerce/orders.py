"""Orders: enter, pay, ship, deliver, take back, cancel, find. Every act leaves a trace with the customer."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from crm_core.commerce import order_entry, order_returns, rules, totals
from crm_core.commerce.order_views import detail, record, text
from crm_core.commerce.types import DeletedOrder, NewOrder, NewReturn, OrderDetail, OrderQuery, OrderRow
from crm_core.kernel.access import Permission
from crm_core.kernel.errors import Conflict, Invalid, NotFound
from crm_core.kernel.paging import Page, Paging
from crm_core.kernel.work import Work, use_case
from crm_core.people.search_words import search_words
from db.models import Order
from db.queries import orders as sql

SORTS = tuple(sql.SORTS)


@use_case(Permission.ORDERS_EDIT)
def create(work: Work, new: NewOrder) -> int:
    """Enter an order and return its number here; prices that were left open are the catalogue's of its day.

    Raises:
        Invalid: with a hint for each wrong field.
        NotFound: the customer does not exist, or is not this person's to see.
        Conflict: an order from the same system has this number; ``theirs`` names it.
    """
    new = order_entry.read(work, new)
    contact_id, account_id, owner_id = order_entry.customer(work, new)
    lines = order_entry.lines(work, new)
    total = rules.order_total(order_entry.totals(lines), new.discount)
    [key] = work.reserve(Order, 1)
    order = work.add(
        Order(
            id=key, number=order_entry.number(work, new, key), origin=new.origin, status="placed",
            currency=new.currency, total=total, discount=new.discount, refunded=0,
            ordered_at=new.ordered_at, contact_id=contact_id, account_id=account_id, deal_id=new.deal_id,
            actor_id=order_entry.seller(work, new.seller_id, owner_id), channel=new.channel,
            coupon=new.coupon, city=new.city, postal_code=new.postal_code, country=new.country,
            is_sample=False, created_at=work.now, updated_at=work.now,
        )
    )  # fmt: skip
    work.flush()
    for line in lines:
        line.order_id = order.id
        work.add(line)
    totals.recount(work, [contact_id])
    record(work, "placed", order, order.ordered_at, total=text(order.total, order.currency))
    return order.id


@use_case(Permission.ORDERS_EDIT)
def mark(work: Work, order_id: int, status: str, *, at: datetime | None = None, version: int | None) -> None:
    """Note that an order was paid, shipped, delivered, cancelled, or came back as a whole.

    Args:
        at: when it happened; None means now.

    Raises:
        Invalid: there is no such state, or the time lies ahead or before the order.
        Conflict: the state cannot follow, or somebody else changed the order since ``version``.
    """
    order: Order = work.fresh(Order, order_id, version)
    if status not in rules.STATUSES[1:]:
        raise Invalid("Please correct the marked fields.", fields={"status": _one_of(rules.STATUSES[1:])})
    happened_at = _moment(work, order, at)
    is_dated = getattr(order, f"{status}_at") is not None
    rules.may_follow(order.number, order.status, status, is_dated=is_dated)
    if status == "returned":
        order_returns.take_all_back(work, order, happened_at)
        return
    setattr(order, f"{status}_at", happened_at)
    order.status, order.updated_at = rules.after(order.status, status), work.now
    record(work, status, order, happened_at)
    if status == "cancelled":
        totals.recount(work, [order.contact_id])


@use_case(Permission.ORDERS_EDIT)
def take_back(
    work: Work,
    order_id: int,
    returns: Sequence[NewReturn],
    *,
    at: datetime | None = None,
    version: int | None,
) -> None:
    """Take some of an order back and pay money back; with the last piece the order is returned.

    Raises:
        Invalid: more than was bought, or more money than was left; with a hint for each return.
        Conflict: the order is not paid or sent yet, or somebody else changed it since ``version``.
    """
    order: Order = work.fresh(Order, order_id, version)
    if order.status not in rules.RETURNABLE:
        way_out = " Cancel it instead." if order.status == "placed" else ""
        raise Conflict(f"Order {order.number} is {order.status}: nothing can come back.{way_out}")
    if not returns:
        raise Invalid("Please correct the marked fields.", fields={"lines": "Say what comes back."})
    order_returns.take_back(work, order, returns, _moment(work, order, at))


@use_case(Permission.ORDERS_READ, read=True)
def get(work: Work, order_id: int) -> OrderDetail:
    """One order with its lines and returns.

    Raises:
        NotFound: there is none, or none that this person may see.
    """
    return detail(work, work.get(Order, order_id))


@use_case(Permission.ORDERS_READ, read=True)
def search(work: Work, query: OrderQuery = OrderQuery()) -> Page[OrderRow]:  # noqa: B008 - frozen
    """One page of orders, the latest first unless another order is asked for (see ``SORTS``).

    Raises:
        Invalid: a state or an order of the list that does not exist.
    """
    sort = query.paging.sort_field or "date"
    wrong = {} if sort in SORTS else {"sort": _one_of(SORTS)}
    if query.status and query.status not in rules.STATUSES:
        wrong["status"] = _one_of(rules.STATUSES)
    if wrong:
        raise Invalid("The query needs correcting.", fields=wrong)
    is_descending = query.paging.is_descending or not query.paging.sort
    return work.page(
        sql.ordered(sql.rows().where(*_conditions(query)), sort, is_descending=is_descending),
        query.paging,
        OrderRow,
    )


@use_case(Permission.ORDERS_READ, read=True)
def channels(work: Work) -> list[str]:
    """The channels that orders came by, the most used first."""
    return work.scalars(sql.channels())


@use_case(Permission.ORDERS_EDIT)
def delete(work: Work, order_ids: Sequence[int]) -> int:
    """Hide orders that should not be here; they count nowhere and can be restored. Returns how many."""
    rows = _rows(work, order_ids, with_deleted=False)
    for order in rows:
        order.deleted_at = order.updated_at = work.now
        record(work, "deleted", order, work.now)
    totals.recount(work, [order.contact_id for order in rows])
    return len(rows)


@use_case(Permission.ORDERS_EDIT)
def restore(work: Work, order_ids: Sequence[int]) -> int:
    """Bring deleted orders back. Returns how many.

    Raises:
        Conflict: another order got the number meanwhile.
    """
    rows = [row for row in _rows(work, order_ids, with_deleted=True) if row.deleted_at is not None]
    for order in rows:
        if work.scalar(sql.by_number(order.number, order.origin)) is not None:
            raise Conflict(f"There is another order {order.number} now. Delete that one first.")
        order.deleted_at, order.updated_at = None, work.now
        record(work, "restored", order, work.now)
    totals.recount(work, [order.contact_id for order in rows])
    return len(rows)


@use_case(Permission.ORDERS_EDIT, read=True)
def deleted(work: Work, paging: Paging = Paging()) -> Page[DeletedOrder]:  # noqa: B008 - frozen
    """Orders that can be restored, the latest deletion first."""
    return work.page(sql.deleted(), paging, DeletedOrder)


def _conditions(query: OrderQuery) -> list[Any]:
    wanted = {name: getattr(query, name) for name in sql.EQUAL}
    found: list[Any] = [*sql.between(query.since, query.until), *sql.equal(wanted)]
    if query.product_id is not None:
        found.append(sql.holding_product(query.product_id))
    if said := query.text.strip():
        found.append(sql.meant(said, search_words(said)))
    return found


def _moment(work: Work, order: Order, at: datetime | None) -> datetime:
    if at is None:
        return work.now
    if not order.ordered_at <= at <= work.now:
        hint = "This lies ahead." if at > work.now else "This lies before the order."
        raise Invalid("Please correct the marked fields.", fields={"at": hint})
    return at


def _rows(work: Work, order_ids: Sequence[int], *, with_deleted: bool) -> list[Order]:
    rows = work.scalars(sql.by_ids(order_ids, with_deleted=with_deleted))
    if order_ids and not rows:
        raise NotFound("None of these orders exists, or they are not yours to see.")
    return rows


def _one_of(known: Sequence[str]) -> str:
    return f"Choose one of: {', '.join(known)}."
