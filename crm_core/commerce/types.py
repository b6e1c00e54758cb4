"""Shapes of products, prices, orders and purchases.

Money is in minor units of the currency that stands beside it, quantities are in thousandths.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from crm_core.kernel.paging import Paging


@dataclass(frozen=True)
class ProductQuery:
    """Which products: a part of name or article number, a category, only active or inactive ones."""

    text: str = ""
    category: str = ""
    is_active: bool | None = None
    paging: Paging = field(default_factory=Paging)


@dataclass(frozen=True)
class ProductRow:
    """A product in a list; the price is today's."""

    id: int
    sku: str | None
    name: str
    category: str
    unit_price: int | None
    cost: int | None
    currency: str
    is_active: bool


@dataclass(frozen=True)
class PriceRow:
    """What a product costs from a day on, until the next row of its currency."""

    currency: str
    valid_from: date
    unit_price: int
    cost: int | None


@dataclass(frozen=True)
class ProductDetail:
    """One product with its prices, the latest first."""

    id: int
    version: int
    sku: str | None
    name: str
    category: str
    unit_price: int | None
    cost: int | None
    currency: str
    is_active: bool
    description: str
    created_at: datetime
    updated_at: datetime
    prices: tuple[PriceRow, ...] = ()


@dataclass(frozen=True)
class NewLine:
    """One line of an order to enter: a product of the catalogue, or anything else by its name.

    Without a ``unit_price`` the catalogue's of the day of the order is taken. ``discount`` is taken off the
    whole line.
    """

    quantity: int
    product_id: int | None = None
    name: str = ""
    unit_price: int | None = None
    discount: int = 0


@dataclass(frozen=True)
class NewOrder:
    """An order to enter, for a contact or a company.

    ``discount`` is taken off the whole order. Empty ``currency`` means the company's own, empty ``number``
    the next one, no ``ordered_at`` means now. Without a seller it is the owner of the customer.
    """

    lines: Sequence[NewLine]
    contact_id: int | None = None
    account_id: int | None = None
    currency: str = ""
    discount: int = 0
    ordered_at: datetime | None = None
    number: str = ""
    origin: str = ""
    seller_id: int | None = None
    channel: str = ""
    coupon: str = ""
    city: str = ""
    postal_code: str = ""
    country: str = ""
    deal_id: int | None = None


@dataclass(frozen=True)
class OrderChange:
    """What is to be different about an order; None leaves it as it is. ``lines`` are all the lines then."""

    lines: Sequence[NewLine] | None = None
    discount: int | None = None
    channel: str | None = None
    city: str | None = None
    postal_code: str | None = None
    country: str | None = None


@dataclass(frozen=True)
class NewReturn:
    """Some of a line that comes back, or money alone (then without a line).

    Without an ``amount`` it is what the customer paid for that quantity, its part of discounts taken off.
    """

    line_id: int | None = None
    quantity: int = 0
    amount: int | None = None
    reason: str = ""


@dataclass(frozen=True)
class LineDetail:
    """One line of an order; ``returned`` is how much of ``quantity`` came back."""

    id: int
    product_id: int | None
    name: str
    quantity: int
    returned: int
    unit_price: int
    discount: int
    total: int


@dataclass(frozen=True)
class ReturnDetail:
    """What came back, or was paid back."""

    line_id: int | None
    quantity: int
    amount: int
    reason: str
    returned_at: datetime


@dataclass(frozen=True)
class OrderDetail:
    """One order with its lines and returns. Revenue is ``total - refunded`` unless it is cancelled."""

    id: int
    version: int
    number: str
    origin: str
    status: str
    currency: str
    total: int
    discount: int
    refunded: int
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
    created_at: datetime
    updated_at: datetime
    lines: tuple[LineDetail, ...] = ()
    returns: tuple[ReturnDetail, ...] = ()


@dataclass(frozen=True)
class OrderQuery:
    """Which orders: from ``since`` until before ``until``, the rest equal to what is given.

    ``text`` is the beginning of a number, or a part of the customer's name or e-mail.
    """

    text: str = ""
    status: str = ""
    since: datetime | None = None
    until: datetime | None = None
    seller_id: int | None = None
    product_id: int | None = None
    channel: str = ""
    contact_id: int | None = None
    account_id: int | None = None
    paging: Paging = field(default_factory=Paging)


@dataclass(frozen=True)
class OrderRow:
    """An order in a list."""

    id: int
    number: str
    status: str
    currency: str
    total: int
    refunded: int
    ordered_at: datetime
    contact_id: int | None
    account_id: int | None
    customer: str
    seller: str
    channel: str


@dataclass(frozen=True)
class DeletedOrder:
    """An order that can be restored."""

    id: int
    number: str
    customer: str
    deleted_at: datetime


@dataclass(frozen=True)
class Bought:
    """What was bought in one currency: ``revenue`` is what stayed after refunds."""

    currency: str
    orders: int
    revenue: int
    first_at: datetime
    last_at: datetime

    @property
    def average(self) -> int:
        """Revenue an order, rounded half up."""
        return (2 * self.revenue + self.orders) // (2 * self.orders) if self.orders else 0


@dataclass(frozen=True)
class Liking:
    """A product that was bought, how much of it (less returns) and in how many orders."""

    product_id: int | None
    name: str
    quantity: int
    orders: int


@dataclass(frozen=True)
class Rhythm:
    """How often somebody buys: the median of days between days with orders, and when the next is due."""

    days_between: float
    last_on: date
    next_on: date


@dataclass(frozen=True)
class PurchaseSheet:
    """What a customer bought: totals by currency, the latest orders, the rhythm, the favourite products."""

    totals: tuple[Bought, ...]
    latest: tuple[OrderRow, ...]
    rhythm: Rhythm | None
    likes: tuple[Liking, ...]
