"""What was sold, by whom, where and when: one declared statement a measure, split in every way.

``orders``: those not cancelled, by the moment of ordering; the value is what stayed after refunds. ``deals``:
those won, by the moment of closing; the value is their amount. Both stay when a customer is deleted.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import BigInteger, ColumnElement, Subquery, case, cast, false, func, literal, select
from sqlalchemy.orm import aliased

from db.models import (
    Account,
    Contact,
    Deal,
    DealLine,
    Order,
    OrderLine,
    OrderReturn,
    Product,
    ProductPrice,
    Team,
    User,
)
from db.queries import Rows

EVERY = {"with_deleted": True}
WAYS = ("owner", "team", "region", "country")
"""Splits by a column of the measure; further ones go by time, or by line."""

SHARING = ("whole", "value", "total", "back")
"""What sharing out needs of a line: id and value of the whole, what the line costs, what was paid back."""

ABOUT = ("product_id", "product", "sku", "category", "currency")
"""What a product is."""

Bounds = Sequence[tuple[datetime, str]]
"""The ends of periods, in their order, with the names of the periods."""


class Asked(NamedTuple):
    """What a report is about: ``orders`` or ``deals``, from an instant until before another one.

    ``currency`` is that of deals which name none. ``among``: only those with one of these ids.
    """

    of: str
    since: datetime | None
    until: datetime | None
    currency: str
    among: Rows | None = None


def total(asked: Asked) -> Rows:
    """The whole of a measure by currency: currency, how many, value."""
    sold = _sold(asked)
    return _summed(select(sold.c.currency, *_sums(sold)).group_by(sold.c.currency))


def by_way(asked: Asked, way: str) -> Rows:
    """A measure split by one of ``WAYS``: group, currency, how many, value."""
    sold = _sold(asked, way)
    group = sold.c[way]
    return _summed(select(group, sold.c.currency, *_sums(sold)).group_by(group, sold.c.currency))


def ids_in(asked: Asked, way: str, key: str) -> Rows:
    """The ids of a measure in one group of ``by_way``."""
    sold = _sold(asked, way)
    return _summed(select(sold.c.id).where(sold.c[way] == key))


def first_and_last(asked: Asked) -> Rows:
    """When the first and the last of a measure happened."""
    sold = _sold(asked)
    return _summed(select(func.min(sold.c.at), func.max(sold.c.at)))


def by_period(asked: Asked, bounds: Bounds) -> Rows:
    """A measure split by periods, whose last one has no end: group, currency, how many, value."""
    sold = _sold(asked)
    named = select(_period(sold.c.at, bounds).label("period"), sold.c.currency, sold.c.value).subquery()
    sums = (func.count(), cast(func.sum(named.c.value), BigInteger))
    return _summed(select(named.c.period, named.c.currency, *sums).group_by(named.c.period, named.c.currency))


def _period(at: ColumnElement[Any], bounds: Bounds) -> ColumnElement[Any]:
    """The name of the period of a moment: found by halves, for there may be hundreds."""
    half = len(bounds) // 2
    if not half:
        return literal(bounds[0][1])
    earlier, later = _period(at, bounds[:half]), _period(at, bounds[half:])
    return case((at < bounds[half - 1][0], earlier), else_=later)


def even_lines(asked: Asked, way: str) -> Rows:
    """Lines of what costs just as much as its lines: group, currency, how many, value."""
    sold, line = _sold(asked), _LINES[asked.of]
    group = _line_group(line, way)
    many = func.count(func.distinct(sold.c.id))
    columns = (group, sold.c.currency, many, cast(func.sum(line.total), BigInteger))
    statement = _lines(sold, line, select(*columns))
    return _summed(statement.where(_is_even(sold, asked.of)).group_by(group, sold.c.currency))


def odd_lines(asked: Asked, way: str) -> Rows:
    """Lines of what costs more or less than its lines: ``SHARING``, currency, group."""
    sold, line = _sold(asked), _LINES[asked.of]
    statement = _lines(sold, line, select(*_sharing(sold, line), sold.c.currency, _line_group(line, way)))
    return _summed(statement.where(~_is_even(sold, asked.of)).order_by(sold.c.id, line.id))


def without_lines(asked: Asked) -> Rows:
    """What was sold without saying what: currency, how many, value."""
    sold, line = _sold(asked), _LINES[asked.of]
    has_lines = select(line.id).where(_parent(line) == sold.c.id).exists()
    statement = select(sold.c.currency, *_sums(sold)).where(~has_lines)
    return _summed(statement.group_by(sold.c.currency))


def even_products(asked: Asked) -> Rows:
    """Lines of orders that cost just as much as their lines, added up by product: ``ABOUT``, orders, quantity
    that stayed, value, its cost in thousandths (nothing when one is unknown)."""
    sold = _sold(asked)
    kept, cost = OrderLine.quantity - OrderLine.returned, cost_of_day(sold)
    about = _about(sold)
    sums = (
        func.count(func.distinct(sold.c.id)),
        cast(func.sum(kept), BigInteger),
        cast(func.sum(OrderLine.total), BigInteger),
        case((func.count(cost) == func.count(), cast(func.sum(cost * kept), BigInteger)), else_=None),
    )
    statement = _lines(sold, OrderLine, select(*about, *sums)).where(_is_even(sold, "orders"))
    return _summed(statement.group_by(*about))


def odd_products(asked: Asked) -> Rows:
    """Lines of the other orders one by one: ``SHARING``, ``ABOUT``, quantity that stayed, its cost."""
    sold = _sold(asked)
    kept = OrderLine.quantity - OrderLine.returned
    columns = (*_sharing(sold, OrderLine), *_about(sold), kept, cost_of_day(sold) * kept)
    statement = _lines(sold, OrderLine, select(*columns)).where(~_is_even(sold, "orders"))
    return _summed(statement.order_by(sold.c.id, OrderLine.id))


def discounts(steps: Sequence[int]) -> Rows:
    """Closed deals with lines by how much was taken off the list price: step, status, how many.

    Args:
        steps: upper ends in percent, rising; step 0 is no discount, the last one all above.
    """
    price = func.coalesce(DealLine.list_price, DealLine.unit_price)
    full = cast(func.sum(price * DealLine.quantity), BigInteger)
    paid = cast(func.sum(DealLine.total), BigInteger) * 1000
    deals = (
        select(Deal.id, Deal.status, full.label("full"), paid.label("paid"))
        .join(DealLine, DealLine.deal_id == Deal.id)
        .where(Deal.status.in_(("won", "lost")))
        .group_by(Deal.id, Deal.status)
        .having(full > 0)
        .subquery()
    )
    off = (deals.c.full - deals.c.paid) * 100
    whens = [(off <= 0, literal(0))]
    whens += [(off <= deals.c.full * percent, literal(place)) for place, percent in enumerate(steps, 1)]
    step = case(*whens, else_=literal(len(steps) + 1)).label("step")
    named = select(step, deals.c.status).subquery()
    return (
        select(named.c.step, named.c.status, func.count())
        .group_by(named.c.step, named.c.status)
        .order_by(named.c.step, named.c.status)
    )


def _sharing(sold: Subquery, line: Any) -> tuple[Any, ...]:
    return sold.c.id, sold.c.value, line.total, _back(line)


def _about(sold: Subquery) -> tuple[Any, ...]:
    name = func.coalesce(Product.name, OrderLine.name)
    more = (func.coalesce(column, "") for column in (Product.sku, Product.category))
    return OrderLine.product_id, name, *more, sold.c.currency


def _sums(sold: Subquery) -> tuple[Any, Any]:
    return func.count(), cast(func.sum(sold.c.value), BigInteger)


def _summed(statement: Rows) -> Rows:
    """Deleted products and customers still give their names; deleted orders and deals are left out below."""
    return statement.execution_options(**EVERY)


def _sold(asked: Asked, way: str = "") -> Subquery:
    """A measure, one row each: id, currency, value, refunded, at, and the column of a way to split it."""
    statement, at = _MEASURES[asked.of](asked.currency, way)
    if asked.since is not None:
        statement = statement.where(at >= asked.since)
    if asked.until is not None:
        statement = statement.where(at < asked.until)
    if asked.among is not None:
        statement = statement.where(_KEYS[asked.of].in_(asked.among))
    return statement.subquery("sold")


def _orders(_currency: str, way: str) -> tuple[Rows, ColumnElement[Any]]:
    statement = select(
        Order.id,
        Order.currency,
        (Order.total - Order.refunded).label("value"),
        Order.refunded.label("refunded"),
        Order.ordered_at.label("at"),
    ).where(Order.status != "cancelled", Order.deleted_at.is_(None))
    if not way:
        return statement, Order.ordered_at.expression
    holder = aliased(User)
    groups: dict[str, ColumnElement[str]] = {
        "owner": func.coalesce(User.name, func.nullif(Order.seller_name, ""), holder.name, ""),
        "team": func.coalesce(Team.name, ""),
        "region": _first(Team.region, Account.country, Contact.country, Order.country),
        "country": _first(Order.country, Contact.country, Account.country),
    }
    statement = statement.add_columns(groups[way].label(way))
    statement = statement.outerjoin(Contact, Contact.id == Order.contact_id)
    statement = statement.outerjoin(Account, Account.id == Order.account_id)
    if way != "country":
        statement = statement.outerjoin(User, User.id == Order.actor_id)
        statement = statement.outerjoin(
            holder, holder.id == func.coalesce(Contact.owner_id, Account.owner_id)
        )
    if way in _OF_TEAMS:
        statement = statement.outerjoin(Team, Team.id == func.coalesce(User.team_id, _team_of(holder)))
    return statement, Order.ordered_at.expression


def _team_of(holder: Any) -> ColumnElement[Any]:
    """The team of the customer's owner, where nobody is named as the seller."""
    unknown = Order.actor_id.is_(None) & (Order.seller_name == "")
    return case((unknown, holder.team_id), else_=None)


def _deals(currency: str, way: str) -> tuple[Rows, ColumnElement[Any]]:
    statement = select(
        Deal.id,
        func.coalesce(func.nullif(Deal.currency, ""), currency).label("currency"),
        func.coalesce(Deal.amount, 0).label("value"),
        literal(0).label("refunded"),
        Deal.closed_at.label("at"),
    ).where(Deal.status == "won", Deal.closed_at.is_not(None), Deal.deleted_at.is_(None))
    if not way:
        return statement, Deal.closed_at.expression
    groups: dict[str, ColumnElement[str]] = {
        "owner": func.coalesce(User.name, Deal.owner_name, ""),
        "team": func.coalesce(Team.name, ""),
        "region": _first(Team.region, Account.country, Contact.country),
        "country": _first(Account.country, Contact.country),
    }
    statement = statement.add_columns(groups[way].label(way))
    statement = statement.outerjoin(Contact, Contact.id == Deal.contact_id)
    statement = statement.outerjoin(Account, Account.id == Deal.account_id)
    if way != "country":
        statement = statement.outerjoin(User, User.id == Deal.owner_id)
    if way in _OF_TEAMS:
        statement = statement.outerjoin(Team, Team.id == User.team_id)
    return statement, Deal.closed_at.expression


_OF_TEAMS = ("team", "region")
_MEASURES: dict[str, Callable[[str, str], tuple[Rows, ColumnElement[Any]]]] = {
    "orders": _orders,
    "deals": _deals,
}
_LINES: dict[str, Any] = {"orders": OrderLine, "deals": DealLine}
_KEYS: dict[str, Any] = {"orders": Order.id, "deals": Deal.id}


def _first(*texts: Any) -> ColumnElement[str]:
    """The first text that is not empty."""
    return func.coalesce(*(func.nullif(text, "") for text in texts), "")


def _parent(line: Any) -> Any:
    return line.order_id if line is OrderLine else line.deal_id


def _lines(sold: Subquery, line: Any, statement: Rows) -> Rows:
    joined = statement.select_from(sold).join(line, _parent(line) == sold.c.id)
    return joined.outerjoin(Product, Product.id == line.product_id)


def _line_group(line: Any, way: str) -> ColumnElement[str]:
    if way == "category":
        return func.coalesce(Product.category, "")
    return func.coalesce(Product.name, line.name)


def _is_even(sold: Subquery, of: str) -> ColumnElement[bool]:
    """Do the lines cost exactly what the whole does? Then nothing has to be shared out.

    Not where something was paid back: a fee on top may just make up for it, but the lines brought less.
    """
    line = aliased(_LINES[of])
    parent = line.order_id if of == "orders" else line.deal_id
    whole = select(func.sum(line.total)).where(parent == sold.c.id)
    # Most are, but Postgres takes equal sums for rare, and would look each line up: so it is not told.
    is_same = func.coalesce(sold.c.value == whole.correlate(sold).scalar_subquery(), false())
    return (sold.c.refunded == 0) & is_same


def _back(line: Any) -> ColumnElement[int]:
    """What was paid back for a line of an order."""
    if line is not OrderLine:
        return literal(0)
    paid = select(func.sum(OrderReturn.amount)).where(OrderReturn.line_id == OrderLine.id)
    return cast(func.coalesce(paid.correlate(OrderLine).scalar_subquery(), 0), BigInteger)


def cost_of_day(sold: Subquery) -> ColumnElement[Any]:
    """What one piece cost us on the day of the order, else today, in the currency of the order."""
    dated = (
        select(ProductPrice.cost)
        .where(
            ProductPrice.product_id == OrderLine.product_id,
            ProductPrice.currency == sold.c.currency,
            ProductPrice.valid_from <= sold.c.at,
        )
        .order_by(ProductPrice.valid_from.desc())
        .limit(1)
        .correlate(sold, OrderLine)
        .scalar_subquery()
    )
    today = case((Product.currency == sold.c.currency, Product.cost), else_=None)
    return func.coalesce(dated, today)
