"""Codes of coupons: drawn in bulk, given to the people of a segment, blocked, handed out as a file."""

import csv
from collections.abc import Sequence
from io import StringIO
from typing import Any

from crm_core.kernel.access import Permission
from crm_core.kernel.errors import Conflict, Invalid, NotFound
from crm_core.kernel.paging import Page, Paging
from crm_core.kernel.work import Work, use_case
from crm_core.loyalty import coupon_rules as rules
from crm_core.loyalty import coupon_setup
from crm_core.loyalty.coupon_types import CodeRow, CouponRow, Drawn
from crm_core.marketing import segments
from crm_core.marketing.holdout import is_held
from db.models import Coupon, CouponCode, CouponTarget
from db.queries import coupons as sql

MOST_CODES = 100_000
_CODE = ("id", "coupon_id", "code", "code_key", "use_limit", "used_count", "is_blocked", "created_at")
_TARGET = ("coupon_id", "contact_id", "code_id", "is_held_back", "chosen_at")


@use_case(Permission.LOYALTY_MANAGE)
def generate(work: Work, coupon_id: int, count: int, *, use_limit: int = 1) -> int:
    """Draw so many codes that nobody can guess; returns how many there are of the coupon now.

    Args:
        count: at most 100,000 at once.
        use_limit: how often each of them works.

    Raises:
        NotFound: there is no such coupon. Invalid: the numbers are wrong.
        Conflict: the coupon has one word for all, or it ended.
    """
    coupon = _single(work, coupon_id)
    wrong = {} if 1 <= count <= MOST_CODES else {"count": f"Give a number from 1 to {MOST_CODES:,}."}
    if not 1 <= use_limit <= rules.LARGEST_COUNT:
        wrong["use_limit"] = "Give a number above zero."
    if wrong:
        raise Invalid("Please correct the marked fields.", fields=wrong)
    _store(work, coupon, count, use_limit)
    work.record("coupon.codes_made", coupon, coupon=coupon.name, count=count)
    return coupon_setup.get(work, coupon_id).codes


@use_case(Permission.LOYALTY_MANAGE)
def draw_targets(work: Work, coupon_id: int) -> Drawn:
    """Give the coupon to everybody who is in its segment now and has it not yet; single ones get own codes.

    Of each hundred, so many as the coupon says are held back to compare with: the same people whenever it
    is drawn.

    Raises:
        NotFound: there is no such coupon. Invalid: it has no segment. Conflict: it ended.
    """
    coupon = _open(work, coupon_id)
    if coupon.segment_id is None:
        hint = "Choose a segment first: it says who gets the coupon."
        raise Invalid(hint, fields={"segment_id": hint})
    wanted = segments.condition(work, coupon.segment_id)
    people: Sequence[int] = work.scalars(sql.newcomers(coupon_id, wanted).limit(MOST_CODES))
    held = {one for one in people if is_held(f"coupon:{coupon_id}", one, coupon.holdout_percent * 100)}
    chosen = [one for one in people if one not in held]
    rows = _targets(work, coupon, chosen)
    rows += [(coupon_id, one, None, True, work.now) for one in sorted(held)]
    if rows:
        work.insert(CouponTarget, _TARGET, rows)
        work.record("coupon.targets_drawn", coupon, coupon=coupon.name, count=len(rows))
    [(have, held_back)] = work.tuples(sql.target_counts(coupon_id))
    return Drawn(have, held_back, len(rows))


def give(work: Work, coupon_id: int, contact_ids: Sequence[int]) -> int:
    """Give the coupon to those of these contacts who have it not yet; returns how many that were.

    Single ones get codes of their own. Who was held back to compare with stays without.

    Raises:
        NotFound: there is no such coupon. Conflict: it ended.
    """
    coupon = _open(work, coupon_id)
    people: Sequence[int] = work.scalars(sql.newcomers(coupon_id, sql.these(contact_ids)))
    rows = _targets(work, coupon, people)
    if rows:
        work.insert(CouponTarget, _TARGET, rows)
        work.record("coupon.targets_drawn", coupon, coupon=coupon.name, count=len(rows))
    return len(rows)


@use_case(Permission.LOYALTY_MANAGE, read=True)
def search(work: Work, coupon_id: int, begins: str = "", paging: Paging | None = None) -> Page[CodeRow]:
    """Codes of a coupon in the order they were drawn, or those that begin so; and whom they are for."""
    return work.page(sql.codes(coupon_id, rules.key(begins)), paging or Paging(), CodeRow)


@use_case(Permission.LOYALTY_MANAGE, read=True)
def find(work: Work, code: str) -> tuple[CouponRow, CodeRow]:
    """A code with its coupon: for whoever helps a customer whose code does not work.

    Raises:
        NotFound: there is no such code.
    """
    row: CouponCode | None = work.scalar(sql.by_code(rules.key(code)))
    if row is None:
        raise NotFound("No coupon has this code. Compare it letter by letter.")
    [found] = work.rows(sql.codes(row.coupon_id, row.code_key).limit(1), CodeRow)
    return coupon_setup.get(work, row.coupon_id), found


@use_case(Permission.LOYALTY_MANAGE)
def block(work: Work, code_id: int, *, is_blocked: bool) -> None:
    """Make that a code works no more, as when it was published by mistake; or again.

    Raises:
        NotFound: there is no such code.
    """
    row = work.get(CouponCode, code_id)
    if row.is_blocked != is_blocked:
        row.is_blocked = is_blocked
        coupon = work.get(Coupon, row.coupon_id)
        happened = "coupon.code_blocked" if is_blocked else "coupon.code_opened"
        work.record(happened, coupon, coupon=coupon.name, code_id=code_id)


@use_case(Permission.LOYALTY_MANAGE)
def export(work: Work, coupon_id: int) -> bytes:
    """All codes of a coupon as a CSV file (UTF-8), with the numbers of the contacts they are meant for.

    Raises:
        NotFound: there is no such coupon.
    """
    coupon = work.get(Coupon, coupon_id)
    text = StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(("code", "uses", "use_limit", "is_blocked", "contact_id"))
    rows = work.rows(sql.codes(coupon_id), CodeRow)
    writer.writerows(
        (one.code, one.used_count, one.use_limit, "yes" if one.is_blocked else "no", one.contact_id)
        for one in rows
    )
    work.record("coupon.codes_exported", coupon, coupon=coupon.name, count=len(rows))
    return text.getvalue().encode()


def _open(work: Work, coupon_id: int) -> Coupon:
    coupon = work.get(Coupon, coupon_id)
    if coupon.state == "ended":
        raise Conflict(f"“{coupon.name}” ended. Set up a new coupon.")
    return coupon


def _single(work: Work, coupon_id: int) -> Coupon:
    coupon = _open(work, coupon_id)
    if coupon.kind != "single":
        raise Conflict(f"“{coupon.name}” has one word for all. Set up a coupon with single codes instead.")
    return coupon


def _targets(work: Work, coupon: Coupon, chosen: Sequence[int]) -> list[tuple[Any, ...]]:
    """Rows of those who get it, each with a code where everybody has an own one."""
    codes: Sequence[int | None] = [None] * len(chosen)
    if coupon.kind == "single" and chosen:
        codes = _store(work, coupon, len(chosen), 1)
    return [(coupon.id, one, code, False, work.now) for one, code in zip(chosen, codes, strict=True)]


def _store(work: Work, coupon: Coupon, count: int, use_limit: int) -> Sequence[int]:
    """Draw codes and store them; returns their ids."""
    work.flush()
    ids = work.reserve(CouponCode, count)
    drawn = zip(ids, rules.draw_codes(count), strict=True)
    rows = ((key, coupon.id, rules.written(code), code, use_limit, 0, False, work.now) for key, code in drawn)
    work.insert(CouponCode, _CODE, rows)
    return ids
