"""The rows that metrics count: one row a fact, with when it was, what it is worth, and whose it is.

Every statement has the columns ``id``, ``at``, ``value`` and ``currency``; the rest is kept as expressions
that filters, splits and lists of rows add as they need them. Deleted rows are left out here by condition, so
that what happened with a customer stays when the customer is deleted.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, case, func, literal, or_, select
from sqlalchemy.orm import aliased

from db.models import Account, Contact, Order, OrderLine, User
from db.queries import Rows
from db.rule_tree import Moment, Rule

Expression = ColumnElement[Any]
NONE: Expression = literal("")


class Narrow(NamedTuple):
    """Only what belongs to these; None or empty for all. ``rule`` says who is in a segment.

    ``category`` is one of products (empty: of those without one), for orders only.
    """

    owner_id: int | None = None
    team_id: int | None = None
    product_id: int | None = None
    country: str = ""
    rule: Rule | None = None
    category: str | None = None


class Asked(NamedTuple):
    """What is asked: from an instant until before another one, as it was known at ``known`` (None: now).

    What stands at a moment (open deals, overdue tasks) is taken at ``until``, which lies on ``day``.
    ``currency`` is that of deals which name none.
    """

    since: datetime
    until: datetime
    day: date
    known: datetime | None
    currency: str
    moment: Moment
    narrow: Narrow = Narrow()


@dataclass(frozen=True)
class Facts:
    """Facts of one kind. ``record`` is the table of the row that opens; ``kind`` splits them further."""

    rows: Rows
    id: Expression
    record: str
    title: Expression
    owner_id: Expression
    contact_id: Expression
    account_id: Expression
    country: Expression = NONE
    kind: Expression = NONE
    of_product: Callable[[int], Expression] | None = None


def columns(key: Any, at: Any, value: Any, currency: Any = NONE) -> Rows:
    """The four columns that all facts have."""
    named = {"id": key, "at": at, "value": value, "currency": currency}
    return select(*(column.label(name) for name, column in named.items()))


def dated(rows: Rows, at: Any, asked: Asked) -> Rows:
    """Only what happened in the period."""
    return rows.where(at >= asked.since, at < asked.until)


def owner_of(contact_id: Expression, account_id: Expression) -> Expression:
    """Who owns the customer: the contact's owner, else the company's."""
    return func.coalesce(
        looked_up(Contact, "owner_id", contact_id), looked_up(Account, "owner_id", account_id)
    )


def place_of(facts: Facts) -> Expression:
    """The country of a fact: its own, else the contact's, else the company's."""
    own = () if facts.country is NONE else (facts.country,)
    ways = (
        *own,
        looked_up(Contact, "country", facts.contact_id),
        looked_up(Account, "country", facts.account_id),
    )
    return func.coalesce(*(func.nullif(way, "") for way in ways), "")


def customer_of(facts: Facts) -> Expression:
    """What the customer is called."""
    return func.coalesce(
        looked_up(Contact, "name", facts.contact_id), looked_up(Account, "name", facts.account_id), ""
    )


def owner_name(facts: Facts) -> Expression:
    """What the owner is called; nothing without one."""
    return looked_up(User, "name", facts.owner_id)


def team_of(facts: Facts) -> Expression:
    """The team of the owner; nothing without one."""
    return looked_up(User, "team_id", facts.owner_id)


def narrowed(facts: Facts, narrow: Narrow, members: Rows | None) -> Rows:
    """The rows of facts with the filters that are set."""
    rows = facts.rows
    if narrow.owner_id is not None:
        mine = facts.owner_id == narrow.owner_id if narrow.owner_id else facts.owner_id.is_(None)
        rows = rows.where(mine)
    if narrow.team_id is not None:
        rows = rows.where(facts.owner_id.in_(select(User.id).where(User.team_id == narrow.team_id)))
    if narrow.country:
        rows = rows.where(place_of(facts) == narrow.country)
    if narrow.product_id is not None:
        rows = rows.where((facts.of_product or _buyers(facts))(narrow.product_id))
    if members is not None:
        rows = rows.where(facts.contact_id.in_(members))
    return rows


def ordered_products(product_id: int) -> Rows:
    """The orders that hold a product."""
    return select(OrderLine.order_id).where(OrderLine.product_id == product_id)


def _buyers(facts: Facts) -> Callable[[int], Expression]:
    """Where a fact is about no product: those of customers who have bought it."""

    def bought(product_id: int) -> Expression:
        sold = (Order.id.in_(ordered_products(product_id)), Order.deleted_at.is_(None))
        people = select(Order.contact_id).where(*sold, Order.contact_id.is_not(None))
        companies = select(Order.account_id).where(*sold, Order.account_id.is_not(None))
        return or_(facts.contact_id.in_(people), facts.account_id.in_(companies))

    return bought


def looked_up(model: Any, column: str, key: Expression) -> Expression:
    """A column of the row of this id; nothing without one."""
    # Correlated by hand: SQLAlchemy looks one level out only, and these stand deeper.
    other = _other(model)
    found = select(getattr(other, column)).where(other.id == key)
    return found.correlate_except(other).scalar_subquery()


@cache
def _other(model: Any) -> Any:
    """Another name for a table, so that it is not taken for the one that facts are read from."""
    return aliased(model)


def yes(condition: Any) -> Expression:
    """1 where a condition holds, else 0."""
    return case((condition, 1), else_=0)
