"""Coupons, their codes, whom they are meant for, and what was redeemed."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Integer,
    Update,
    and_,
    case,
    cast,
    false,
    func,
    or_,
    select,
    update,
)

from db.models import Contact, Coupon, CouponCode, CouponTarget, CouponUse, Product, Segment
from db.queries import Rows

_COUPON = tuple(
    getattr(Coupon, name)
    for name in (
        "id", "version", "name", "description", "kind", "effect", "state", "amount", "percent", "currency",
        "product_id", "minimum", "products", "categories", "starts_on", "ends_on", "limit_total",
        "limit_per_customer", "used_count", "segment_id", "holdout_percent",
    )
)  # fmt: skip
_USE = tuple(
    getattr(CouponUse, name)
    for name in (
        "id", "coupon_id", "contact_id", "order_id", "basket", "discount", "currency", "cause", "used_at",
        "cancelled_at",
    )
)  # fmt: skip


def listing() -> Rows:
    """Coupons with names of product and segment and the number of their codes, the latest first."""
    codes = (
        select(func.count(CouponCode.id))
        .where(CouponCode.coupon_id == Coupon.id)
        .correlate(Coupon)
        .scalar_subquery()
    )
    word = (
        select(func.min(CouponCode.code))
        .where(CouponCode.coupon_id == Coupon.id, Coupon.kind == "shared")
        .correlate(Coupon)
        .scalar_subquery()
    )
    return (
        select(
            *_COUPON, func.coalesce(Product.name, "").label("product"),
            func.coalesce(Segment.name, "").label("segment"), codes.label("codes"),
            func.coalesce(word, "").label("code"),
        )
        .outerjoin(Product, Product.id == Coupon.product_id)
        .outerjoin(Segment, Segment.id == Coupon.segment_id)
        .order_by(Coupon.created_at.desc(), Coupon.id.desc())
        .execution_options(with_deleted=True)
    )  # fmt: skip


def one(coupon_id: int) -> Rows:
    """One coupon as in lists."""
    return listing().where(Coupon.id == coupon_id)


def named(name_key: str) -> Rows:
    """The coupon of this name."""
    return select(Coupon).where(Coupon.name_key == name_key)


def by_code(code_key: str) -> Rows:
    """A code."""
    return select(CouponCode).where(CouponCode.code_key == code_key)


def locked_code(code_key: str) -> Rows:
    """A code, which nobody else redeems until the transaction ends."""
    found = by_code(code_key).with_for_update(key_share=True)
    return found.execution_options(populate_existing=True)


def locked(coupon_id: int) -> Rows:
    """A coupon, which nobody else counts until the transaction ends; after the lock of the code."""
    found = select(Coupon).where(Coupon.id == coupon_id).with_for_update(key_share=True)
    return found.execution_options(populate_existing=True)


def locked_use(use_id: int) -> Rows:
    """A use, which nobody else gives back until the transaction ends."""
    found = select(CouponUse).where(CouponUse.id == use_id).with_for_update(key_share=True)
    return found.execution_options(populate_existing=True)


def count_code(code_id: int) -> Update:
    """One use more of a code that has one left."""
    has_left = or_(CouponCode.use_limit.is_(None), CouponCode.used_count < CouponCode.use_limit)
    return (
        update(CouponCode)
        .where(CouponCode.id == code_id, CouponCode.is_blocked == false(), has_left)
        .values(used_count=CouponCode.used_count + 1)
    )


def count_coupon(coupon_id: int) -> Update:
    """One use more of a coupon that is active and has one left."""
    has_left = or_(Coupon.limit_total.is_(None), Coupon.used_count < Coupon.limit_total)
    return (
        update(Coupon)
        .where(Coupon.id == coupon_id, Coupon.state == "active", has_left)
        .values(used_count=Coupon.used_count + 1)
    )


def uncount_code(code_id: int) -> Update:
    """One use of a code was given back."""
    return (
        update(CouponCode)
        .where(CouponCode.id == code_id, CouponCode.used_count > 0)
        .values(used_count=CouponCode.used_count - 1)
    )


def uncount_coupon(coupon_id: int) -> Update:
    """One use of a coupon was given back."""
    return (
        update(Coupon)
        .where(Coupon.id == coupon_id, Coupon.used_count > 0)
        .values(used_count=Coupon.used_count - 1)
    )


def of_cause(cause: str) -> Rows:
    """What this cause redeemed."""
    return select(CouponUse).where(CouponUse.cause == cause)


def uses(condition: ColumnElement[bool]) -> Rows:
    """Uses with the names of coupon and code, the latest first."""
    return (
        select(*_USE, Coupon.name.label("coupon"), CouponCode.code)
        .join(Coupon, Coupon.id == CouponUse.coupon_id)
        .join(CouponCode, CouponCode.id == CouponUse.code_id)
        .where(condition)
        .order_by(CouponUse.used_at.desc(), CouponUse.id.desc())
    )


def is_use(use_id: int) -> ColumnElement[bool]:
    """The condition that it is this use."""
    return CouponUse.id == use_id


def of_coupon(coupon_id: int) -> ColumnElement[bool]:
    """The condition that uses are of a coupon."""
    return CouponUse.coupon_id == coupon_id


def open_of_order(order_id: int) -> Rows:
    """Uses with an order that were not given back: their ids."""
    return select(CouponUse.id).where(CouponUse.order_id == order_id, CouponUse.cancelled_at.is_(None))


def used_by(coupon_id: int, contact_id: int) -> Rows:
    """How often a contact used a coupon and did not give it back."""
    return select(func.count(CouponUse.id)).where(
        CouponUse.contact_id == contact_id, CouponUse.coupon_id == coupon_id, CouponUse.cancelled_at.is_(None)
    )


def target_of_code(code_id: int) -> Rows:
    """Whom a code is meant for, where it is personal."""
    return select(CouponTarget.contact_id).where(CouponTarget.code_id == code_id)


def is_target(coupon_id: int, contact_id: int) -> Rows:
    """The target of a coupon that a contact is, unless it is held back."""
    return select(CouponTarget.id).where(
        CouponTarget.coupon_id == coupon_id, CouponTarget.contact_id == contact_id,
        CouponTarget.is_held_back == false(),
    )  # fmt: skip


def newcomers(coupon_id: int, wanted: Any) -> Rows:
    """Contacts that a condition means and that are no targets yet: their ids, in order."""
    there = select(CouponTarget.id).where(
        CouponTarget.coupon_id == coupon_id, CouponTarget.contact_id == Contact.id
    )
    return select(Contact.id).where(wanted, ~there.exists()).order_by(Contact.id)


def these(contact_ids: Sequence[int]) -> Any:
    """The condition that a contact is one of these."""
    return Contact.id.in_(contact_ids)


def target_counts(coupon_id: int) -> Rows:
    """How many have a coupon, how many are held back."""
    held = cast(func.coalesce(func.sum(case((CouponTarget.is_held_back, 1), else_=0)), 0), Integer)
    return select(func.count(CouponTarget.id) - held, held).where(CouponTarget.coupon_id == coupon_id)


def codes(coupon_id: int, begins: str = "") -> Rows:
    """Codes of a coupon, with whom they are meant for as far as those are seen; in the order they were made.

    Args:
        begins: how they begin, as they are compared.
    """
    statement = (
        select(
            CouponCode.id, CouponCode.code, CouponCode.use_limit, CouponCode.used_count,
            CouponCode.is_blocked, CouponTarget.contact_id, func.coalesce(Contact.name, "").label("customer"),
        )
        .outerjoin(CouponTarget, CouponTarget.code_id == CouponCode.id)
        .outerjoin(Contact, Contact.id == CouponTarget.contact_id)
        .where(CouponCode.coupon_id == coupon_id)
        .order_by(CouponCode.id)
    )  # fmt: skip
    return statement.where(CouponCode.code_key.startswith(begins, autoescape=True)) if begins else statement


def usable_by(contact_id: int) -> Rows:
    """What a contact could show: its own codes with a use left, and shared words: (coupon, code)."""
    mine = and_(CouponTarget.contact_id == contact_id, CouponTarget.is_held_back == false())
    has_left = or_(CouponCode.use_limit.is_(None), CouponCode.used_count < CouponCode.use_limit)
    own = CouponTarget.code_id == CouponCode.id
    for_me = and_(Coupon.kind == "shared", or_(Coupon.segment_id.is_(None), CouponTarget.id.is_not(None)))
    return (
        select(Coupon.id, CouponCode.code)
        .join(CouponCode, CouponCode.coupon_id == Coupon.id)
        .outerjoin(CouponTarget, and_(CouponTarget.coupon_id == Coupon.id, mine))
        .where(
            Coupon.state == "active", CouponCode.is_blocked == false(), has_left,
            or_(Coupon.limit_total.is_(None), Coupon.used_count < Coupon.limit_total), or_(own, for_me),
        )
        .order_by(Coupon.name_key, CouponCode.id)
    )  # fmt: skip
