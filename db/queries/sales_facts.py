"""Facts of selling: orders, the customers behind them, and deals."""

from dataclasses import replace
from typing import Any

from sqlalchemy import BigInteger, case, cast, extract, func, literal, or_, select
from sqlalchemy.orm import aliased

from db.models import Deal, DealLine, Order, PurchaseTotal, Stage
from db.queries import Rows, line_shares
from db.queries.facts import (
    Asked,
    Expression,
    Facts,
    columns,
    customer_of,
    dated,
    looked_up,
    narrowed,
    ordered_products,
    owner_of,
    yes,
)
from db.queries.replay import currency_of, last_steps, later, minor_units, paid_back, was_known, was_there

_GONE = ("deleted", "restored")


def orders(asked: Asked, *, is_shared: bool = True) -> Facts:
    """Orders that are not cancelled, worth what stayed after refunds.

    Of one product or category: the part of its lines, see ``line_shares``; ``is_shared`` False leaves the
    worth of the whole.
    """
    value: Expression = Order.total - Order.refunded
    kept = [Order.status != "cancelled", Order.deleted_at.is_(None)]
    if asked.known is None:
        rows = columns(Order.id, Order.ordered_at, value, Order.currency).where(*kept)
        return _orders(_shared(dated(rows, Order.ordered_at, asked), asked, is_shared=is_shared))
    back = paid_back(asked.known)
    value = value + func.coalesce(back.c.amount, 0)
    gone = later("orders", [f"order.{name}" for name in _GONE], asked.known)
    ended = later("orders", ["order.cancelled"], asked.known)
    rows = columns(Order.id, Order.ordered_at, value, Order.currency)
    for told in (back, gone, ended):
        rows = rows.outerjoin(told, told.c.subject_id == Order.id)
    rows = rows.where(
        was_known(Order, asked.known),
        was_there(Order, gone, asked.known, "order"),
        or_(Order.status != "cancelled", ended.c.subject_id.is_not(None)),
    )
    rows = dated(rows.where(Order.ordered_at < asked.known), Order.ordered_at, asked)
    return _orders(_shared(rows, asked, is_shared=is_shared))


def buyers(asked: Asked, members: Rows | None, *, again: bool = False) -> Facts:
    """Customers with an order in the period, one row each.

    Args:
        again: worth 1 when there were two or more orders until the end of the period, else 0; else all 1.
    """
    found = orders(asked, is_shared=False)
    rows = narrowed(found, asked.narrow, members)
    rows = rows.add_columns(Order.contact_id.label("contact_id"), Order.account_id.label("account_id"))
    sold = rows.where(or_(Order.contact_id.is_not(None), Order.account_id.is_not(None))).subquery("sold")
    # The company stands for itself only where no person is named.
    company_id = case((sold.c.contact_id.is_(None), sold.c.account_id), else_=None)
    parts = (sold.c.contact_id, company_id.label("account_id"), func.max(sold.c.at).label("at"))
    sums = (func.min(sold.c.at).label("first_at"), func.count().label("orders")) if again else ()
    who = select(*parts, *sums).group_by(sold.c.contact_id, company_id).subquery("who")
    contact_id, account_id = who.c.contact_id, who.c.account_id
    key = func.coalesce(contact_id, -account_id)
    value: Expression = _is_back(who, asked) if again else literal(1)
    facts = Facts(
        columns(key, who.c.at, value), key, "contacts", literal(""), owner_of(contact_id, account_id),
        contact_id, account_id,
    )  # fmt: skip
    return replace(facts, title=customer_of(facts))


def closed_deals(asked: Asked, worth: str, *, only_won: bool) -> Facts:
    """Deals that were won, or won and lost, in the period.

    Args:
        worth: ``amount``, ``is_won`` (1 or 0) or ``seconds`` from opening to closing.
    """
    status: Expression = Deal.status.expression
    at: Expression = Deal.closed_at.expression
    amount, currency = _amount(asked)
    rows = columns(Deal.id, at, literal(0), currency)
    if asked.known is not None:
        rows, steps, amount, currency = _replayed(asked)
        status, at = steps.c.status, steps.c.changed_at
    values = {
        "amount": func.coalesce(amount, 0),
        "is_won": yes(status == "won"),
        "seconds": _seconds(at) - _seconds(Deal.opened_at),
    }
    rows = rows.with_only_columns(*columns(Deal.id, at, values[worth], currency).selected_columns)
    rows = rows.where(status == "won") if only_won else rows.where(status.in_(("won", "lost")))
    if asked.known is None:
        rows = rows.where(Deal.deleted_at.is_(None))
    return _deals(dated(rows, at, asked), status)


def new_deals(asked: Asked, worth: str = "amount") -> Facts:
    """Deals that were opened in the period, worth their amount, or 1 each (``count``)."""
    amount, currency = _amount(asked)
    rows = columns(Deal.id, Deal.opened_at, literal(0), currency).where(Deal.deleted_at.is_(None))
    if asked.known is not None:
        rows, _steps, amount, currency = _replayed(asked)
    value = func.coalesce(amount, 0) if worth == "amount" else literal(1)
    rows = rows.with_only_columns(*columns(Deal.id, Deal.opened_at, value, currency).selected_columns)
    return _deals(dated(rows, Deal.opened_at, asked))


def open_deals(asked: Asked, *, is_weighted: bool) -> Facts:
    """Deals that are open at the end of the period, worth their amount, or their chance times that."""
    amount, currency = _amount(asked)
    chance: Expression = Deal.probability.expression
    stage_id: Expression = Deal.stage_id.expression
    rows = columns(Deal.id, Deal.opened_at, literal(0), currency)
    rows = rows.where(Deal.status == "open", Deal.deleted_at.is_(None))
    if asked.known is not None:
        rows, steps, amount, currency = _replayed(asked)
        edit = later("deals", ["deal.changed"], asked.known, "probability")
        rows = rows.outerjoin(edit, edit.c.subject_id == Deal.id).where(steps.c.status == "open")
        was = cast(func.nullif(edit.c.old, ""), BigInteger)
        chance = case((edit.c.subject_id.is_not(None), was), else_=Deal.probability)
        stage_id = steps.c.stage_id
    value: Expression = func.coalesce(amount, 0)
    if is_weighted:
        usual = looked_up(Stage, "probability", stage_id)
        value = _rounded(value * func.coalesce(chance, usual))
    rows = rows.with_only_columns(*columns(Deal.id, Deal.opened_at, value, currency).selected_columns)
    name = looked_up(Stage, "name", stage_id)
    return _deals(rows, name)


def _orders(rows: Rows) -> Facts:
    customer = owner_of(Order.contact_id.expression, Order.account_id.expression)
    unknown = (Order.actor_id.is_(None)) & (Order.seller_name == "")
    owner = func.coalesce(Order.actor_id, case((unknown, customer), else_=None))
    return Facts(
        rows, Order.id.expression, "orders", Order.number.expression, owner, Order.contact_id.expression,
        Order.account_id.expression, Order.country.expression, Order.channel.expression,
        lambda product_id: Order.id.in_(ordered_products(product_id)),
    )  # fmt: skip


def _deals(rows: Rows, kind: Expression | None = None) -> Facts:
    def of_product(product_id: int) -> Expression:
        return Deal.id.in_(select(DealLine.deal_id).where(DealLine.product_id == product_id))

    return Facts(
        rows, Deal.id.expression, "deals", Deal.name.expression, Deal.owner_id.expression,
        Deal.contact_id.expression, Deal.account_id.expression,
        kind=Deal.source.expression if kind is None else kind, of_product=of_product,
    )  # fmt: skip


def _amount(asked: Asked) -> tuple[Expression, Expression]:
    return Deal.amount.expression, func.coalesce(func.nullif(Deal.currency, ""), asked.currency)


def _replayed(asked: Asked) -> tuple[Rows, Any, Expression, Expression]:
    """Deals as they were known, their last steps, and the amounts and currencies of that time."""
    known = asked.known
    if known is None:
        raise ValueError("There is no moment to go back to.")
    steps = last_steps(known)
    gone = later("deals", [f"deal.{name}" for name in _GONE], known)
    edit = later("deals", ["deal.changed"], known, "amount")
    now, currency = _amount(asked)
    is_edited = edit.c.subject_id.is_not(None)
    amount = case((is_edited, minor_units(edit.c.old)), else_=now)
    was = func.coalesce(func.nullif(currency_of(edit.c.old), ""), currency)
    currency = case((is_edited, was), else_=currency)
    rows = columns(Deal.id, Deal.opened_at, literal(0), currency).join(steps, steps.c.deal_id == Deal.id)
    for told in (gone, edit):
        rows = rows.outerjoin(told, told.c.subject_id == Deal.id)
    return rows.where(was_there(Deal, gone, known, "deal")), steps, amount, currency


def _shared(rows: Rows, asked: Asked, *, is_shared: bool) -> Rows:
    """Of one product or category: only the orders that hold it, worth the part of its lines."""
    if not is_shared or (asked.narrow.product_id is None and asked.narrow.category is None):
        return rows
    lines = line_shares.brought(rows.subquery("whole_orders"), asked)
    own = columns(Order.id, Order.ordered_at, lines.c.value, Order.currency)
    return rows.join(lines, lines.c.order_id == Order.id).with_only_columns(*own.selected_columns)


def _is_back(who: Any, asked: Asked) -> Expression:
    """1 for a customer with two or more orders until the end of the period, else 0.

    Most need no counting: they have two among those at hand, or an earlier one by their kept totals.
    """
    earlier = (PurchaseTotal.contact_id == who.c.contact_id, PurchaseTotal.first_at < who.c.first_at)
    is_known = select(PurchaseTotal.id).where(*earlier).correlate(who).exists()
    counted = _orders_of(who.c.contact_id, who.c.account_id, asked) >= 2
    return case((who.c.orders >= 2, 1), (is_known, 1), (counted, 1), else_=0)


def _orders_of(contact_id: Expression, account_id: Expression, asked: Asked) -> Expression:
    """How many orders a customer had until the end of the period."""
    other = aliased(Order)
    kept = (other.ordered_at < asked.until, other.status != "cancelled", other.deleted_at.is_(None))
    of_company = (other.account_id == account_id, other.contact_id.is_(None))
    people = select(func.count(other.id)).where(other.contact_id == contact_id, *kept)
    companies = select(func.count(other.id)).where(*of_company, *kept)
    return case((contact_id.is_not(None), people.scalar_subquery()), else_=companies.scalar_subquery())


def _seconds(instant: Any) -> Expression:
    return cast(extract("epoch", instant), BigInteger)


def _rounded(hundredfold: Expression) -> Expression:
    """A hundredth, rounded as forecasts do: halves to the even neighbour."""
    whole, rest = hundredfold // 100, hundredfold % 100
    return whole + case((rest > 50, 1), ((rest == 50) & (whole % 2 == 1), 1), else_=0)
