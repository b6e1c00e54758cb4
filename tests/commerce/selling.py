"""Products, customers and orders to begin a test with."""

from collections.abc import Sequence
from typing import Any

from crm_core.commerce import orders, products
from crm_core.commerce.types import NewLine, NewOrder
from crm_core.kernel.access import Actor
from crm_core.people import contacts

PIECE = 1000
"""One piece, in thousandths."""


def product(who: Actor, name: str, price: str = "10.00 EUR", **values: Any) -> int:
    """A product of the catalogue."""
    return products.create(who, {"product": name, "unit_price": price, **values})


def customer(who: Actor, name: str = "Zoe", **values: Any) -> int:
    """Somebody who buys."""
    return contacts.create(who, {"first_name": name, **values})


def line(product_id: int | None, pieces: int = 1, **values: Any) -> NewLine:
    """So many pieces of a product."""
    return NewLine(pieces * PIECE, product_id, **values)


def order(who: Actor, contact_id: int | None, lines: Sequence[NewLine], **values: Any) -> int:
    """An order of somebody, in euros."""
    return orders.create(who, NewOrder(lines, contact_id, **{"currency": "EUR", **values}))
