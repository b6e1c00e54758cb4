"""What is sold and what was bought: products with their prices, orders with their lines and returns."""

from datetime import date, datetime
from typing import ClassVar

from sqlalchemy import BigInteger, ForeignKey, Index, SmallInteger, String, text
from sqlalchemy.orm import Mapped, mapped_column

from db.base import (
    Base,
    BigId,
    ContactChild,
    OrderChild,
    Sampled,
    SoftDeleted,
    Trace,
    Versioned,
    table_args,
    words,
)
from db.models.people import IMPORTED, LISTED, folded, listed

PRESENT_SKU = text("deleted_at IS NULL AND sku IS NOT NULL")


class Product(SoftDeleted, Sampled, Versioned, Base):
    """Something that is sold. ``unit_price`` and ``cost`` are today's, in minor units of ``currency``.

    ``name_key`` is the folded name, without blanks and punctuation, for matching.
    """

    __tablename__ = "products"
    __table_args__ = table_args(
        Index("uq_products_sku", "sku", unique=True, sqlite_where=PRESENT_SKU, postgresql_where=PRESENT_SKU),
        listed("ix_products_by_name", "name_key", "id"),
        listed("ix_products_by_category", "category", "name_key", "id"),
        Index("ix_products_import_id", "import_id", sqlite_where=IMPORTED, postgresql_where=IMPORTED),
    )
    noun: ClassVar[str] = "product"
    sku: Mapped[str | None] = mapped_column(String(120))
    name: Mapped[str] = mapped_column(String(300))
    name_key: Mapped[str] = folded(300)
    category: Mapped[str] = words(120)
    unit_price: Mapped[int | None] = mapped_column(BigInteger)
    cost: Mapped[int | None] = mapped_column(BigInteger)
    currency: Mapped[str] = words(3)
    is_active: Mapped[bool] = mapped_column(default=True)
    description: Mapped[str] = words()
    search_text: Mapped[str] = words()
    import_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("imports.id", ondelete="SET NULL"))
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]


class ProductPrice(Base):
    """What a product costs from a day on, until the next row: in minor units of ``currency``."""

    __tablename__ = "product_prices"
    __table_args__ = table_args(Index(None, "product_id", "currency", "valid_from", unique=True))
    noun: ClassVar[str] = "price"
    product_id: Mapped[int] = mapped_column(BigId, ForeignKey("products.id", ondelete="CASCADE"))
    currency: Mapped[str] = mapped_column(String(3))
    valid_from: Mapped[date]
    unit_price: Mapped[int] = mapped_column(BigInteger)
    cost: Mapped[int | None] = mapped_column(BigInteger)


class Order(Trace, SoftDeleted, Sampled, Versioned, Base):
    """What a customer bought; ``actor_id`` is who sold it, ``seller_name`` a seller who is not a user here.

    ``status`` is ``placed``, ``paid``, ``shipped``, ``delivered``, ``returned`` or ``cancelled``; each
    has its date. ``total`` is the sum of the lines less ``discount`` (off the whole order), ``refunded``
    what was paid back; both in minor units of ``currency``. Revenue is ``total - refunded`` of orders
    that are not cancelled. ``number`` is the order's own; with ``origin`` it is unique.
    """

    __tablename__ = "orders"
    __table_args__ = table_args(
        Index(
            "uq_orders_origin_number",
            "origin",
            "number",
            unique=True,
            sqlite_where=LISTED,
            postgresql_where=LISTED,
        ),
        Index(None, "contact_id", "ordered_at"),
        Index(None, "account_id", "ordered_at"),
        Index(None, "actor_id", "ordered_at"),
        listed(
            "ix_orders_by_day",
            "ordered_at", "id", "status", "currency", "total", "refunded", "contact_id", "account_id",
            "actor_id", "seller_name",
        ),
        listed("ix_orders_by_status", "status", "ordered_at", "id"),
        Index(None, "number"),
        Index(None, "deal_id"),
        Index("ix_orders_import_id", "import_id", sqlite_where=IMPORTED, postgresql_where=IMPORTED),
    )  # fmt: skip
    noun: ClassVar[str] = "order"
    number: Mapped[str] = mapped_column(String(120))
    status: Mapped[str] = mapped_column(String(12))
    currency: Mapped[str] = mapped_column(String(3))
    total: Mapped[int] = mapped_column(BigInteger)
    discount: Mapped[int] = mapped_column(BigInteger, default=0, server_default="0")
    refunded: Mapped[int] = mapped_column(BigInteger, default=0, server_default="0")
    ordered_at: Mapped[datetime]
    paid_at: Mapped[datetime | None]
    shipped_at: Mapped[datetime | None]
    delivered_at: Mapped[datetime | None]
    returned_at: Mapped[datetime | None]
    cancelled_at: Mapped[datetime | None]
    seller_name: Mapped[str] = words(200)
    channel: Mapped[str] = words(60)
    coupon: Mapped[str] = words(60)
    city: Mapped[str] = words(120)
    postal_code: Mapped[str] = words(30)
    country: Mapped[str] = words(2)
    deal_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("deals.id", ondelete="SET NULL"))
    origin: Mapped[str] = words(60)
    import_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("imports.id", ondelete="SET NULL"))
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]


class OrderLine(OrderChild, Base):
    """One product of an order. Quantities are in thousandths, money in minor units of the order's currency.

    ``total`` is quantity times ``unit_price`` less ``discount``, rounded half up; a return may be a
    negative line. ``buyer_id`` and ``bought_at`` repeat contact and day of the order, the buyer only where
    it counts (neither cancelled nor deleted): the database keeps them, so that rules about millions of lines
    need no other table.
    """

    __tablename__ = "order_lines"
    __table_args__ = table_args(
        Index(None, "order_id", "position"),
        Index(
            "ix_order_lines_bought",
            "product_id", "bought_at", "buyer_id", "order_id", "quantity", "returned", "total",
        ),
    )  # fmt: skip
    noun: ClassVar[str] = "line"
    product_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("products.id", ondelete="SET NULL"))
    name: Mapped[str] = mapped_column(String(300))
    quantity: Mapped[int] = mapped_column(BigInteger)
    returned: Mapped[int] = mapped_column(BigInteger, default=0, server_default="0")
    unit_price: Mapped[int] = mapped_column(BigInteger)
    discount: Mapped[int] = mapped_column(BigInteger, default=0, server_default="0")
    total: Mapped[int] = mapped_column(BigInteger)
    position: Mapped[int] = mapped_column(default=0)
    buyer_id: Mapped[int | None] = mapped_column(BigId)
    bought_at: Mapped[datetime | None]


class OrderReturn(OrderChild, Base):
    """Some of an order came back, or money was paid back. Only ever appended to."""

    __tablename__ = "order_returns"
    __table_args__ = table_args(Index(None, "order_id"), Index(None, "line_id"), Index(None, "actor_id"))
    noun: ClassVar[str] = "return"
    line_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("order_lines.id", ondelete="CASCADE"))
    quantity: Mapped[int] = mapped_column(BigInteger, default=0, server_default="0")
    amount: Mapped[int] = mapped_column(BigInteger)
    reason: Mapped[str] = words(200)
    returned_at: Mapped[datetime]
    actor_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("users.id", ondelete="SET NULL"))


class ProductNeighbour(Base):
    """Who bought the product often bought the neighbour, too; ``rank`` 1 is the closest. Learned at night.

    ``score`` compares neighbours of one product; ``together`` is how many bought both.
    """

    __tablename__ = "product_neighbours"
    __table_args__ = table_args(Index(None, "product_id", "rank", unique=True), Index(None, "neighbour_id"))
    product_id: Mapped[int] = mapped_column(BigId, ForeignKey("products.id", ondelete="CASCADE"))
    neighbour_id: Mapped[int] = mapped_column(BigId, ForeignKey("products.id", ondelete="CASCADE"))
    rank: Mapped[int] = mapped_column(SmallInteger)
    score: Mapped[float]
    together: Mapped[int]


class PurchaseTotal(ContactChild, Base):
    """What a contact bought in all, by currency, without cancelled orders: kept with every order.

    ``history`` holds the orders themselves, see ``commerce.order_history``: reports about all customers read
    it instead of the orders. ``doctor`` adds the orders up and compares.
    """

    __tablename__ = "purchase_totals"
    __table_args__ = table_args(
        Index(None, "contact_id", "currency", unique=True),
        Index(
            "ix_purchase_totals_sums", "contact_id", "currency", "orders", "revenue", "first_at", "last_at"
        ),
        Index(None, "revenue", "currency", "contact_id"),
        Index(None, "last_at", "contact_id"),
    )
    currency: Mapped[str] = mapped_column(String(3))
    orders: Mapped[int]
    revenue: Mapped[int] = mapped_column(BigInteger)
    first_at: Mapped[datetime]
    last_at: Mapped[datetime]
    history: Mapped[str] = words()
