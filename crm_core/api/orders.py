"""Orders for programs. Money and quantities are decimal numbers, in the currency of the order."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, time, timedelta, tzinfo
from decimal import Decimal, InvalidOperation
from typing import Any

from crm_core.api.answers import Answer, listed, with_version
from crm_core.api.calls import Call
from crm_core.api.commerce_views import order, order_row
from crm_core.commerce import order_changes, orders
from crm_core.commerce.rules import LARGEST_AMOUNT, THOUSAND
from crm_core.commerce.types import NewLine, NewOrder, NewReturn, OrderChange, OrderDetail, OrderQuery
from crm_core.kernel.errors import Conflict, Invalid
from crm_core.kernel.values import money
from crm_core.kernel.values.dates import zone_of
from crm_core.team.company import company

_TEXTS = ("number", "origin", "channel", "coupon", "city", "postal_code", "country")
_CHANGEABLE = ("channel", "city", "postal_code", "country")
_IDS = ("contact_id", "account_id", "seller_id", "deal_id")


def search(call: Call) -> Answer:
    """List orders, the latest first; with `q` those whose number begins so, or whose customer is found."""
    zone = zone_of(company().time_zone)
    until = _day(call, "to", zone)
    query = OrderQuery(
        text=call.query.get("q", ""),
        status=call.query.get("status", ""),
        since=_day(call, "from", zone),
        until=until + timedelta(days=1) if until else None,
        channel=call.query.get("channel", ""),
        contact_id=_id(call, "contact_id"),
        account_id=_id(call, "account_id"),
        product_id=_id(call, "product_id"),
        paging=call.paging(),
    )
    return listed(call, orders.search(call.actor, query), order_row)


def create(call: Call) -> Answer:
    """Enter an order; the same number from the same origin, sent again, makes nothing twice."""
    new = _order(call.values)
    try:
        number, is_new = call.once(
            lambda work: orders.create(work, new), lambda: orders.create(call.actor, new)
        )
    except Conflict as error:
        number, is_new = _known(call, new, error), False
    shown = with_version(order(orders.get(call.actor, number)))
    return shown.created(f"/api/v1/orders/{number}", is_repeated=not is_new)


def get(call: Call) -> Answer:
    """Read one order with its lines and returns."""
    return with_version(order(orders.get(call.actor, call.id)))


def change(call: Call) -> Answer:
    """Note that an order was paid, shipped, delivered, returned or cancelled; or change one not yet paid.

    With `lines`, these are all of its lines from now on.
    """
    if "status" not in call.values:
        order_changes.change(call.actor, call.id, _changes(call), version=call.version)
        return get(call)
    if others := sorted(set(call.values) - {"status", "at"}):
        hint = "Send a status alone, and what is to be different in another request."
        raise Invalid("Some fields need correcting.", fields=dict.fromkeys(others, hint))
    orders.mark(
        call.actor,
        call.id,
        call.values.get("status", ""),
        at=_moment(call.values.get("at")),
        version=call.version,
    )
    return get(call)


def take_back(call: Call) -> Answer:
    """Take some of an order back, or pay money back; without an amount it is what was paid for it."""
    currency = orders.get(call.actor, call.id).currency
    wrong: dict[str, str] = {}
    returns = [
        NewReturn(
            line.get("line_id"),
            _quantity(line.get("quantity", 0), f"return_{place}", wrong),
            _amount(line.get("amount"), currency, f"return_{place}", wrong),
            line.get("reason", ""),
        )
        for place, line in enumerate(call.values.get("lines", ()), 1)
    ]
    _refuse(wrong)
    at = _moment(call.values.get("at"))
    orders.take_back(call.actor, call.id, returns, at=at, version=call.version)
    return get(call)


def delete(call: Call) -> Answer:
    """Delete an order that should not be here; it counts nowhere and can be restored."""
    orders.delete(call.actor, [call.id])
    return Answer(204)


def restore(call: Call) -> Answer:
    """Bring a deleted order back."""
    orders.restore(call.actor, [call.id])
    return get(call)


def _order(told: Mapping[str, Any]) -> NewOrder:
    currency = str(told.get("currency") or company().currency).upper()
    wrong: dict[str, str] = {}
    lines = [_line(line, currency, f"line_{place}", wrong) for place, line in enumerate(told["lines"], 1)]
    discount = _amount(told.get("discount"), currency, "discount", wrong) or 0
    _refuse(wrong)
    texts: dict[str, Any] = {name: told[name] for name in _TEXTS if name in told}
    ids: dict[str, Any] = {name: told[name] for name in _IDS if name in told}
    moment = _moment(told.get("ordered_at"))
    return NewOrder(lines, currency=currency, discount=discount, ordered_at=moment, **texts, **ids)


def _changes(call: Call) -> OrderChange:
    currency = orders.get(call.actor, call.id).currency
    told = {name: value for name, value in call.values.items() if value is not None}
    wrong: dict[str, str] = {"at": "Only a status has a time."} if "at" in told else {}
    lines = [
        _line(line, currency, f"line_{place}", wrong) for place, line in enumerate(told.get("lines", ()), 1)
    ]
    discount = _amount(told.get("discount"), currency, "discount", wrong)
    _refuse(wrong)
    texts: dict[str, Any] = {name: told[name] for name in _CHANGEABLE if name in told}
    return OrderChange(lines if "lines" in told else None, discount, **texts)


def _line(told: Mapping[str, Any], currency: str, place: str, wrong: dict[str, str]) -> NewLine:
    return NewLine(
        _quantity(told.get("quantity", 1), place, wrong),
        told.get("product_id"),
        told.get("name", ""),
        _amount(told.get("unit_price"), currency, place, wrong),
        _amount(told.get("discount"), currency, place, wrong) or 0,
    )


def _known(call: Call, new: NewOrder, error: Conflict) -> int:
    """The order that was sent before, provided that it is the same one."""
    number = error.theirs.get("id")
    if not new.number or not isinstance(number, int):
        raise error
    stored: OrderDetail = orders.get(call.actor, number)
    said = [replace(line, name="") for line in new.lines]
    kept = [
        NewLine(line.quantity, line.product_id, "", line.unit_price, line.discount) for line in stored.lines
    ]
    same = [
        replace(one, unit_price=None) if other.unit_price is None else one
        for one, other in zip(kept, said, strict=False)
    ]
    if len(kept) != len(said) or same != said or new.contact_id not in (None, stored.contact_id):
        raise error
    return number


def _decimal(value: Any) -> Decimal | None:
    try:
        found = Decimal(str(value))
    except InvalidOperation:
        return None
    return found if found.is_finite() and abs(found) < LARGEST_AMOUNT else None


def _amount(value: Any, currency: str, place: str, wrong: dict[str, str]) -> int | None:
    if value is None:
        return None
    found = _decimal(value)
    minor = money.to_minor(found, currency) if found is not None else 0
    if found is None or money.to_decimal(minor, currency) != found:
        wrong[place] = f"Write amounts as in 12.50, with no more decimals than {currency} has."
    return minor


def _quantity(value: Any, place: str, wrong: dict[str, str]) -> int:
    found = _decimal(value)
    thousandths = found * THOUSAND if found is not None else None
    if thousandths is None or thousandths != int(thousandths):
        wrong[place] = "Write quantities as in 2 or 0.125."
        return 0
    return int(thousandths)


def _refuse(wrong: dict[str, str]) -> None:
    if wrong:
        raise Invalid("Some fields need correcting.", fields=wrong)


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def _day(call: Call, name: str, zone: tzinfo) -> datetime | None:
    text = call.query.get(name)
    if not text:
        return None
    try:
        return datetime.combine(date.fromisoformat(text), time(), zone)
    except ValueError as error:
        hint = "Give a day, such as 2026-03-02."
        raise Invalid("The query needs correcting.", fields={name: hint}) from error


def _id(call: Call, name: str) -> int | None:
    return call.number(name, 0, 10**9 - 1) or None
