"""Whether a code works, and for whom: the questions that every door asks before a coupon is used."""

from dataclasses import dataclass, replace
from typing import Final

from crm_core.activity.task_days import today
from crm_core.kernel.errors import Conflict, Invalid
from crm_core.kernel.values import money
from crm_core.kernel.values.problem import Problem
from crm_core.kernel.work import Work
from crm_core.loyalty import coupon_rules as rules
from crm_core.loyalty.coupon_types import Basket, Check, Promise
from db.models import Contact, Coupon, CouponCode, Order
from db.queries import coupons as sql
from db.queries import products as product_sql

NOT_VALID: Final = (
    "This code does not work: it is mistyped, already used, or not valid now. "
    "Compare it letter by letter with the coupon, or take another one."
)
"""The one answer for all of it: who guesses learns nothing, who reads a coupon knows what to do."""

MISTYPED: Final = "One character of this code is wrong. Compare it letter by letter with the coupon."
NO_CUSTOMER: Final = "Say who the customer is first: this coupon asks for it."


class CodeRefused(Conflict):
    """The code does not work at all, whatever the basket."""


class CouponDoesNotFit(Conflict):
    """The code is good, but not for this basket or this customer; the sentence says why."""


@dataclass(frozen=True)
class Buyer:
    """Who uses a code, as far as that is known."""

    contact_id: int | None = None
    account_id: int | None = None
    order_id: int | None = None


def readable(work: Work, basket: Basket) -> Basket:
    """The basket with the currency as it is kept, and the categories of the catalogue.

    Raises:
        Invalid: with a hint for each wrong field.
    """
    wrong = rules.basket_problems(basket)
    currency = money.parse_currency(basket.currency)
    if isinstance(currency, Problem):
        wrong["currency"] = currency.message
    if wrong or isinstance(currency, Problem):
        raise Invalid("Please correct the marked fields.", fields=wrong)
    wanted = {line.product_id for line in basket.lines if line.product_id is not None}
    known = {row.id: row.category for row in work.scalars(product_sql.by_ids(wanted))} if wanted else {}
    lines = [replace(line, category=known.get(line.product_id) or line.category) for line in basket.lines]
    return replace(basket, currency=currency, lines=tuple(lines))


def buyer(work: Work, contact_id: int | None, order_id: int | None) -> Buyer:
    """The customer of a purchase, by the contact or by the order.

    Raises:
        NotFound: there is no such contact or order, or it is not this person's to see.
    """
    order = work.get(Order, order_id) if order_id is not None else None
    contact_id = contact_id if contact_id is not None or order is None else order.contact_id
    if contact_id is not None:
        work.get(Contact, contact_id)
    return Buyer(contact_id, order.account_id if order else None, order_id)


def checked(work: Work, code: CouponCode, coupon: Coupon, basket: Basket, who: Buyer) -> Check:
    """What a code takes off; ``work`` sees everything."""
    refused = Check(reason=NOT_VALID, is_known=False)
    if code.is_blocked or coupon.state != "active" or _is_used_up(code) or _is_used_up(coupon):
        return refused
    if not rules.is_on(coupon.starts_on, coupon.ends_on, today()):
        return refused
    who = replace(who, contact_id=owner(work, code, who))
    if who.contact_id is None and (coupon.limit_per_customer or coupon.segment_id):
        return Check(coupon=coupon.name, reason=NO_CUSTOMER)
    if not _is_meant_for(work, code, coupon, who):
        return refused
    if _had_enough(work, coupon, who):
        return Check(coupon=coupon.name, reason="This customer has already used this coupon.")
    return replace(rules.check(_promise(coupon), basket), coupon=coupon.name)


def _is_used_up(row: CouponCode | Coupon) -> bool:
    limit = row.limit_total if isinstance(row, Coupon) else row.use_limit
    return limit is not None and row.used_count >= limit


def owner(work: Work, code: CouponCode, who: Buyer) -> int | None:
    """Who uses a code: the customer who was named, else the one whom it is meant for."""
    if who.contact_id is not None:
        return who.contact_id
    found: int | None = work.scalar(sql.target_of_code(code.id))
    return found


def _is_meant_for(work: Work, code: CouponCode, coupon: Coupon, who: Buyer) -> bool:
    target = work.scalar(sql.target_of_code(code.id))
    if target is not None:
        return bool(target == who.contact_id)
    if coupon.segment_id is None or coupon.kind != "shared":
        return True
    return work.scalar(sql.is_target(coupon.id, who.contact_id or 0)) is not None


def _had_enough(work: Work, coupon: Coupon, who: Buyer) -> bool:
    if coupon.limit_per_customer is None or who.contact_id is None:
        return False
    return (work.scalar(sql.used_by(coupon.id, who.contact_id)) or 0) >= coupon.limit_per_customer


def _promise(coupon: Coupon) -> Promise:
    return Promise(
        coupon.effect, coupon.amount, coupon.percent, coupon.currency, coupon.product_id, coupon.minimum,
        frozenset(coupon.products), frozenset(coupon.categories),
    )  # fmt: skip


def unknown(code: str) -> str:
    """What one is told about a code that does not exist; a wrong letter is seen without looking it up."""
    return MISTYPED if rules.is_mistyped(rules.key(code)) else NOT_VALID
