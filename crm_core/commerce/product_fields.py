"""What was typed about a product, read as everywhere else and put into its row."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from crm_core.commerce.rules import LARGEST_AMOUNT, product_key
from crm_core.kernel.errors import Invalid
from crm_core.kernel.values import money
from crm_core.kernel.values.text import fold
from crm_core.kernel.values.typed import Conventions, convert
from db import lengths
from db.models import Product

TYPES: Mapping[str, str] = {
    "sku": "code",
    "product": "text",
    "category": "text",
    "unit_price": "money",
    "cost": "money",
    "currency": "currency",
    "active": "yes_no",
    "description": "long_text",
}
_COLUMNS = {"product": "name", "active": "is_active"}
_LONGEST = lengths.of(Product)
_MONEY = ("unit_price", "cost")


def read(given: Mapping[str, Any], usual: Conventions, stored: Product | None = None) -> dict[str, Any]:
    """Column values of a product from texts or typed values by field name.

    Args:
        given: what is named is set; None or an empty text empties it.
        usual: as the company writes, with its currency.
        stored: the product that is changed; None for a new one.

    Raises:
        Invalid: with a hint for each wrong field.
    """
    wrong: dict[str, str] = {}
    typed: dict[str, Any] = {}
    reading = replace(
        usual, currency=_said(given, usual) or (stored.currency if stored else "") or usual.currency
    )
    for name, value in given.items():
        if name not in TYPES:
            wrong[name] = f"There is no field called “{name}”."
            continue
        typed[name], problems = convert(TYPES[name], value, reading, field=name)
        unusable = [problem.message for problem in problems if problem.kept is None]
        if unusable:
            wrong[name] = " ".join(unusable)
    _check(typed, stored, wrong)
    found = _columns(typed, reading.currency, wrong)
    if stored is not None and found["currency"] != stored.currency:
        for name in _MONEY:
            if getattr(stored, name) is not None and name not in given:
                wrong[name] = f"This is in {stored.currency}. Give it in {found['currency']} too."
    if wrong:
        raise Invalid("Some fields need correcting.", fields=wrong)
    return found


def fill(product: Product, columns: Mapping[str, Any]) -> None:
    """Put read values into a row, and derive what follows from them."""
    for name, value in columns.items():
        setattr(product, name, value)
    product.name_key = product_key(product.name)[: _LONGEST["name_key"]]
    words = (product.name, product.sku or "", product.category or "")
    product.search_text = "\n".join(dict.fromkeys([*map(fold, words), product.name_key]))


def values(product: Product) -> dict[str, Any]:
    """Every field as a form shows it, by field name; money as a text with its currency."""

    def amount(minor: int | None) -> str:
        return "" if minor is None else f"{money.to_decimal(minor, product.currency)} {product.currency}"

    return {
        "sku": product.sku or "",
        "product": product.name,
        "category": product.category,
        "unit_price": amount(product.unit_price),
        "cost": amount(product.cost),
        "currency": product.currency,
        "active": product.is_active,
        "description": product.description,
    }


def _said(given: Mapping[str, Any], usual: Conventions) -> str:
    """The currency that is given, or that stands with the price or the cost; empty when none does."""
    named = convert("currency", given.get("currency"), usual)[0]
    if named:
        return str(named)
    other = replace(usual, currency="EUR" if usual.currency != "EUR" else "GBP")
    for name in _MONEY:
        # Read alike whatever is usual: so the currency is written there.
        amount = convert("money", given.get(name), usual)[0]
        if amount and amount == convert("money", given.get(name), other)[0]:
            return str(amount[1])
    return ""


def _check(typed: Mapping[str, Any], stored: Product | None, wrong: dict[str, str]) -> None:
    is_named = typed.get("product") if "product" in typed or stored is None else stored.name
    if not is_named and "product" not in wrong:
        wrong["product"] = "A product needs a name."
    for name, value in typed.items():
        limit = _LONGEST.get(_COLUMNS.get(name, name))
        if limit and isinstance(value, str) and len(value) > limit:
            wrong[name] = f"This has {len(value)} characters; there is room for {limit}."
        if name in _MONEY and value and not 0 <= value[0] <= LARGEST_AMOUNT:
            wrong[name] = "Give an amount that is not negative."


def _columns(typed: Mapping[str, Any], currency: str, wrong: dict[str, str]) -> dict[str, Any]:
    """By columns; all money of a product is in one currency."""
    found = {_COLUMNS.get(name, name): value for name, value in typed.items() if name not in _MONEY}
    for name in ("category", "description"):
        if name in found:
            found[name] = found[name] or ""
    if "is_active" in found and found["is_active"] is None:
        found["is_active"] = True
    amounts = {name: typed[name] for name in _MONEY if typed.get(name)}
    said = {amount[1] for amount in amounts.values()}
    said |= {typed["currency"]} if typed.get("currency") else set()
    if len(said) > 1:
        wrong["currency"] = "Price and cost must be in one currency."
    found["currency"] = next(iter(said), currency)
    return found | {name: typed[name][0] if typed[name] else None for name in _MONEY if name in typed}
