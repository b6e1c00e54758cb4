"""A new order made of what was typed: its customer, its seller, its lines with the prices of their day."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import Any

from crm_core.commerce import prices, rules
from crm_core.commerce.types import NewLine, NewOrder
from crm_core.kernel.errors import Conflict, Invalid, NotAllowed
from crm_core.kernel.values import countries, money
from crm_core.kernel.values.dates import zone_of
from crm_core.kernel.values.problem import Problem
from crm_core.kernel.values.text import clean
from crm_core.kernel.work import Work
from crm_core.team.company import company
from db import lengths
from db.models import Account, Contact, Deal, Order, OrderLine, Product, User
from db.queries import orders as sql
from db.queries import products as product_sql

GONE = "This product does not exist any more."
_TEXTS = ("number", "origin", "channel", "coupon", "city", "postal_code")
_LONGEST = lengths.of(Order)
_LONGEST_NAME = lengths.of(OrderLine)["name"]


def read(work: Work, given: NewOrder, *, with_lines: bool = True) -> NewOrder:
    """The order with cleaned texts and with the currency and the time that were left open.

    Args:
        with_lines: look at the lines, too.

    Raises:
        Invalid: with a hint for each wrong field.
    """
    cleaned: dict[str, Any] = {name: clean(getattr(given, name)) for name in _TEXTS}
    new = replace(given, **cleaned)
    rules.check(new, work.now, with_lines=with_lines)
    wrong = {
        name: f"There is room for {_LONGEST[name]} characters."
        for name in _TEXTS
        if len(getattr(new, name)) > _LONGEST[name]
    }
    currency = money.parse_currency(new.currency or company().currency)
    country = countries.parse(new.country) if new.country else ""
    for name, value in (("currency", currency), ("country", country)):
        if isinstance(value, Problem):
            wrong[name] = value.message
    if wrong or isinstance(currency, Problem) or isinstance(country, Problem):
        raise Invalid("Please correct the marked fields.", fields=wrong)
    return replace(new, currency=currency, country=country, ordered_at=new.ordered_at or work.now)


def customer(work: Work, new: NewOrder) -> tuple[int | None, int | None, int | None]:
    """Contact, company and usual seller of an order; the company of a contact is the order's too.

    Raises:
        NotFound: the customer (or the deal) does not exist, or is not this person's to see.
    """
    if new.deal_id is not None:
        work.get(Deal, new.deal_id)
    contact = work.get(Contact, new.contact_id) if new.contact_id is not None else None
    account_id = new.account_id or (contact.account_id if contact else None)
    owner_id = contact.owner_id if contact else None
    if new.account_id is not None:
        owner_id = owner_id or work.get(Account, new.account_id).owner_id
    return new.contact_id, account_id, owner_id


def seller(work: Work, wanted: int | None, usual: int | None) -> int | None:
    """Who sold it: the one who is named, else the owner of the customer, else whoever enters the order.

    Raises:
        Invalid: there is no such user. NotAllowed: somebody outside of this person's reach is named.
    """
    if wanted is None:
        return usual if usual is not None else work.actor.id
    if work.session.get(User, wanted) is None:
        raise Invalid("Please correct the marked fields.", fields={"seller": "Choose one of the users."})
    if wanted not in (usual, work.actor.id) and not work.actor.scope.covers(wanted):
        raise NotAllowed("You may enter sales of yourself and your own team only. Ask an administrator.")
    return wanted


def lines(work: Work, new: NewOrder, kept: Collection[int] = ()) -> list[OrderLine]:
    """The lines with the names and prices of the catalogue where none were given.

    Args:
        kept: products that may have left the catalogue, because the order had them before.

    Raises:
        Invalid: a product does not exist, has no price in this currency, or costs less than its discount.
    """
    wanted = {line.product_id for line in new.lines if line.product_id is not None}
    known: dict[int, Product] = {row.id: row for row in work.scalars(product_sql.by_ids(wanted))}
    on = (new.ordered_at or work.now).astimezone(zone_of(company().time_zone)).date()
    catalogue = prices.of_day(work, wanted, new.currency, on) if wanted else {}
    wrong: dict[str, str] = {}
    made = []
    for place, line in enumerate(new.lines, 1):
        product = known.get(line.product_id or 0)
        price = line.unit_price if line.unit_price is not None else catalogue.get(line.product_id or 0)
        is_gone = product is None and line.product_id is not None and line.product_id not in kept
        hint = GONE if is_gone else _wrong(line, price, new.currency)
        if hint:
            wrong[f"line_{place}"] = hint
            continue
        made.append(_line(line, product, price or 0, place))
    if wrong:
        raise Invalid("Please correct the marked fields.", fields=wrong)
    return made


def number(work: Work, new: NewOrder, key: int) -> str:
    """The number that was given, else the next one of the year.

    Raises:
        Conflict: another order from the same system has this number; ``theirs`` names it.
    """
    if not new.number:
        year = work.now.astimezone(zone_of(company().time_zone)).year
        while work.scalar(sql.by_number(f"{year}-{key:05}", new.origin)) is not None:
            key += 1
        return f"{year}-{key:05}"
    known: Order | None = work.scalar(sql.by_number(new.number, new.origin))
    if known is not None:
        raise Conflict(
            f"There is an order {new.number} already. Open it, or give another number.",
            fields={"number": "Used by another order."},
            theirs={"id": known.id, "number": known.number},
        )
    return new.number


def _wrong(line: NewLine, price: int | None, currency: str) -> str:
    if price is None:
        return f"The catalogue has no price in {currency} for it. Write the price."
    if rules.line_total(line.quantity, price, line.discount) < 0:
        return "The discount is more than the line costs."
    return ""


def _line(line: NewLine, product: Product | None, price: int, place: int) -> OrderLine:
    name = clean(line.name) or (product.name if product else "")
    return OrderLine(
        product_id=line.product_id,
        name=name[:_LONGEST_NAME],
        quantity=line.quantity,
        returned=0,
        unit_price=price,
        discount=line.discount,
        total=rules.line_total(line.quantity, price, line.discount),
        position=place,
    )


def totals(rows: Sequence[OrderLine]) -> list[int]:
    """What each line costs."""
    return [row.total for row in rows]
