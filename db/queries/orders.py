"""Orders with their lines and returns."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, func, or_, select

from db.models import Account, Contact, Order, OrderLine, OrderReturn, User
from db.queries import Rows, search
from db.session import current

CUSTOMER = func.coalesce(Contact.name, Account.name, "")
SELLER = func.coalesce(User.name, Order.seller_name)
ROW = (
    Order.id,
    Order.number,
    Order.status,
    Order.currency,
    Order.total,
    Order.refunded,
    Order.ordered_at,
    Order.contact_id,
    Order.account_id,
    CUSTOMER.label("customer"),
    SELLER.label("seller"),
    Order.channel,
)
SORTS = {
    "date": (Order.ordered_at,),
    "number": (Order.number,),
    "total": (Order.total,),
    "status": (Order.status, Order.ordered_at),
}


EQUAL: dict[str, Any] = {
    "status": Order.status,
    "channel": Order.channel,
    "seller_id": Order.actor_id,
    "contact_id": Order.contact_id,
    "account_id": Order.account_id,
}


def equal(wanted: Mapping[str, object]) -> list[ColumnElement[bool]]:
    """The conditions that columns of ``EQUAL`` have these values; empty ones do not matter."""
    return [EQUAL[name] == value for name, value in wanted.items() if value]


def rows() -> Rows:
    """Orders with the names of customer and seller, to be narrowed down and sorted."""
    return (
        select(*ROW)
        .outerjoin(Contact, Contact.id == Order.contact_id)
        .outerjoin(Account, Account.id == Order.account_id)
        .outerjoin(User, User.id == Order.actor_id)
    )


def between(since: datetime | None, until: datetime | None) -> list[ColumnElement[bool]]:
    """Ordered in a period: its beginning belongs to it, its end does not."""
    found: list[ColumnElement[bool]] = []
    if since is not None:
        found.append(Order.ordered_at >= since)
    if until is not None:
        found.append(Order.ordered_at < until)
    return found


def holding_product(product_id: int) -> ColumnElement[bool]:
    """The condition that an order has a line of this product."""
    lines = select(OrderLine.order_id).where(OrderLine.product_id == product_id)
    return Order.id.in_(lines)


def meant(text: str, words: search.Words) -> ColumnElement[bool]:
    """The condition that the number begins with a text, or the customer is found by words."""
    ways: list[ColumnElement[bool]] = [Order.number.startswith(text, autoescape=True)]
    if words:
        people = select(Contact.id).where(search.holding(words))
        if current().is_sqlite and search.has_index(words):
            people = search.from_index(words)
        companies = select(Account.id)
        for word in words:
            spelled = (Account.search_text.contains(one, autoescape=True) for one in word)
            companies = companies.where(or_(*spelled))
        ways += [Order.contact_id.in_(people), Order.account_id.in_(companies)]
    return or_(*ways)


def ordered(statement: Rows, sort: str, *, is_descending: bool) -> Rows:
    """In one of the orders of ``SORTS``."""
    columns = [*SORTS[sort], Order.id]
    return statement.order_by(*(column.desc() if is_descending else column for column in columns))


def names(order_id: int) -> Rows:
    """What customer and seller of an order are called."""
    statement = select(CUSTOMER.label("customer"), SELLER.label("seller")).select_from(Order)
    return (
        statement.outerjoin(Contact, Contact.id == Order.contact_id)
        .outerjoin(Account, Account.id == Order.account_id)
        .outerjoin(User, User.id == Order.actor_id)
        .where(Order.id == order_id)
    )


def lines_of(order_id: int) -> Rows:
    """The lines of an order, as they stand in it."""
    return select(OrderLine).where(OrderLine.order_id == order_id).order_by(OrderLine.position, OrderLine.id)


def returns_of(order_id: int) -> Rows:
    """What came back of an order, the earliest first."""
    return select(OrderReturn).where(OrderReturn.order_id == order_id).order_by(OrderReturn.id)


def by_number(number: str, origin: str) -> Rows:
    """The order of this number in the system that it came from."""
    return select(Order).where(Order.number == number, Order.origin == origin)


def by_ids(order_ids: Collection[int], *, with_deleted: bool = False) -> Rows:
    """These orders; nobody else changes them until the transaction ends."""
    statement = select(Order).where(Order.id.in_(order_ids)).order_by(Order.id)
    return statement.with_for_update(of=Order).execution_options(with_deleted=with_deleted)


def channels() -> Rows:
    """The channels that orders came by, the most used first."""
    return (
        select(Order.channel)
        .where(Order.channel != "")
        .group_by(Order.channel)
        .order_by(func.count().desc(), Order.channel)
    )


def deleted() -> Rows:
    """Orders that can be restored, the latest deletion first."""
    statement = (
        select(Order.id, Order.number, CUSTOMER.label("customer"), Order.deleted_at)
        .outerjoin(Contact, Contact.id == Order.contact_id)
        .outerjoin(Account, Account.id == Order.account_id)
        .where(Order.deleted_at.is_not(None))
        .order_by(Order.deleted_at.desc(), Order.id.desc())
    )
    return statement.execution_options(with_deleted=True)
