"""Coupons with their codes and uses; those who recommend us, and whom they brought."""

from datetime import date, datetime
from typing import Any, ClassVar

from sqlalchemy import BigInteger, ForeignKey, Index, SmallInteger, String
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, BigId, ContactChild, Json, Sampled, Trace, Versioned, table_args, words


class Coupon(Sampled, Versioned, Base):
    """A promise of less to pay. ``kind`` is ``single`` (a code each) or ``shared`` (one code for many).

    ``effect`` is ``fixed`` (``amount``, minor units), ``percent`` (``percent``), ``product`` (``product_id``
    for nothing) or ``shipping``. ``limit_total`` and ``limit_per_customer`` None mean without limit. Empty
    ``products`` and ``categories`` mean all. ``holdout_percent`` of the segment gets none, to compare with.
    """

    __tablename__ = "coupons"
    __table_args__ = table_args(
        Index(None, "name_key", unique=True), Index(None, "product_id"), Index(None, "segment_id"),
        Index(None, "state", "ends_on"),
    )  # fmt: skip
    noun: ClassVar[str] = "coupon"
    name: Mapped[str] = mapped_column(String(120))
    name_key: Mapped[str] = mapped_column(String(120))
    description: Mapped[str] = words()
    kind: Mapped[str] = mapped_column(String(10))
    effect: Mapped[str] = mapped_column(String(10))
    state: Mapped[str] = mapped_column(String(10), default="draft", server_default="draft")
    amount: Mapped[int] = mapped_column(BigInteger, default=0, server_default="0")
    percent: Mapped[int] = mapped_column(SmallInteger, default=0, server_default="0")
    currency: Mapped[str] = words(3)
    product_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("products.id", ondelete="SET NULL"))
    minimum: Mapped[int] = mapped_column(BigInteger, default=0, server_default="0")
    products: Mapped[list[Any]] = mapped_column(Json, default=list, server_default="[]")
    categories: Mapped[list[Any]] = mapped_column(Json, default=list, server_default="[]")
    starts_on: Mapped[date | None]
    ends_on: Mapped[date | None]
    limit_total: Mapped[int | None]
    limit_per_customer: Mapped[int | None]
    used_count: Mapped[int] = mapped_column(default=0, server_default="0")
    segment_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("segments.id", ondelete="SET NULL"))
    holdout_percent: Mapped[int] = mapped_column(SmallInteger, default=0, server_default="0")
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]


class CouponCode(Base):
    """A code that one can show. ``used_count`` never grows beyond ``use_limit`` (None: without limit)."""

    __tablename__ = "coupon_codes"
    __table_args__ = table_args(Index(None, "coupon_id", "id"), Index(None, "code_key", unique=True))
    noun: ClassVar[str] = "code"
    coupon_id: Mapped[int] = mapped_column(BigId, ForeignKey("coupons.id", ondelete="CASCADE"))
    code: Mapped[str] = mapped_column(String(60))
    code_key: Mapped[str] = mapped_column(String(60))
    use_limit: Mapped[int | None]
    used_count: Mapped[int] = mapped_column(default=0, server_default="0")
    is_blocked: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime]


class CouponTarget(ContactChild, Base):
    """A contact that a coupon is meant for: with a code of its own, or held back to compare with."""

    __tablename__ = "coupon_targets"
    __table_args__ = table_args(Index(None, "coupon_id", "contact_id", unique=True), Index(None, "code_id"))
    noun: ClassVar[str] = "target"
    coupon_id: Mapped[int] = mapped_column(BigId, ForeignKey("coupons.id", ondelete="CASCADE"))
    code_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("coupon_codes.id", ondelete="SET NULL"))
    is_held_back: Mapped[bool] = mapped_column(default=False)
    chosen_at: Mapped[datetime]


class CouponUse(Trace, Base):
    """A code was redeemed, by a contact where that is known, by whom (``actor_id``), for how much less.

    ``cause`` makes one sale use it once; ``cancelled_at`` says that it was given back.
    """

    __tablename__ = "coupon_uses"
    __table_args__ = table_args(
        Index(None, "coupon_id", "used_at"), Index(None, "code_id"), Index(None, "order_id"),
        Index(None, "contact_id", "coupon_id"), Index(None, "account_id"), Index(None, "actor_id"),
        Index(None, "cause", unique=True),
    )  # fmt: skip
    noun: ClassVar[str] = "use of a coupon"
    coupon_id: Mapped[int] = mapped_column(BigId, ForeignKey("coupons.id", ondelete="CASCADE"))
    code_id: Mapped[int] = mapped_column(BigId, ForeignKey("coupon_codes.id", ondelete="CASCADE"))
    order_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("orders.id", ondelete="SET NULL"))
    basket: Mapped[int] = mapped_column(BigInteger, default=0, server_default="0")
    discount: Mapped[int] = mapped_column(BigInteger, default=0, server_default="0")
    currency: Mapped[str] = words(3)
    cause: Mapped[str] = mapped_column(String(200))
    used_at: Mapped[datetime]
    cancelled_at: Mapped[datetime | None]


class Referrer(ContactChild, Versioned, Base):
    """Who recommends us: an ``advocate`` (found, never paid) or an ``ambassador`` (enrolled and paid)."""

    __tablename__ = "referrers"
    __table_args__ = table_args(
        Index("uq_referrers_contact_id", "contact_id", unique=True), Index(None, "code_key", unique=True),
        Index(None, "kind", "state"),
    )  # fmt: skip
    noun: ClassVar[str] = "referrer"
    kind: Mapped[str] = mapped_column(String(12))
    state: Mapped[str] = mapped_column(String(10), default="active", server_default="active")
    code: Mapped[str] = mapped_column(String(40))
    code_key: Mapped[str] = mapped_column(String(40))
    terms: Mapped[str] = words()
    compensation: Mapped[str] = words()
    points_referrer: Mapped[int | None] = mapped_column(BigInteger)
    points_friend: Mapped[int | None] = mapped_column(BigInteger)
    started_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class Referral(ContactChild, Base):
    """A friend (``contact_id``) of a referrer. ``state`` is ``waiting``, ``rewarded`` or ``refused``.

    ``order_id`` is the friend's first paid order, after which both sides are rewarded once.
    """

    __tablename__ = "referrals"
    __table_args__ = table_args(
        Index("uq_referrals_contact_id", "contact_id", unique=True), Index(None, "referrer_id", "state"),
        Index(None, "order_id"),
    )  # fmt: skip
    noun: ClassVar[str] = "referral"
    referrer_id: Mapped[int] = mapped_column(BigId, ForeignKey("referrers.id", ondelete="CASCADE"))
    state: Mapped[str] = mapped_column(String(10))
    channel: Mapped[str] = words(40)
    reason: Mapped[str] = words(200)
    order_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("orders.id", ondelete="SET NULL"))
    referred_at: Mapped[datetime]
    settled_at: Mapped[datetime | None]
