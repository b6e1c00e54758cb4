"""Coupons: set up, changed, switched on, paused and ended."""

from typing import Any, Final

from crm_core.kernel.access import Permission
from crm_core.kernel.errors import Conflict, Invalid, NotFound
from crm_core.kernel.values import money
from crm_core.kernel.values.problem import Problem
from crm_core.kernel.values.text import fold
from crm_core.kernel.work import Work, use_case
from crm_core.loyalty import coupon_rules as rules
from crm_core.loyalty.coupon_types import CouponRow, NewCoupon
from crm_core.team.company import company
from db.models import Coupon, CouponCode, Product, Segment
from db.queries import coupons as sql

_SAME: Final = (
    "kind", "effect", "amount", "percent", "product_id", "minimum", "starts_on", "ends_on", "limit_total",
    "limit_per_customer", "segment_id", "holdout_percent",
)  # fmt: skip
_FIXED: Final = (
    "kind", "effect", "amount", "percent", "product_id", "currency", "segment_id", "minimum", "products",
    "categories",
)  # fmt: skip
"""What a coupon that people hold in their hands promises: it is not changed any more."""


@use_case(Permission.LOYALTY_READ, read=True)
def search(work: Work) -> list[CouponRow]:
    """All coupons, the latest first."""
    return work.rows(sql.listing(), _row)


@use_case(Permission.LOYALTY_READ, read=True)
def get(work: Work, coupon_id: int) -> CouponRow:
    """One coupon.

    Raises:
        NotFound: there is none.
    """
    work.flush()
    found = work.first(sql.one(coupon_id), _row)
    if found is None:
        raise NotFound("This coupon does not exist. Choose one of the list.")
    return found


@use_case(Permission.LOYALTY_READ, read=True)
def find(work: Work, name: str) -> CouponRow:
    """The coupon with this name, else with this number.

    Raises:
        NotFound: there is none.
    """
    found: Coupon | None = work.scalar(sql.named(fold(name.strip())))
    if found is not None:
        return get(work, found.id)
    if name.isascii() and name.isdecimal() and len(name) < 10:
        return get(work, int(name))
    raise NotFound(f"There is no coupon “{name}”. Look at the names in the list of coupons.")


@use_case(Permission.LOYALTY_MANAGE)
def create(work: Work, new: NewCoupon) -> int:
    """Set up a coupon as a draft and return its number; a shared one gets its word.

    Raises:
        Invalid: with a hint for each wrong field. Conflict: the name or the word is taken.
    """
    values = _checked(work, new, None)
    row = work.add(
        Coupon(
            state="draft", used_count=0, is_sample=False, created_at=work.now, updated_at=work.now, **values
        )
    )
    work.flush()
    if new.kind == "shared":
        _give_word(work, row, new)
    work.record("coupon.created", row, coupon=row.name)
    return row.id


@use_case(Permission.LOYALTY_MANAGE)
def change(work: Work, coupon_id: int, wanted: NewCoupon, *, version: int | None) -> None:
    """Change a coupon. Once it is no draft, what it promises stays; name, days and limits may change.

    Raises:
        NotFound, Invalid: as ``create``.
        Conflict: it ended, the name is taken, or somebody else changed the coupon since ``version``.
    """
    row: Coupon = work.fresh(Coupon, coupon_id, version)
    if row.state == "ended":
        raise Conflict(f"“{row.name}” ended and stays as it was. Set up a new one.")
    values = _checked(work, wanted, row)
    if row.state != "draft":
        moved = [name for name in _FIXED if getattr(row, name) != values[name]]
        if moved:
            hint = "People hold this coupon already: end it, and set up a new one."
            raise Invalid("Please correct the marked fields.", fields=dict.fromkeys(moved, hint))
    for name, value in values.items():
        setattr(row, name, value)
    changed = work.changes(row)
    if changed["changes"]:
        row.updated_at = work.now
        work.record("coupon.edited", row, coupon=row.name, **changed)


@use_case(Permission.LOYALTY_MANAGE)
def set_state(work: Work, coupon_id: int, state: str) -> None:
    """Switch a coupon on, pause it, or end it for good.

    Raises:
        NotFound: there is none. Invalid: there is no such state. Conflict: the state cannot follow.
    """
    row = work.get(Coupon, coupon_id)
    if state not in rules.STATES:
        hint = f"Choose one of: {', '.join(rules.STATES)}."
        raise Invalid("Please correct the marked fields.", fields={"state": hint})
    if state == row.state:
        return
    if state not in rules.NEXT[row.state]:
        ways = " or ".join(rules.NEXT[row.state]) or "nothing else"
        raise Conflict(f"“{row.name}” is {row.state}: it can become {ways}.")
    row.state, row.updated_at = state, work.now
    work.record(f"coupon.{_PAST[state]}", row, coupon=row.name)


_PAST: Final = {"active": "activated", "paused": "paused", "ended": "ended"}


def _checked(work: Work, new: NewCoupon, row: Coupon | None) -> dict[str, Any]:
    wrong = rules.problems(new, is_stored=row is not None)
    currency = money.parse_currency(new.currency or company().currency)
    if isinstance(currency, Problem):
        wrong["currency"] = currency.message
    if row is not None and row.kind != new.kind:
        wrong["kind"] = "This stays as it is. Set up a new coupon."
    for name, model, key in (
        ("product_id", Product, new.product_id),
        ("segment_id", Segment, new.segment_id),
    ):
        if key is not None and work.session.get(model, key) is None:
            wrong[name] = "This is there no more. Choose another one."
    if wrong:
        raise Invalid("Please correct the marked fields.", fields=wrong)
    name = " ".join(new.name.split())
    same: Coupon | None = work.scalar(sql.named(fold(name)))
    if same is not None and (row is None or same.id != row.id):
        raise Conflict(f"There is a coupon “{same.name}” already. Choose another name.")
    return {field: getattr(new, field) for field in _SAME} | {
        "name": name, "name_key": fold(name), "description": new.description.strip(), "currency": currency,
        "products": sorted(set(new.products)),
        "categories": sorted({word.strip() for word in new.categories}),
    }  # fmt: skip


def _give_word(work: Work, row: Coupon, new: NewCoupon) -> None:
    word = rules.key(new.code)
    if work.scalar(sql.by_code(word)) is not None:
        hint = "Another coupon has this word. Choose another one."
        raise Conflict(hint, fields={"code": hint})
    work.add(
        CouponCode(
            coupon_id=row.id, code=word, code_key=word, use_limit=None, used_count=0, is_blocked=False,
            created_at=work.now,
        )
    )  # fmt: skip


def _row(**columns: Any) -> CouponRow:
    return CouponRow(**columns | {name: tuple(columns[name]) for name in ("products", "categories")})
