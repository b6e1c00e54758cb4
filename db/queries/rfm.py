"""Recency, frequency and value of customers: their sums, where the fifths end, and who lies where."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import BigInteger, ColumnElement, Subquery, case, cast, func, select

from db.models import Contact, Order, PurchaseTotal
from db.queries import Rows

MEASURES = ("last_at", "orders", "revenue")


class Cuts(NamedTuple):
    """Where scores rise: moments for the last order, numbers of orders, minor units; the lowest first."""

    last_at: tuple[datetime, ...]
    orders: tuple[float, ...]
    revenue: tuple[float, ...]


class Whose(NamedTuple):
    """Customers of one currency: by their kept totals, or (with a moment) by their orders before it.

    ``among`` says which contacts; None for all.
    """

    currency: str
    before: datetime | None
    among: Rows | None = None


def count(whose: Whose) -> Rows:
    """How many customers there are."""
    return select(func.count()).select_from(_totals(whose))


def neighbours(whose: Whose, measure: str, place: int) -> Rows:
    """The values at this place and the next one, counted from nought, in rising order."""
    column = _totals(whose).c[measure]
    return select(column).order_by(column).offset(place).limit(2)


def members(whose: Whose, cuts: Cuts, codes: Collection[int]) -> Rows:
    """Customers with one of these scores (r * 100 + f * 10 + m), the most valuable first."""
    totals = _totals(whose)
    r, f, m = _scores(totals, cuts)
    return (
        select(
            totals.c.contact_id, Contact.name, r, f, m, totals.c.last_at, totals.c.orders, totals.c.revenue
        )
        .join(Contact, Contact.id == totals.c.contact_id)
        .where((r.element * 100 + f.element * 10 + m.element).in_(sorted(codes)))
        .order_by(totals.c.revenue.desc(), totals.c.contact_id)
    )


def _scores(totals: Subquery, cuts: Cuts) -> Sequence[Any]:
    pairs = zip("rfm", MEASURES, strict=True)
    return [_score(totals.c[measure], getattr(cuts, measure)).label(name) for name, measure in pairs]


def _score(column: ColumnElement[Any], ends: Sequence[Any]) -> ColumnElement[int]:
    steps = [(column >= end, len(ends) + 1 - place) for place, end in enumerate(reversed(ends))]
    return case(*steps, else_=1)


def _totals(whose: Whose) -> Subquery:
    if whose.before is None:
        kept = (PurchaseTotal.contact_id, *(getattr(PurchaseTotal, name) for name in MEASURES))
        now = select(*kept).where(PurchaseTotal.currency == whose.currency)
        if whose.among is not None:
            now = now.where(PurchaseTotal.contact_id.in_(whose.among))
        return now.subquery()
    counted = (
        Order.contact_id.is_not(None),
        Order.status != "cancelled",
        Order.currency == whose.currency,
        Order.ordered_at < whose.before,
    )
    columns = (
        Order.contact_id,
        func.max(Order.ordered_at).label("last_at"),
        func.count().label("orders"),
        cast(func.sum(Order.total - Order.refunded), BigInteger).label("revenue"),
    )
    then = select(*columns).where(*counted).group_by(Order.contact_id)
    if whose.among is not None:
        then = then.where(Order.contact_id.in_(whose.among))
    return then.subquery()
