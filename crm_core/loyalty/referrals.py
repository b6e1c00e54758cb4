"""Referrals: who brought whom; both sides are rewarded once, after the friend's first paid order."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final

from crm_core.kernel.access import Permission
from crm_core.kernel.errors import Conflict, NotFound
from crm_core.kernel.paging import Page, Paging
from crm_core.kernel.work import Work, use_case
from crm_core.loyalty import lots, members, points, programme, referral_programme
from crm_core.loyalty import referral_rules as rules
from crm_core.loyalty.lots import Posting
from crm_core.loyalty.referral_types import (
    AMBASSADOR,
    REFUSED,
    REWARDED,
    WAITING,
    Brought,
    Person,
    ReferralProgramme,
    ReferralRow,
)
from crm_core.people import points as people_points
from crm_core.team.company import company
from db.models import Activity, Contact, Membership, Order, Referral, Referrer
from db.queries import loyalty
from db.queries import referrals as sql

CHANNELS: Final = ("link", "till", "page", "api", "shell")
LONGEST_CHAIN: Final = 50


@use_case(Permission.LOYALTY_READ, read=True)
def search(
    work: Work,
    paging: Paging = Paging(),  # noqa: B008 - frozen
    *,
    referrer_id: int | None = None,
    state: str = "",
) -> Page[ReferralRow]:
    """Who brought whom, the latest first; of one referrer, in one state."""
    return work.page(sql.referrals(company().currency, referrer_id, state), paging, ReferralRow)


@use_case(Permission.LOYALTY_READ, read=True)
def totals(work: Work) -> dict[str, tuple[int, int]]:
    """For each state: how many referrals, and what the friends spent so far (company's currency)."""
    return {state: (count, worth) for state, count, worth in work.tuples(sql.sums(company().currency))}


@use_case(Permission.LOYALTY_REDEEM)
def bring(work: Work, code: str, contact_id: int, *, channel: str = "till") -> Brought:
    """Note that a contact came by this code. One who cannot count is noted too, with the reason.

    Raises:
        NotFound: nobody has this code, or there is no such contact within reach.
        Conflict: somebody brought this contact before.
    """
    work.get(Contact, contact_id)
    # Whoever serves a friend need not see the customer who sent them: the code is enough.
    scope = work.session.info["scope"]
    try:
        return _bring(work.as_system(), code, contact_id, channel)
    finally:
        work.flush()
        work.session.info["scope"] = scope


def follow_form(work: Work, submitted: Activity) -> None:
    """After a visitor sent a form that a link led to: who brought the visitor is kept."""
    code = str(submitted.facts.get("referral") or "")
    found = _referrer(work, code) if code else None
    if found is None or submitted.contact_id is None:
        return
    if work.scalar(sql.locked_of_friend(submitted.contact_id)) is None:
        _note(work, found, work.get(Contact, submitted.contact_id), "link")


def reward(work: Work, happened: Activity) -> None:
    """After an order was paid, or came back to life: the referral that waits for it is settled."""
    order = work.get(Order, happened.subject_id or 0, with_deleted=True)
    is_kept = order.status not in ("placed", "cancelled") and order.refunded < order.total
    if order.contact_id is None or order.deleted_at is not None or not is_kept:
        return
    found: Referral | None = work.scalar(sql.locked_of_friend(order.contact_id))
    if found is None or found.state != WAITING:
        return
    referrer = work.get(Referrer, found.referrer_id)
    friend = work.get(Contact, order.contact_id, with_deleted=True)
    found.reason = _refusal(work, referrer, friend, (found.referred_at, order.id))
    found.settled_at = work.now
    if found.reason:
        found.state = REFUSED
        work.record("referral.refused", found, reason=found.reason, referrer_id=referrer.id)
        return
    found.state, found.order_id = REWARDED, order.id
    given = _give(work, found, referrer, happened.id)
    work.record("referral.rewarded", found, referrer_id=referrer.id, order_id=order.id, **given)


def settle(work: Work, happened: Activity) -> None:
    """After the order of a reward came back as a whole, was cancelled or deleted: within the window, the
    points of both sides go back, and the referral waits for the next order.
    """
    order = work.get(Order, happened.subject_id or 0, with_deleted=True)
    found: Referral | None = work.scalar(sql.locked_of_order(order.id))
    if found is None or found.state != REWARDED or found.settled_at is None:
        return
    is_gone = order.status == "cancelled" or order.deleted_at is not None or order.refunded >= order.total
    window = timedelta(days=referral_programme.current(work).window_days)
    if not is_gone or work.now > found.settled_at + window:
        return
    for entry_id in work.scalars(sql.rewards(found.id)):
        points.reverse(work, entry_id, reason=f"Order {order.number} came back")
    found.state, found.order_id, found.settled_at = WAITING, None, None
    found.reason = f"Order {order.number} came back."
    work.record("referral.taken_back", found, order_id=order.id)


def _bring(work: Work, code: str, contact_id: int, channel: str) -> Brought:
    referrer = _referrer(work, code)
    if referrer is None:
        raise NotFound(f"Nobody recommends us with the code “{code.strip()[: rules.LONGEST_CODE]}”.")
    friend = work.get(Contact, contact_id)
    before: Referral | None = work.scalar(sql.locked_of_friend(contact_id))
    if before is not None and before.state != REFUSED:
        raise Conflict(f"{friend.name} was brought by somebody already. The first one counts.")
    if before is not None:
        work.delete(before)
        work.flush()
    return _note(work, referrer, friend, channel)


def _note(work: Work, referrer: Referrer, friend: Contact, channel: str) -> Brought:
    reason = _refusal(work, referrer, friend, (work.now, None))
    state = REFUSED if reason else WAITING
    row = work.add(
        Referral(
            contact_id=friend.id, referrer_id=referrer.id, state=state, channel=channel[:40], reason=reason,
            referred_at=work.now, settled_at=work.now if reason else None,
        )
    )  # fmt: skip
    facts = {"referrer_id": referrer.id, "code": referrer.code, "reason": reason}
    work.record("referral.refused" if reason else "referral.made", row, **facts)
    return Brought(row.id, friend.id, state, reason)


def _referrer(work: Work, code: str) -> Referrer | None:
    found: Referrer | None = work.scalar(sql.by_code(rules.code_key(code)))
    return found if found is not None and found.state == "active" else None


def _refusal(work: Work, referrer: Referrer, friend: Contact, since: tuple[datetime, int | None]) -> str:
    """Why a friend does not count; ``since`` is when it was brought, and the order that does not matter."""
    bringer = work.get(Contact, referrer.contact_id, with_deleted=True)
    has_bought = work.scalar(sql.paid_orders(friend.id, *since)) is not None
    above = set(_above(work, bringer.id))
    return rules.refusal(_person(work, bringer), _person(work, friend), above, has_bought=has_bought)


def _above(work: Work, contact_id: int) -> Iterator[int]:
    """Who brought somebody, who brought that one, and so on."""
    seen = {contact_id}
    while len(seen) < LONGEST_CHAIN:
        found: int | None = work.scalar(sql.brought_by(contact_id))
        if found is None or found in seen:
            return
        yield found
        seen.add(found)
        contact_id = found


def _person(work: Work, contact: Contact) -> Person:
    ways = {
        (kind, rules.same_mailbox(value) if kind == "email" else people_points.key(kind, value))
        for kind, value in work.tuples(sql.ways_to(contact.id))
    }
    place = rules.place(contact.street, contact.postal_code, contact.city)
    return Person(contact.id, contact.account_id, place, frozenset(ways))


def _give(work: Work, found: Referral, referrer: Referrer, activity_id: int) -> dict[str, int]:
    """Post what both sides get; an advocate is never paid, and who was deleted gets nothing."""
    settings = referral_programme.current(work)
    sides = [("friend", found.contact_id, _agreed(referrer.points_friend, settings.points_friend))]
    if referrer.kind == AMBASSADOR:
        sides.append(("referrer", referrer.contact_id, _for_referrer(referrer, settings)))
    given: dict[str, int] = {}
    for side, contact_id, amount in sorted(sides, key=lambda one: one[1]):
        taker = _taker(work, contact_id) if amount > 0 else None
        if taker is None:
            continue
        member = lots.lock(work, taker.id)
        reason = "Brought a friend" if side == "referrer" else "Came on recommendation"
        cause = f"referral:{found.id}:{activity_id}:{side}"
        new = Posting("earn", amount, cause, reason, "referrals", found.id)
        kept = programme.current(work)
        term = points.usual_term(work, kept.pending_days, kept.expires_after_days)
        points.posted(work, member, lots.put_in(work, member, new, [(amount, term)]))
        given[f"points_{side}"] = amount
    return given


def _taker(work: Work, contact_id: int) -> Membership | None:
    """Who gets points for a contact: its membership, made when there is none; None for the deleted."""
    known: Membership | None = work.scalar(loyalty.of_contact(contact_id))
    owner = work.get(
        Contact, members.holder(work, known).contact_id if known else contact_id, with_deleted=True
    )
    return None if owner.deleted_at is not None else members.joined(work, owner.id, by="referral")


def _for_referrer(referrer: Referrer, settings: ReferralProgramme) -> int:
    return _agreed(referrer.points_referrer, settings.points_referrer)


def _agreed(own: int | None, usual: int) -> int:
    return usual if own is None else own
