"""The doors to codes of coupons, where guessing is slowed down: some wrong codes, then a quarter of an hour.

Counted in the database, so that neither a restart nor a second machine begins anew.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Final

from crm_core.commerce.types import NewOrder
from crm_core.kernel.access import Actor, Permission
from crm_core.kernel.errors import NotAllowed
from crm_core.kernel.work import Work, use_case
from crm_core.loyalty import coupon_orders, coupons
from crm_core.loyalty.coupon_checks import CodeRefused
from crm_core.loyalty.coupon_types import Basket, Check, Use
from db.models import SignInAttempt
from db.queries import sign_ins as sql

WINDOW: Final = timedelta(minutes=15)
MOST_WRONG: Final = 30


class TooManyGuesses(NotAllowed):
    """Somebody tried too many codes that do not work."""

    http_status = 429


def check(who: Actor, code: str, basket: Basket, *, contact_id: int | None = None) -> Check:
    """As ``coupons.check``.

    Raises:
        TooManyGuesses: too many codes did not work lately. Others: as ``coupons.check``.
    """
    with slowed(who):
        found = coupons.check(who, code, basket, contact_id=contact_id)
    if not found.is_known:
        _note(who)
    return found


def redeem(who: Actor, code: str, basket: Basket, cause: str, *, contact_id: int | None = None) -> Use:
    """As ``coupons.redeem``.

    Raises:
        TooManyGuesses: too many codes did not work lately. Others: as ``coupons.redeem``.
    """
    with slowed(who):
        return coupons.redeem(who, code, basket, cause, contact_id=contact_id)


def order(who: Actor, new: NewOrder) -> int:
    """As ``coupon_orders.create``.

    Raises:
        TooManyGuesses: too many codes did not work lately. Others: as ``coupon_orders.create``.
    """
    if not new.coupon.strip():
        return coupon_orders.create(who, new)
    who.require(Permission.LOYALTY_REDEEM)
    with slowed(who):
        return coupon_orders.create(who, new)


@contextmanager
def slowed(who: Actor) -> Iterator[None]:
    """Around whatever asks for one code: refuse whoever guessed too often, and remember a wrong one.

    Raises:
        TooManyGuesses: too many codes did not work lately.
    """
    if _wrong_lately(who) >= MOST_WRONG:
        raise TooManyGuesses("Too many codes did not work. Try again in 15 minutes.")
    try:
        yield
    except CodeRefused:
        _note(who)
        raise


@use_case(Permission.LOYALTY_REDEEM, read=True)
def _wrong_lately(work: Work) -> int:
    """How many codes of this person did not work within the last minutes; the shell is not counted."""
    if work.actor.id is None:
        return 0
    counted = work.tuples(sql.attempts([_key(work.actor)], work.now - WINDOW))
    return sum(count for _, count in counted)


@use_case(Permission.LOYALTY_REDEEM)
def _note(work: Work) -> None:
    """Write down that a code did not work."""
    if work.actor.id is not None:
        work.add(SignInAttempt(key=_key(work.actor), attempted_at=work.now))
        work.run(sql.old_attempts(work.now - WINDOW))


def _key(who: Actor) -> str:
    return f"coupon:{who.id}"
