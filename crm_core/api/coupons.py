"""Coupons for programs: what a code takes off a basket, and its one redemption.

Money is a decimal text in the currency beside it. Whoever guesses codes is slowed down.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from crm_core.api.answers import Answer
from crm_core.api.calls import Call
from crm_core.commerce.rules import LARGEST_AMOUNT, THOUSAND
from crm_core.kernel.errors import Invalid
from crm_core.kernel.values import money
from crm_core.loyalty import coupon_guard, coupon_results, coupon_setup
from crm_core.loyalty import coupons as ledger
from crm_core.loyalty.coupon_types import Basket, BasketLine, CouponReport, CouponRow, Use
from crm_core.marketing.result_types import LiftRow
from crm_core.team.company import company


@dataclass(frozen=True)
class CouponView:
    """A coupon as programs see it."""

    id: int
    name: str
    kind: str
    effect: str
    state: str
    amount: str
    percent: int
    currency: str
    minimum: str
    starts_on: date | None
    ends_on: date | None
    limit_total: int | None
    limit_per_customer: int | None
    used: int
    codes: int


@dataclass(frozen=True)
class CheckView:
    """What a code would do; ``shares`` are what it takes off each line, ``reason`` says why nothing."""

    may: bool
    discount: str
    currency: str
    shares: tuple[str, ...]
    shipping: str
    free_shipping: bool
    coupon: str
    reason: str


@dataclass(frozen=True)
class UseView:
    """A code that was redeemed."""

    id: int
    coupon_id: int
    coupon: str
    contact_id: int | None
    order_id: int | None
    basket: str
    discount: str
    currency: str
    cause: str
    used_at: datetime
    cancelled_at: datetime | None


@dataclass(frozen=True)
class ResultsView:
    """What came of a coupon; ``lift`` compares who had it with who was held back."""

    coupon: str
    state: str
    currency: str
    codes: int
    uses: int
    cancelled: int
    customers: int
    discount: str
    baskets: str
    redemption_rate: float | None
    lift: tuple[LiftRow, ...]


SHAPES: Final[dict[str, tuple[type, tuple[str, ...]]]] = {
    "Coupon": (CouponView, ()),
    "CouponCheck": (CheckView, ()),
    "CouponUse": (UseView, ()),
    "CouponResults": (ResultsView, ()),
}
EXAMPLES: Final = {
    "CouponBasket": {"total": "50.00", "currency": "EUR"},
    "CouponRedemption": {"total": "50.00", "currency": "EUR", "contact_id": 1, "cause": "receipt 4711"},
}


def search(call: Call) -> Answer:
    """List the coupons, the latest first."""
    return Answer(body={"items": [_coupon(row) for row in coupon_setup.search(call.actor)]})


def report(call: Call) -> Answer:
    """Read what came of a coupon, and what it changed against those who were held back."""
    return Answer(body=_results(coupon_results.report(call.actor, call.id)))


def check(call: Call) -> Answer:
    """Ask what a code would take off a basket; nothing is used up by it."""
    basket = _basket(call.values)
    found = coupon_guard.check(call.actor, call.code, basket, contact_id=call.values.get("contact_id"))
    currency = found.currency or basket.currency
    view = CheckView(
        found.may, _text(found.discount, currency), currency,
        tuple(_text(one, currency) for one in found.shares), _text(found.shipping, currency),
        found.is_free_shipping, found.coupon, found.reason,
    )  # fmt: skip
    return Answer(body=view)


def redeem(call: Call) -> Answer:
    """Use a code, exactly once for each cause (or each Idempotency-Key)."""
    basket, told = _basket(call.values), call.values
    cause = told.get("cause") or (f"key {call.actor.id} {call.key}" if call.key else "")
    people = {"contact_id": told.get("contact_id"), "order_id": told.get("order_id")}
    with coupon_guard.slowed(call.actor):
        number, _ = call.once(
            lambda work: ledger.redeem(work, call.code, basket, cause, **people).id,
            lambda: ledger.redeem(call.actor, call.code, basket, cause, **people).id,
        )
    return Answer(body=_use(ledger.get_use(call.actor, number)))


def cancel(call: Call) -> Answer:
    """Take a use back, with a reason, so that the code works again."""
    return Answer(body=_use(ledger.cancel_use(call.actor, call.id, reason=call.values.get("reason", ""))))


def _basket(told: Mapping[str, Any]) -> Basket:
    """The basket of a request: its lines, or one line of its total."""
    said = money.parse_currency(str(told.get("currency") or company().currency))
    wrong: dict[str, str] = {}
    if not isinstance(said, str):
        raise Invalid("Some fields need correcting.", fields={"currency": said.message})
    rows = told.get("lines") or [{"total": told.get("total")}]
    lines = tuple(
        BasketLine(
            _minor(row.get("total"), said, f"line_{place}" if told.get("lines") else "total", wrong),
            row.get("product_id"), row.get("category", ""), _thousandths(row.get("quantity"), place, wrong),
        )
        for place, row in enumerate(rows, 1)
    )  # fmt: skip
    shipping = _minor(told.get("shipping") or 0, said, "shipping", wrong)
    if wrong:
        raise Invalid("Some fields need correcting.", fields=wrong)
    return Basket(said, lines, shipping)


def _minor(value: Any, currency: str, place: str, wrong: dict[str, str]) -> int:
    found = _decimal(value)
    minor = money.to_minor(found, currency) if found is not None else 0
    if found is None or money.to_decimal(minor, currency) != found:
        wrong[place] = f"Write amounts as in 12.50, with no more decimals than {currency} has."
    return minor


def _thousandths(value: Any, place: int, wrong: dict[str, str]) -> int:
    found = _decimal(1 if value is None else value)
    if found is None or found * THOUSAND != int(found * THOUSAND):
        wrong[f"line_{place}"] = "Write quantities as in 2 or 0.125."
        return THOUSAND
    return int(found * THOUSAND)


def _decimal(value: Any) -> Decimal | None:
    try:
        found = Decimal(str(value))
    except InvalidOperation:
        return None
    return found if found.is_finite() and abs(found) < LARGEST_AMOUNT else None


def _text(minor: int, currency: str) -> str:
    return str(money.to_decimal(minor, currency))


def _coupon(row: CouponRow) -> CouponView:
    return CouponView(
        row.id, row.name, row.kind, row.effect, row.state, _text(row.amount, row.currency), row.percent,
        row.currency, _text(row.minimum, row.currency), row.starts_on, row.ends_on, row.limit_total,
        row.limit_per_customer, row.used_count, row.codes,
    )  # fmt: skip


def _use(use: Use) -> UseView:
    return UseView(
        use.id, use.coupon_id, use.coupon, use.contact_id, use.order_id, _text(use.basket, use.currency),
        _text(use.discount, use.currency), use.currency, use.cause, use.used_at, use.cancelled_at,
    )  # fmt: skip


def _results(found: CouponReport) -> ResultsView:
    return ResultsView(
        found.coupon, found.state, found.currency, found.codes, found.uses, found.cancelled, found.customers,
        _text(found.discount, found.currency), _text(found.baskets, found.currency), found.redemption_rate,
        found.lift,
    )  # fmt: skip
