"""Shapes of coupons. Money is in minor units of the currency beside it, quantities are in thousandths."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from crm_core.marketing.result_types import Arm, LiftRow


@dataclass(frozen=True)
class NewCoupon:
    """A coupon to be, or as it shall become; see the table for its fields.

    ``code`` is the word of a shared coupon, as in SPRING; single ones get their codes in bulk. Without a
    currency it is the company's.
    """

    name: str
    effect: str
    kind: str = "single"
    description: str = ""
    code: str = ""
    amount: int = 0
    percent: int = 0
    currency: str = ""
    product_id: int | None = None
    minimum: int = 0
    products: Sequence[int] = ()
    categories: Sequence[str] = ()
    starts_on: date | None = None
    ends_on: date | None = None
    limit_total: int | None = None
    limit_per_customer: int | None = None
    segment_id: int | None = None
    holdout_percent: int = 0


@dataclass(frozen=True)
class CouponRow:
    """A coupon in lists and forms; ``codes`` counts its codes, ``code`` is the one of a shared coupon."""

    id: int
    version: int
    name: str
    description: str
    kind: str
    effect: str
    state: str
    amount: int
    percent: int
    currency: str
    product_id: int | None
    product: str
    minimum: int
    products: tuple[int, ...]
    categories: tuple[str, ...]
    starts_on: date | None
    ends_on: date | None
    limit_total: int | None
    limit_per_customer: int | None
    used_count: int
    segment_id: int | None
    segment: str
    holdout_percent: int
    codes: int
    code: str


@dataclass(frozen=True)
class Promise:
    """What a coupon takes off what, as the calculation needs it."""

    effect: str
    amount: int = 0
    percent: int = 0
    currency: str = ""
    product_id: int | None = None
    minimum: int = 0
    products: frozenset[int] = frozenset()
    categories: frozenset[str] = frozenset()


@dataclass(frozen=True)
class BasketLine:
    """A line of a basket; ``total`` is what it costs before the coupon."""

    total: int
    product_id: int | None = None
    category: str = ""
    quantity: int = 1000


@dataclass(frozen=True)
class Basket:
    """What somebody is about to pay, with the cost of shipping apart."""

    currency: str
    lines: tuple[BasketLine, ...]
    shipping: int = 0

    @property
    def total(self) -> int:
        """What the lines cost."""
        return sum(line.total for line in self.lines)


@dataclass(frozen=True)
class Check:
    """What a code would do: so much less (``shares`` of the lines, ``shipping``), or why nothing.

    ``is_known`` is false for a code that does not work at all, whatever the basket.
    """

    discount: int = 0
    currency: str = ""
    shares: tuple[int, ...] = ()
    shipping: int = 0
    is_free_shipping: bool = False
    coupon: str = ""
    reason: str = ""
    is_known: bool = True

    @property
    def may(self) -> bool:
        """Does the code work for this basket?"""
        return not self.reason


@dataclass(frozen=True)
class Use:
    """A code that was redeemed; ``is_new`` is false for a repetition."""

    id: int
    coupon_id: int
    coupon: str
    code: str
    contact_id: int | None
    order_id: int | None
    basket: int
    discount: int
    currency: str
    cause: str
    used_at: datetime
    cancelled_at: datetime | None
    is_new: bool = True


@dataclass(frozen=True)
class CodeRow:
    """A code in lists; ``contact_id`` and ``customer`` say whom it is meant for, where it is personal."""

    id: int
    code: str
    use_limit: int | None
    used_count: int
    is_blocked: bool
    contact_id: int | None
    customer: str


@dataclass(frozen=True)
class Drawn:
    """What drawing the targets came to: how many have the coupon, how many are held back to compare with."""

    chosen: int
    held_back: int
    new: int


@dataclass(frozen=True)
class CouponReport:
    """What came of a coupon so far.

    ``uses`` are those that were not given back; ``baskets`` is what they were worth before the discount.
    ``arms`` are who got it and who was held back, with what they bought since; ``lift`` compares them.
    """

    coupon_id: int
    coupon: str
    state: str
    currency: str
    codes: int
    uses: int
    cancelled: int
    customers: int
    discount: int
    baskets: int
    arms: tuple[Arm, ...] = ()
    lift: tuple[LiftRow, ...] = ()

    @property
    def redemption_rate(self) -> float | None:
        """Uses a code; None before there are codes."""
        return self.uses / self.codes if self.codes else None
