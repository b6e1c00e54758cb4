"""From the values of a row to a line of an order, or to what is said of the whole order: pure.

Files write orders in two ways: a row a line, or a row an order. A row with a product, a quantity or a price
is a line. An amount that is not what the line costs is the total of the whole order; what the lines do not
explain of it (shipping, tax) becomes a line of its own, so that every total is the sum of its lines.
"""

import hashlib
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, Final

from crm_core.commerce.rules import THOUSAND, line_total
from crm_core.data.customers import company_keys, contact_keys, person
from crm_core.data.import_types import Ready
from crm_core.data.layouts import Row
from crm_core.data.order_words import status_of
from crm_core.data.plans import Plan
from crm_core.data.preparing import Prepared
from crm_core.data.record_rules import Columns, Frame
from crm_core.kernel.values.text import fold

NOT_ITEMISED: Final = "Not itemised"
"""The name of the line that holds what an order costs beyond its other lines."""

_DATE_OF: Final = {"paid": "paid_at", "shipped": "shipped_at", "delivered": "delivered_at",
                   "returned": "returned_at", "cancelled": "cancelled_at"}  # fmt: skip
_COLUMNS: Final = ("currency", "channel", "coupon", "city", "postal_code", "country")
_LINE: Final = frozenset(("product", "sku", "quantity", "unit_price"))
_AUTO: Final = "row-"


def finisher(frame: Frame) -> Callable[[int, Row, Prepared], Ready]:
    """The function that finishes rows of orders within these limits."""

    def finish(number: int, row: Row, prepared: Prepared) -> Ready:
        columns = Columns(frame, prepared)
        values, found = prepared.values, columns.found
        for name in _COLUMNS:
            columns.take(name)
        found.setdefault("currency", frame.currency)
        columns.take("order_id", "number")
        columns.take("order_date", "ordered_at")
        is_numbered = "order_id" in frame.mapped
        if not is_numbered:
            found["number"] = _AUTO + _digest(row.cells)
            if "ordered_at" not in found:
                columns.refuse("An order without a number needs a date.")
        elif "number" not in found:
            columns.refuse("An order needs its number.")
        facts = _facts(columns, frame)
        _settle_status(columns, facts)
        problems = columns.settled(row)
        order_number = found.get("number", "")
        return Ready(
            number, row.line, found, {"name_key": fold(order_number)}, (), (), values.get("owner", ""),
            values.get("company", ""), {}, (("number", order_number),) if order_number else (),
            tuple(problems), any(one["level"] == "error" for one in problems),
            tuple(row.cells) if problems else (), facts={**facts, "is_numbered": is_numbered},
        )  # fmt: skip

    return finish


def has_line_amounts(plan: Plan, samples: Sequence[Sequence[str]]) -> bool:
    """Are the amounts of a file those of its lines? They are where rows of one order have different ones."""
    places = {one.field.name: one.index for one in plan.columns}
    if "order_id" not in places or "amount" not in places:
        return False
    amounts: dict[str, set[str]] = defaultdict(set)
    for cells in samples:
        if max(places["order_id"], places["amount"]) < len(cells) and cells[places["amount"]].strip():
            amounts[cells[places["order_id"]]].add(cells[places["amount"]].strip())
    return any(len(some) > 1 for some in amounts.values())


def _facts(columns: Columns, frame: Frame) -> dict[str, Any]:
    """The line of a row (or None), and what it says of the whole order, in minor units."""
    values = columns.values
    facts: dict[str, Any] = {
        "contact": contact_keys(values), "company": company_keys(values), "person": person(values),
        "line": None, "stated": None, "discount": 0, "refunded": values.get("refunded"),
        "product": ("", "") if values.get("product") == NOT_ITEMISED else _product(values),
        "list_price": values.get("unit_price"), "category": values.get("category", ""),
    }  # fmt: skip
    amount, discount = values.get("amount"), values.get("discount", 0)
    if _LINE.isdisjoint(values):
        facts |= {"stated": amount, "discount": discount}
        return facts
    facts |= _line(columns, frame, amount, discount)
    return facts


def _product(values: Mapping[str, Any]) -> tuple[str, str]:
    return values.get("sku", ""), values.get("product", "")


def _line(columns: Columns, frame: Frame, amount: int | None, discount: int) -> dict[str, Any]:
    values = columns.values
    quantity = _thousandths(values.get("quantity", Decimal(1)))
    name = values.get("product") or values.get("sku") or "Item"
    price = values.get("unit_price")
    if price is None:
        total = amount if amount is not None else 0
        price = _rounded(Decimal(total + discount) * THOUSAND, quantity)
        return {"line": (name, quantity, price, line_discount(quantity, price, total), total)}
    rate = values.get("discount_rate")
    if rate is not None:
        discount = _rounded(Decimal(line_total(quantity, price, 0)) * Decimal(rate), 1)
    total = line_total(quantity, price, discount)
    if amount is None or amount == total:
        return {"line": (name, quantity, price, discount, total)}
    if frame.has_line_amounts or abs(amount - total) <= max(1, abs(quantity) // THOUSAND):
        columns.say("The amount is not quantity times price less discount; the amount was taken.", "amount")
        return {"line": (name, quantity, price, line_discount(quantity, price, amount), amount)}
    whole = line_total(quantity, price, 0)
    return {"line": (name, quantity, price, 0, whole), "stated": amount, "discount": discount}


def line_discount(quantity: int, price: int, total: int) -> int:
    """What has to be taken off a line so that it costs this much."""
    return line_total(quantity, price, 0) - total


def _settle_status(columns: Columns, facts: dict[str, Any]) -> None:
    """State and its date. A line that is negative came back; an order that is all refunded, too."""
    found, text = columns.found, str(columns.values.get("status", ""))
    status = status_of(text) if text else ""
    if text and not status:
        columns.say(f"“{text[:60]}” is no state of an order we know; it counts as paid.", "status", text)
    refunded = facts["refunded"]
    whole = facts["stated"] if facts["stated"] is not None else facts["line"][4] if facts["line"] else None
    if not status and (whole or 0) < 0:
        status = "returned"
    if not status and refunded and whole is not None and refunded >= whole:
        status = "returned"
    facts["is_refunded"] = status == "returned" and not refunded and (whole or 0) > 0
    if status == "cancelled":
        facts["refunded"] = 0
    facts["has_status"] = bool(text)
    found["status"] = status or "paid"
    moment = found.get("ordered_at")
    for field_name, column in _DATE_OF.items():
        given = columns.values.get(f"{field_name}_at")
        if isinstance(given, datetime):
            found[column] = given
        elif field_name == found["status"] and moment is not None:
            found[column] = moment
    if moment is not None and moment.tzinfo is None:
        found["ordered_at"] = moment.replace(tzinfo=UTC)


def _thousandths(quantity: Decimal) -> int:
    return _rounded(quantity * THOUSAND, 1)


def _rounded(dividend: Decimal, divisor: int) -> int:
    return int((dividend / divisor).quantize(Decimal(1), ROUND_HALF_UP)) if divisor else 0


def _digest(cells: Sequence[str]) -> str:
    whole = "\x1f".join(cell.strip() for cell in cells)
    return hashlib.sha256(whole.encode()).hexdigest()[:20]
