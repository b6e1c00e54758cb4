"""What customers bought: the kept totals with their recount, and what a customer's page shows."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Delete,
    Subquery,
    Text,
    case,
    cast,
    delete,
    func,
    or_,
    select,
)

from db.models import Contact, Order, OrderLine, PurchaseTotal
from db.queries import Rows, orders
from db.queries.lists import listed

_IN_A_ROW = 1000
TOTAL = ("contact_id", "currency", "orders", "revenue", "first_at", "last_at")
COLUMNS = (*TOTAL, "history")
_KEPT = tuple(getattr(PurchaseTotal, name) for name in TOTAL)


def lock(contact_ids: Collection[int]) -> Rows:
    """Nobody else counts the purchases of these contacts until the transaction ends."""
    statement = select(Contact.id).where(listed(Contact.id, contact_ids)).order_by(Contact.id)
    return statement.with_for_update(of=Contact, key_share=True).execution_options(with_deleted=True)


def bought(contact_ids: Collection[int]) -> Rows:
    """The orders of these contacts that count: contact, currency, moment, what stayed after refunds."""
    return _bought().where(listed(Order.contact_id, contact_ids))


def bought_between(first: int, last: int) -> Rows:
    """The same of all contacts from one number to another."""
    return _bought().where(Order.contact_id.between(first, last))


def written_between(first: int, last: int) -> Rows:
    """The kept histories of contacts from one number to another: contact, currency, history."""
    told = select(PurchaseTotal.contact_id, PurchaseTotal.currency, PurchaseTotal.history)
    return told.where(PurchaseTotal.contact_id.between(first, last))


def last_buyer() -> Rows:
    """The highest number of a contact with kept totals."""
    return select(func.coalesce(func.max(PurchaseTotal.contact_id), 0))


def histories(currency: str | None, among: Rows | None = None) -> Rows:
    """Contacts, and the histories of their orders, of up to a thousand customers a row, each in one text with
    blanks between; in one currency or (None) all, of these contacts or all."""
    told = select(
        cast(func.aggregate_strings(cast(PurchaseTotal.contact_id, Text), " "), Text).label("contacts"),
        cast(func.aggregate_strings(PurchaseTotal.history, " "), Text).label("histories"),
    )
    if currency is not None:
        told = told.where(PurchaseTotal.currency == currency)
    if among is not None:
        told = told.where(PurchaseTotal.contact_id.in_(among))
    return told.group_by(PurchaseTotal.contact_id // _IN_A_ROW)


def forget(contact_ids: Collection[int]) -> Delete:
    """Remove the kept totals of these contacts."""
    return delete(PurchaseTotal).where(listed(PurchaseTotal.contact_id, contact_ids))


def wrong(limit: int) -> Rows:
    """Contacts and currencies whose kept total is not what the orders add up to: both orders and revenues."""
    truth: Subquery = _counted().subquery()
    same = (PurchaseTotal.contact_id == truth.c.contact_id) & (PurchaseTotal.currency == truth.c.currency)
    differs = [getattr(PurchaseTotal, name).is_distinct_from(truth.c[name]) for name in TOTAL[2:]]
    columns = (PurchaseTotal.orders, PurchaseTotal.revenue, truth.c.orders, truth.c.revenue)
    return (
        select(truth.c.contact_id, truth.c.currency, *columns)
        .select_from(truth)
        .outerjoin(PurchaseTotal, same)
        .where(or_(*differs))
        .order_by(truth.c.contact_id)
        .limit(limit)
    )


def groundless(limit: int) -> Rows:
    """Kept totals of contacts and currencies without any order: contact, currency, orders, revenue."""
    ground = (
        select(Order.id)
        .where(
            Order.contact_id == PurchaseTotal.contact_id,
            Order.currency == PurchaseTotal.currency,
            Order.status != "cancelled",
        )
        .exists()
    )
    return select(*_KEPT[:4]).where(~ground).order_by(PurchaseTotal.contact_id).limit(limit)


def kept(contact_id: int) -> Rows:
    """The totals of a contact, the largest first."""
    return (
        select(*_KEPT[1:])
        .where(PurchaseTotal.contact_id == contact_id)
        .order_by(PurchaseTotal.revenue.desc(), PurchaseTotal.currency)
    )


def totals_of_account(account_id: int) -> Rows:
    """What a company and its people bought, by currency, the largest first."""
    statement = _sums(Order.currency).where(_of_account(account_id), Order.status != "cancelled")
    return statement.group_by(Order.currency).order_by(_REVENUE.desc(), Order.currency)


def latest(owner: ColumnElement[bool], most: int) -> Rows:
    """The latest orders of a customer."""
    return orders.ordered(orders.rows().where(owner), "date", is_descending=True).limit(most)


def days(owner: ColumnElement[bool], most: int) -> Rows:
    """When a customer ordered, the latest first; cancelled orders do not count."""
    statement = select(Order.ordered_at).where(owner, Order.status != "cancelled")
    return statement.order_by(Order.ordered_at.desc()).limit(most)


def likes(owner: ColumnElement[bool], since: datetime, most: int) -> Rows:
    """What a customer bought most often since then: product, name, quantity (less returns), orders."""
    ordered = func.count(func.distinct(OrderLine.order_id))
    quantity = cast(func.sum(OrderLine.quantity - OrderLine.returned), BigInteger)
    # Lines without a product are told apart by their names; those of a product are one, however called.
    own_name = case((OrderLine.product_id.is_(None), OrderLine.name), else_="")
    return (
        select(
            OrderLine.product_id,
            func.max(OrderLine.name).label("name"),
            quantity.label("quantity"),
            ordered.label("orders"),
        )
        .join(Order, Order.id == OrderLine.order_id)
        .where(owner, Order.status != "cancelled", Order.ordered_at >= since)
        .group_by(OrderLine.product_id, own_name)
        .having(quantity > 0)
        .order_by(ordered.desc(), quantity.desc(), func.max(OrderLine.name))
        .limit(most)
    )


def of_contact(contact_id: int) -> ColumnElement[bool]:
    """The orders of a contact."""
    return Order.contact_id == contact_id


def of_account(account_id: int) -> ColumnElement[bool]:
    """The orders of a company: its own and those of its people."""
    return _of_account(account_id)


def _of_account(account_id: int) -> ColumnElement[bool]:
    people = select(Contact.id).where(Contact.account_id == account_id)
    return or_(Order.account_id == account_id, Order.contact_id.in_(people))


# Postgres adds whole numbers up to a decimal one.
_REVENUE = cast(func.sum(Order.total - Order.refunded), BigInteger)


def _sums(*by: Any) -> Rows:
    return select(
        *by,
        func.count().label("orders"),
        _REVENUE.label("revenue"),
        func.min(Order.ordered_at).label("first_at"),
        func.max(Order.ordered_at).label("last_at"),
    )


def _bought() -> Rows:
    worth = (Order.total - Order.refunded).label("value")
    told = select(Order.contact_id, Order.currency, Order.ordered_at, worth)
    return told.where(Order.contact_id.is_not(None), Order.status != "cancelled")


def _counted() -> Rows:
    statement = _sums(Order.contact_id, Order.currency)
    return statement.where(Order.contact_id.is_not(None), Order.status != "cancelled").group_by(
        Order.contact_id, Order.currency
    )
