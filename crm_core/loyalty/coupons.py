"""Codes of coupons: what one would take off a basket, and its one redemption, which can be taken back."""

from dataclasses import replace
from datetime import timedelta
from typing import Final

from crm_core.activity.task_days import today
from crm_core.kernel.access import Permission
from crm_core.kernel.errors import Conflict, NotAllowed, NotFound
from crm_core.kernel.paging import Page, Paging
from crm_core.kernel.values import money
from crm_core.kernel.work import Work, use_case
from crm_core.loyalty import coupon_checks, coupon_setup, redeeming
from crm_core.loyalty import coupon_rules as rules
from crm_core.loyalty.coupon_checks import Buyer, CodeRefused, CouponDoesNotFit
from crm_core.loyalty.coupon_types import Basket, Check, CouponRow, Use
from db.models import Activity, Contact, Coupon, CouponCode, CouponUse
from db.queries import coupons as sql

UNDO_FOR: Final = timedelta(minutes=15)


@use_case(Permission.LOYALTY_REDEEM, read=True)
def check(work: Work, code: str, basket: Basket, *, contact_id: int | None = None) -> Check:
    """What a code would take off a basket now, or why nothing; nothing is used up by asking.

    Raises:
        Invalid: the basket is none. NotFound: the contact does not exist, or is not this person's to see.
    """
    wanted = coupon_checks.readable(work, basket)
    who = coupon_checks.buyer(work, contact_id, None)
    with redeeming.beyond_reach(work) as system:
        found: CouponCode | None = system.scalar(sql.by_code(rules.key(code)))
        if found is None:
            return Check(reason=coupon_checks.unknown(code), is_known=False)
        return coupon_checks.checked(system, found, system.get(Coupon, found.coupon_id), wanted, who)


@use_case(Permission.LOYALTY_REDEEM)
def redeem(
    work: Work,
    code: str,
    basket: Basket,
    cause: str,
    *,
    contact_id: int | None = None,
    order_id: int | None = None,
) -> Use:
    """Use a code, exactly once for each cause, and as often as the coupon allows.

    Args:
        cause: what brings it, as the number of the receipt: one cause uses a code once.

    Raises:
        CodeRefused: it does not work at all. CouponDoesNotFit: not for this basket, or this customer.
        NotFound, Invalid: as ``check``. Conflict: the cause used another code before.
    """
    said, wanted = redeeming.caused(cause), coupon_checks.readable(work, basket)
    who = coupon_checks.buyer(work, contact_id, order_id)
    # Uses of customers beyond this person's reach count too.
    with redeeming.beyond_reach(work) as system:
        return _redeemed(system, code, wanted, who, said)


@use_case(Permission.LOYALTY_ADJUST)
def cancel_use(work: Work, use_id: int, *, reason: str) -> Use:
    """Take a use back, so that the code has one left again. Taking it back again changes nothing.

    Raises:
        NotFound: there is none, or none that this person may see. Invalid: no reason is said.
    """
    work.get(CouponUse, use_id)
    redeeming.require_reason(reason)
    return _give_back(work, use_id, reason.strip())


@use_case(Permission.LOYALTY_REDEEM)
def undo(work: Work, use_id: int) -> Use:
    """Take back what one redeemed by mistake just now; later a manager does it.

    Raises:
        NotFound: there is none, or none that this person may see.
        NotAllowed: somebody else redeemed it, or longer ago.
    """
    row = work.get(CouponUse, use_id)
    if row.actor_id != work.actor.id or work.now > row.used_at + UNDO_FOR:
        raise NotAllowed("Only what you redeemed in the last minutes can be undone. Ask a manager.")
    return _give_back(work, use_id, "Undone")


@use_case(Permission.LOYALTY_READ, read=True)
def usable(work: Work, contact_id: int) -> list[tuple[CouponRow, str]]:
    """Coupons that a contact could show today, each with its code: the own ones, and those for everybody.

    Raises:
        NotFound: there is no such contact, or it is not this person's to see.
    """
    work.get(Contact, contact_id)
    found = [(coupon_setup.get(work, key), code) for key, code in work.tuples(sql.usable_by(contact_id))]
    day = today()
    return [
        (row, code)
        for row, code in found
        if rules.is_on(row.starts_on, row.ends_on, day)
        and (
            row.limit_per_customer is None
            or (work.scalar(sql.used_by(row.id, contact_id)) or 0) < row.limit_per_customer
        )
    ]


@use_case(Permission.LOYALTY_READ, read=True)
def uses(work: Work, coupon_id: int, paging: Paging | None = None) -> Page[Use]:
    """Who used a coupon, the latest first, as far as this person sees them."""
    return work.page(sql.uses(sql.of_coupon(coupon_id)), paging or Paging(), Use)


@use_case(Permission.LOYALTY_READ, read=True)
def get_use(work: Work, use_id: int) -> Use:
    """One use.

    Raises:
        NotFound: there is none, or none that this person may see.
    """
    return _shown(work, use_id)


def follow_order(work: Work, happened: Activity) -> None:
    """After an order was cancelled or came back as a whole: its coupons can be used again."""
    if happened.name == "order.cancelled" or happened.facts.get("is_whole"):
        for use_id in work.scalars(sql.open_of_order(happened.subject_id)):
            _give_back(work, use_id, f"Order {happened.facts.get('number', '')}".strip())


def _redeemed(work: Work, code: str, basket: Basket, who: Buyer, cause: str) -> Use:
    work.flush()
    found: CouponCode | None = work.scalar(sql.locked_code(rules.key(code)))
    if found is None:
        raise CodeRefused(coupon_checks.unknown(code))
    coupon: Coupon = work.scalar(sql.locked(found.coupon_id))
    if before := _repeated(work, cause, found):
        return before
    told = coupon_checks.checked(work, found, coupon, basket, who)
    if told.reason:
        raise CouponDoesNotFit(told.reason) if told.is_known else CodeRefused(told.reason)
    if work.run(sql.count_code(found.id)) != 1 or work.run(sql.count_coupon(coupon.id)) != 1:
        raise CodeRefused(coupon_checks.NOT_VALID)
    owner = coupon_checks.owner(work, found, who)
    return _used(work, found, told, basket, replace(who, contact_id=owner), cause)


def _used(work: Work, code: CouponCode, told: Check, basket: Basket, buyer: Buyer, cause: str) -> Use:
    row = work.add(
        CouponUse(
            coupon_id=code.coupon_id, code_id=code.id, contact_id=buyer.contact_id,
            account_id=buyer.account_id, order_id=buyer.order_id, actor_id=work.actor.id,
            basket=basket.total, discount=told.discount, currency=basket.currency, cause=cause,
            used_at=work.now,
        )
    )  # fmt: skip
    work.flush()
    worth = f"{money.to_decimal(told.discount, basket.currency)} {basket.currency}"
    work.record("coupon.redeemed", row, coupon=told.coupon, discount=worth, order_id=buyer.order_id)
    return _shown(work, row.id)


def _repeated(work: Work, cause: str, code: CouponCode) -> Use | None:
    first: CouponUse | None = work.scalar(sql.of_cause(cause))
    if first is None:
        return None
    if first.code_id != code.id or first.cancelled_at is not None:
        raise Conflict(f"“{cause}” used another code before, or was taken back. Use another cause.")
    return replace(_shown(work, first.id), is_new=False)


def _give_back(work: Work, use_id: int, reason: str) -> Use:
    work.flush()
    row: CouponUse | None = work.scalar(sql.locked_use(use_id))
    if row is None:
        raise NotFound("This use of a coupon does not exist, or it is not yours to see.")
    if row.cancelled_at is None:
        row.cancelled_at = work.now
        work.run(sql.uncount_code(row.code_id))
        work.run(sql.uncount_coupon(row.coupon_id))
        work.record("coupon.given_back", row, coupon=work.get(Coupon, row.coupon_id).name, reason=reason)
    return _shown(work, row.id)


def _shown(work: Work, use_id: int) -> Use:
    work.flush()
    found = work.first(sql.uses(sql.is_use(use_id)), Use)
    if found is None:
        raise NotFound("This use of a coupon does not exist, or it is not yours to see.")
    return found
