"""What deals offer, for programs: their lines, and the quotes that were made of them."""

from dataclasses import fields
from datetime import date
from decimal import Decimal
from typing import Any, Final

from crm_core.api.answers import Answer
from crm_core.api.calls import Call
from crm_core.kernel.errors import Invalid
from crm_core.kernel.values import decimals, money
from crm_core.kernel.values.problem import Problem
from crm_core.sales import deal_lines, deals, quotes
from crm_core.sales.quotes import QuoteRow
from crm_core.sales.types import LineRow, NewLine

_THOUSAND: Final = 1000
_DECIMALS: Final = ("quantity", "unit_price", "discount")
_TEXT: Final = {"type": "string"}
SHAPES: Final[dict[str, tuple[type, tuple[str, ...]]]] = {
    "DealLine": (LineRow, ("quantity", "list_price", "unit_price", "discount", "total")),
    "Quote": (QuoteRow, ("total",)),
}
SHOWN: Final[dict[str, Any]] = {
    "DealLine": {
        **dict.fromkeys(("quantity", "unit_price", "discount", "total"), _TEXT),
        "list_price": {"type": ["string", "null"]},
    },
    "Quote": {"total": _TEXT, "url": _TEXT},
}


def lines(call: Call) -> Answer:
    """List what a deal is about: products or free texts, with quantities and prices."""
    return _lines(call)


def add_lines(call: Call) -> Answer:
    """Add lines to a deal, or with `replace` put them in place of those it has; the amount is their sum."""
    said, deal = [_new(one) for one in call.values["lines"]], deals.get(call.actor, call.id)
    before = [] if call.values.get("replace") else [_again(line, deal.row.currency) for line in deal.lines]
    version = call.version if call.version is not None else deal.row.version
    deal_lines.put(call.actor, call.id, [*before, *said], version=version)
    return _lines(call)


def search(call: Call) -> Answer:
    """List the quotes of a deal, the latest first; `url` is the file that was sent."""
    return Answer(body={"items": [_quote(row) for row in quotes.search(call.actor, call.id)]})


def make(call: Call) -> Answer:
    """Put a deal as it is now into a quote with a number of its own."""
    until, note = _day(str(call.values["valid_until"])), str(call.values.get("note", ""))
    number, _ = call.once(
        lambda work: quotes.make(work, call.id, until, note=note).id,
        lambda: quotes.make(call.actor, call.id, until, note=note).id,
    )
    row = next(one for one in quotes.search(call.actor, call.id) if one.id == number)
    return Answer(body=_quote(row))


def _lines(call: Call) -> Answer:
    deal = deals.get(call.actor, call.id)
    items = [_line(line, deal.row.currency) for line in deal.lines]
    return Answer(body={"items": items}, headers={"etag": f'"{deal.row.version}"'})


def _line(line: LineRow, currency: str) -> dict[str, Any]:
    amounts = {name: getattr(line, name) for name in ("list_price", "unit_price", "discount", "total")}
    told = {
        name: None if one is None else str(money.to_decimal(one, currency)) for name, one in amounts.items()
    }
    plain = {"id": line.id, "product_id": line.product_id, "name": line.name}
    return {**plain, "quantity": str(Decimal(line.quantity) / _THOUSAND), **told}


def _again(line: LineRow, currency: str) -> NewLine:
    return NewLine(
        line.product_id, line.name, Decimal(line.quantity) / _THOUSAND,
        money.to_decimal(line.unit_price, currency), money.to_decimal(line.discount, currency),
    )  # fmt: skip


def _new(told: dict[str, Any]) -> NewLine:
    numbers = {name: _decimal(name, told[name]) for name in _DECIMALS if told.get(name) is not None}
    return NewLine(told.get("product_id"), str(told.get("name") or ""), **numbers)


def _decimal(name: str, told: object) -> Decimal:
    found = decimals.parse(str(told))
    if isinstance(found, Problem):
        raise Invalid("Some fields need correcting.", fields={f"lines.{name}": found.message})
    return found


def _quote(row: QuoteRow) -> dict[str, Any]:
    found = {field.name: getattr(row, field.name) for field in fields(row)}
    total = str(money.to_decimal(row.total, row.currency))
    return found | {"total": total, "url": f"/files/quotes/{row.id}.pdf"}


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        hint = "Give a day, such as 2026-03-31."
        raise Invalid("Some fields need correcting.", fields={"valid_until": hint}) from None
