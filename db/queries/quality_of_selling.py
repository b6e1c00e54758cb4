"""What the checks of data quality look for in deals, orders and products, one condition a check."""

from collections.abc import Callable, Collection, Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import ColumnElement, and_, literal, not_, or_, select, union_all

from db.models import Account, Contact, Deal, Order, OrderLine, Product, Task
from db.queries import Rows

Condition = ColumnElement[bool]
Found = Callable[[datetime], Condition]

UNPAID_FOR: Final = timedelta(days=30)
_task: Any = Task.__table__.alias("task_of")
_line: Any = OrderLine.__table__.alias("line_of")


def _open(condition: Callable[[], Condition]) -> Found:
    return lambda _now: and_(Deal.status == "open", condition())


def _sold(condition: Callable[[], Condition]) -> Found:
    return lambda _now: and_(Product.is_active, condition())


def _no_next_step() -> Condition:
    """Nothing is planned. Everybody's tasks count: a deal that a colleague will call about is one."""
    planned = (_task.c.deal_id == Deal.id, _task.c.status == "open", _task.c.deleted_at.is_(None))
    return not_(select(_task.c.id).where(*planned).exists())


def _overdue(now: datetime) -> Condition:
    return and_(Deal.status == "open", Deal.close_on < now.date())


def _no_lines() -> Condition:
    return not_(select(_line.c.id).where(_line.c.order_id == Order.id).exists())


DEALS: Final[Mapping[str, Found]] = {
    "close_date_past": _overdue,
    "no_next_step": _open(_no_next_step),
    "no_amount": _open(lambda: or_(Deal.amount.is_(None), Deal.amount == 0)),
    "no_close_date": _open(lambda: Deal.close_on.is_(None)),
    "no_customer": _open(lambda: and_(Deal.contact_id.is_(None), Deal.account_id.is_(None))),
    "no_contact": _open(lambda: and_(Deal.contact_id.is_(None), Deal.account_id.is_not(None))),
    "no_owner": lambda _now: Deal.owner_id.is_(None),
    "no_lost_reason": lambda _now: and_(Deal.status == "lost", Deal.lost_reason == ""),
}
ORDERS: Final[Mapping[str, Found]] = {
    "no_customer": lambda _now: and_(Order.contact_id.is_(None), Order.account_id.is_(None)),
    "no_lines": lambda _now: _no_lines(),
    "no_seller": lambda _now: and_(Order.actor_id.is_(None), Order.seller_name == ""),
    "unpaid": lambda now: and_(Order.status == "placed", Order.ordered_at < now - UNPAID_FOR),
}
PRODUCTS: Final[Mapping[str, Found]] = {
    "no_price": _sold(lambda: Product.unit_price.is_(None)),
    "no_category": _sold(lambda: Product.category == ""),
    "no_cost": _sold(lambda: Product.cost.is_(None)),
    "no_sku": _sold(lambda: Product.sku.is_(None)),
    "below_cost": _sold(lambda: Product.unit_price < Product.cost),
}


def owners_of(contact_ids: Collection[int], account_ids: Collection[int]) -> Rows:
    """Who looks after these customers: (``contact`` or ``account``, id, owner), those with an owner."""
    people = select(literal("contact").label("kind"), Contact.id, Contact.owner_id)
    firms = select(literal("account").label("kind"), Account.id, Account.owner_id)
    found = union_all(
        people.where(Contact.id.in_(contact_ids), Contact.owner_id.is_not(None)),
        firms.where(Account.id.in_(account_ids), Account.owner_id.is_not(None)),
    ).subquery()
    return select(found)


def categories(starts: Collection[str]) -> Rows:
    """(article number, category) of products whose number begins with one of these and a dash."""
    alike = or_(*(Product.sku.startswith(f"{start}-", autoescape=True) for start in sorted(starts)))
    return select(Product.sku, Product.category).where(Product.category != "", alike)
