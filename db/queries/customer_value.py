"""What customers bought on which days, and what that adds up to for models of buying."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Integer, Subquery, case, cast, func, select

from db.models import Contact, FittedModel, Order, PurchaseTotal
from db.queries import Rows
from db.queries.local_days import LocalDay


@dataclass(frozen=True)
class Bought:
    """Which purchases are looked at: one currency, the days of one zone, all before a moment.

    ``until_day`` (days since 1970-01-01) parts what is known from what came later; ``among`` says which
    contacts (None for all).
    """

    currency: str
    zone: str
    before: datetime
    until_day: int
    among: Rows | None = None


def histories(bought: Bought, contact_id: int | None = None) -> Rows:
    """A row a customer who bought by ``until_day``: contact, days of buying after the first one, first and
    last day, what those days after the first brought, days of buying later."""
    found = _histories(bought, contact_id)
    return select(found).order_by(found.c.contact_id)


def currencies() -> Rows:
    """In how many totals of customers each currency stands: currency, customers; the most frequent first."""
    count = func.count()
    return select(PurchaseTotal.currency, count).group_by(PurchaseTotal.currency).order_by(count.desc())


def last_order(currency: str) -> Rows:
    """When the last order in a currency was made."""
    return select(func.max(PurchaseTotal.last_at)).where(PurchaseTotal.currency == currency)


def largest(currency: str, most: int, among: Rows | None = None) -> Rows:
    """The customers (among these contacts) who brought the most: contact, name."""
    found = (
        select(PurchaseTotal.contact_id, Contact.name)
        .join(Contact, Contact.id == PurchaseTotal.contact_id)
        .where(PurchaseTotal.currency == currency)
        .order_by(PurchaseTotal.revenue.desc())
        .limit(most)
    )
    return found if among is None else found.where(PurchaseTotal.contact_id.in_(among))


def histories_of(bought: Bought, contact_ids: list[int]) -> Rows:
    """As ``histories``, of these customers."""
    return select(_histories(bought, contact_ids))


def newest_model(name: str) -> Rows:
    """The model of this name that was fitted last."""
    return select(FittedModel).where(FittedModel.name == name).order_by(FittedModel.id.desc()).limit(1)


def _histories(bought: Bought, whose: int | list[int] | None = None) -> Subquery:
    days = _days(bought, whose)
    first = func.min(days.c.day).over(partition_by=days.c.contact_id)
    told = select(days.c.contact_id, days.c.day, days.c.amount, first.label("first")).subquery()
    is_known = told.c.day <= bought.until_day
    is_repeat = is_known & (told.c.day > told.c.first)
    return (
        select(
            told.c.contact_id,
            _count(is_repeat).label("repeats"),
            told.c.first,
            func.max(case((is_known, told.c.day))).label("last"),
            cast(func.sum(case((is_repeat, told.c.amount), else_=0)), BigInteger).label("spent"),
            _count(~is_known).label("later"),
        )
        .where(told.c.first <= bought.until_day)
        .group_by(told.c.contact_id, told.c.first)
        .subquery()
    )


def _days(bought: Bought, whose: int | list[int] | None) -> Subquery:
    columns = (
        Order.contact_id,
        LocalDay(Order.ordered_at, bought.zone).label("day"),
        (Order.total - Order.refunded).label("amount"),
    )
    counted = (
        Order.contact_id.is_not(None),
        Order.status != "cancelled",
        Order.currency == bought.currency,
        Order.ordered_at < bought.before,
    )
    orders = select(*columns).where(*counted)
    if bought.among is not None:
        orders = orders.where(Order.contact_id.in_(bought.among))
    if isinstance(whose, list):
        orders = orders.where(Order.contact_id.in_(whose))
    elif whose is not None:
        orders = orders.where(Order.contact_id == whose)
    each = orders.subquery()
    amount = cast(func.sum(each.c.amount), BigInteger).label("amount")
    return select(each.c.contact_id, each.c.day, amount).group_by(each.c.contact_id, each.c.day).subquery()


def _count(condition: Any) -> Any:
    return cast(func.sum(case((condition, 1), else_=0)), Integer)
