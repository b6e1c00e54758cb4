"""Products and orders as programs see them: money as decimal texts, quantities too."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Any

from crm_core.commerce.rules import quantity_text
from crm_core.commerce.types import OrderDetail, OrderRow, PriceRow, ProductDetail, ProductRow
from crm_core.kernel.values import money


@dataclass(frozen=True)
class PriceView:
    """What a product costs from a day on."""

    valid_from: date
    unit_price: str
    cost: str | None
    currency: str


@dataclass(frozen=True)
class ProductListed:
    """A product in a list."""

    id: int
    sku: str | None
    product: str
    category: str
    unit_price: str | None
    cost: str | None
    currency: str
    active: bool


@dataclass(frozen=True)
class ProductView:
    """One product with its prices."""

    id: int
    version: int
    sku: str | None
    product: str
    category: str
    unit_price: str | None
    cost: str | None
    currency: str
    active: bool
    description: str
    prices: Sequence[PriceView]
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True)
class OrderListed:
    """An order in a list."""

    id: int
    number: str
    status: str
    currency: str
    total: str
    refunded: str
    ordered_at: datetime
    contact_id: int | None
    account_id: int | None
    customer: str
    seller: str
    channel: str


@dataclass(frozen=True)
class LineView:
    """One line of an order."""

    id: int
    product_id: int | None
    name: str
    quantity: str
    returned: str
    unit_price: str
    discount: str
    total: str


@dataclass(frozen=True)
class ReturnView:
    """What came back, or was paid back."""

    line_id: int | None
    quantity: str
    amount: str
    reason: str
    returned_at: datetime


@dataclass(frozen=True)
class OrderView:
    """One order with its lines and returns."""

    id: int
    version: int
    number: str
    origin: str
    status: str
    currency: str
    total: str
    discount: str
    refunded: str
    ordered_at: datetime
    paid_at: datetime | None
    shipped_at: datetime | None
    delivered_at: datetime | None
    returned_at: datetime | None
    cancelled_at: datetime | None
    contact_id: int | None
    account_id: int | None
    deal_id: int | None
    customer: str
    seller_id: int | None
    seller: str
    channel: str
    coupon: str
    city: str
    postal_code: str
    country: str
    lines: Sequence[LineView]
    returns: Sequence[ReturnView]
    created_at: datetime
    updated_at: datetime


def product_row(row: ProductRow) -> ProductListed:
    """A product in a list."""
    return ProductListed(row.id, row.sku, row.name, row.category, *_prices(row), row.currency, row.is_active)


def product(found: ProductDetail) -> ProductView:
    """One product."""
    prices = [
        PriceView(one.valid_from, _amount(one.unit_price, one.currency), _prices(one)[1], one.currency)
        for one in found.prices
    ]
    return ProductView(
        found.id, found.version, found.sku, found.name, found.category, *_prices(found), found.currency,
        found.is_active, found.description, prices, found.created_at, found.updated_at,
    )  # fmt: skip


def order_row(row: OrderRow) -> OrderListed:
    """An order in a list."""
    return OrderListed(**_same(row, OrderListed, ("total", "refunded")))


def order(found: OrderDetail) -> OrderView:
    """One order."""
    lines = [
        LineView(
            one.id, one.product_id, one.name, quantity_text(one.quantity), quantity_text(one.returned),
            *(_amount(minor, found.currency) for minor in (one.unit_price, one.discount, one.total)),
        )
        for one in found.lines
    ]  # fmt: skip
    returns = [
        ReturnView(
            one.line_id, quantity_text(one.quantity), _amount(one.amount, found.currency), one.reason,
            one.returned_at,
        )
        for one in found.returns
    ]  # fmt: skip
    same = _same(found, OrderView, ("total", "discount", "refunded"))
    return OrderView(**{**same, "lines": lines, "returns": returns})


def _same(found: OrderRow | OrderDetail, shape: Any, amounts: Sequence[str]) -> dict[str, Any]:
    values = {each.name: getattr(found, each.name) for each in fields(shape)}
    return values | {name: _amount(values[name], found.currency) for name in amounts}


def _prices(row: ProductRow | ProductDetail | PriceRow) -> tuple[str | None, str | None]:
    price, cost = (
        None if minor is None else _amount(minor, row.currency) for minor in (row.unit_price, row.cost)
    )
    return price, cost


def _amount(minor: int, currency: str) -> str:
    return str(money.to_decimal(minor, currency))
