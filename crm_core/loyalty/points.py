"""Points of a member: earn, redeem, adjust, give, reverse. Each cause posts once, nothing is ever changed."""

from dataclasses import dataclass
from datetime import datetime

from crm_core.kernel.access import Permission
from crm_core.kernel.errors import Conflict, Invalid
from crm_core.kernel.work import Work, use_case
from crm_core.loyalty import ledger_rules as rules
from crm_core.loyalty import lots, members, programme
from crm_core.loyalty.lots import Posting, Term
from crm_core.loyalty.types import Entry, MemberCard, Posted
from db.models import Membership, PointEntry
from db.queries import loyalty as sql

LONGEST_CAUSE = 180
LONGEST_REASON = 300
GIVEN = "given:"
_SHOWN = (
    "id number kind points asked balance cause reason source source_id rule_id reverses_id actor_name "
    "happened_at"
).split()


class NotEnoughPoints(Conflict):
    """The member has fewer points to spend than are asked for."""


@dataclass(frozen=True)
class Why:
    """What brings a posting.

    ``cause`` is a word of the caller that posts once, such as the number of a receipt; ``reason`` is for
    people; ``source`` and ``source_id`` name the record behind it, as in ``orders`` and 17.
    """

    cause: str
    reason: str = ""
    source: str = ""
    source_id: int | None = None


@use_case(Permission.LOYALTY_ADJUST)
def earn(work: Work, member: str, points: int, why: Why, *, expires_at: datetime | None = None) -> Posted:
    """Give points for something that a member did; a contact that takes no part yet is enrolled by it.

    Args:
        member: card number, e-mail address, phone number, or number of the contact.
        expires_at: when they expire; None means after the usual time of the programme.

    Raises:
        NotFound, Conflict, Invalid: as ``members.resolve``; the number or the cause is wrong, or the cause
            posted something else before.
    """
    return _incoming(work, member, points, why, ("earn", expires_at))


@use_case(Permission.LOYALTY_ADJUST)
def gift(work: Work, member: str, points: int, why: Why) -> Posted:
    """Give points for nothing, as a gesture; a reason is asked for.

    Raises:
        NotFound, Conflict, Invalid: as ``earn``.
    """
    _require_reason(why)
    return _incoming(work, member, points, why, ("gift", None))


@use_case(Permission.LOYALTY_REDEEM)
def redeem(work: Work, member: str, points: int, why: Why) -> Posted:
    """Spend points, those that expire first before others.

    Raises:
        NotEnoughPoints: with what can be spent now.
        NotFound, Conflict, Invalid: as ``earn``.
    """
    found = _member(work, member, points, why)
    if before := repeated(work, found, ("redeem", -points), cause_of(why)):
        return before
    return posted(work, found, spend(work, found, points, posting_of("redeem", -points, why)))


@use_case(Permission.LOYALTY_ADJUST)
def adjust(work: Work, member: str, points: int, why: Why) -> Posted:
    """Correct a balance by hand, up or (below nought) down; a reason is asked for.

    Raises:
        NotEnoughPoints: it would fall below zero.
        NotFound, Conflict, Invalid: as ``earn``.
    """
    _require_reason(why)
    if points > 0:
        return _incoming(work, member, points, why, ("adjust", None))
    found = _member(work, member, -points, why)
    if before := repeated(work, found, ("adjust", points), cause_of(why)):
        return before
    there = rules.in_order(lots.expire_due(work, found))
    _enough(work, found, sum(lot.remaining for lot in there), -points)
    entry = lots.take_out(work, found, posting_of("adjust", points, why), rules.take(there, -points))
    return posted(work, found, entry)


@use_case(Permission.LOYALTY_ADJUST)
def reverse(work: Work, entry_id: int, *, reason: str = "") -> Posted:
    """Take an entry back by another one: points that were spent return to their lots, others are taken back.

    Raises:
        NotFound: no such entry within reach.
        Conflict: it cannot be taken back, or nothing of it is left.
    """
    entry = work.get(PointEntry, entry_id)
    member = lots.lock(work, members.holder(work, work.get(Membership, entry.membership_id)).id)
    cause = f"reverse:{entry.id}"
    first: PointEntry | None = work.scalar(sql.of_cause(cause))
    if first is not None:
        return Posted(shown(first), members.card(work, member), is_new=False)
    if entry.kind in ("expire", "reverse", "transfer"):
        raise Conflict(f"An entry of the kind “{entry.kind}” is not taken back. Adjust the balance instead.")
    if entry.points < 0:
        return posted(work, *restore(work, entry, cause, reason))
    due = entry.points + int(work.scalar(sql.clawed_back(entry.id)) or 0)
    if due <= 0:
        raise Conflict("These points were taken back already.")
    new = Posting("reverse", -due, cause, reason, entry.source, entry.source_id, -due, entry.rule_id, entry)
    return posted(work, member, lots.claw_back(work, member, new, programme.current(work).most_debt))


@use_case(Permission.LOYALTY_READ, read=True)
def balance(work: Work, member: str) -> MemberCard:
    """What a member has.

    Raises:
        NotFound, Conflict, Invalid: as ``members.resolve``.
    """
    return members.card(work, members.resolve(work, member))


def spend(work: Work, member: Membership, points: int, new: Posting) -> PointEntry:
    """Take points that can be spent now; the caller holds the lock of the member (``lots.lock``).

    Raises:
        NotEnoughPoints: with what can be spent now.
    """
    there = rules.in_order(rules.spendable(lots.expire_due(work, member), work.now))
    _enough(work, member, sum(lot.remaining for lot in there), points)
    return lots.take_out(work, member, new, rules.take(there, points))


def restore(work: Work, entry: PointEntry, cause: str, reason: str = "") -> tuple[Membership, PointEntry]:
    """Give spent points back to the lots they came from; a merged member's go on to who holds its points."""
    from crm_core.loyalty import transfers

    member = lots.lock(work, entry.membership_id)
    uses = [(lot_id, taken) for lot_id, taken in work.tuples(sql.uses_of(entry.id)) if taken > 0]
    points = sum(taken for _, taken in uses)
    new = Posting("reverse", points, cause, reason, entry.source, entry.source_id, reverses=entry)
    returned = lots.give_back(work, member, new, uses)
    if member.merged_into_id is None:
        lots.expire_due(work, member)
        return member, returned
    found = lots.lock(work, members.holder(work, member).id)
    transfers.carry(work, member, found, f"forward:{returned.id}")
    return found, returned


def repeated(work: Work, member: Membership, said: tuple[str, int], cause: str) -> Posted | None:
    """What this cause posted before, when it was the same; None when it posted nothing yet.

    Raises:
        Conflict: it posted something else.
    """
    first: PointEntry | None = work.scalar(sql.of_cause(cause))
    if first is None:
        return None
    theirs = members.holder(work, work.get(Membership, first.membership_id))
    if (theirs.id, first.kind, first.asked) != (member.id, *said):
        plain = cause.removeprefix(GIVEN)
        raise Conflict(
            f"The cause “{plain}” posted {first.points:+,} points ({first.kind}) before. "
            "Use another cause for another posting."
        )
    return Posted(shown(first), members.card(work, member), is_new=False)


def posted(work: Work, member: Membership, entry: PointEntry) -> Posted:
    """Leave the trace of a posting, and say what it came to."""
    work.record(
        f"points.{_PAST[entry.kind]}", member, points=entry.points, balance=member.balance,
        cause=entry.cause.removeprefix(GIVEN), reason=entry.reason, entry_id=entry.id,
    )  # fmt: skip
    return Posted(shown(entry), members.card(work, member))


def shown(entry: PointEntry) -> Entry:
    """An entry as it leaves this area."""
    values = {name: getattr(entry, name) for name in _SHOWN}
    return Entry(**{**values, "cause": entry.cause.removeprefix(GIVEN)})


def posting_of(kind: str, points: int, why: Why) -> Posting:
    """The posting of a caller's act."""
    return Posting(kind, points, cause_of(why), why.reason.strip(), why.source, why.source_id)


def cause_of(why: Why) -> str:
    """A caller's cause as it is kept: apart from those that the ledger makes itself."""
    return f"{GIVEN}{why.cause.strip()}"


def usual_term(work: Work, pending_days: int, expires_after_days: int) -> Term:
    """When points that are earned now can be spent, and until when."""
    available_at = rules.expiry(work.now, pending_days) or work.now
    return Term(work.now, available_at, rules.expiry(work.now, expires_after_days))


_PAST = {
    "earn": "earned",
    "gift": "given",
    "redeem": "redeemed",
    "adjust": "adjusted",
    "reverse": "reversed",
    "expire": "expired",
    "transfer": "transferred",
}


def _incoming(work: Work, member: str, points: int, why: Why, how: tuple[str, datetime | None]) -> Posted:
    kind, expires_at = how
    found = _member(work, member, points, why, enrols=True)
    if before := repeated(work, found, (kind, points), cause_of(why)):
        return before
    if expires_at is not None and expires_at <= work.now:
        raise Invalid("Please correct the marked fields.", fields={"expires_at": "This day is over."})
    lots.expire_due(work, found)
    term = usual_term(work, 0, programme.current(work).expires_after_days)
    if expires_at is not None:
        term = Term(work.now, work.now, expires_at)
    return posted(work, found, lots.put_in(work, found, posting_of(kind, points, why), [(points, term)]))


def _member(work: Work, member: str, points: int, why: Why, *, enrols: bool = False) -> Membership:
    wrong: dict[str, str] = {}
    if not 0 < points <= rules.LARGEST:
        wrong["points"] = "Give a whole number of points above zero."
    if not 0 < len(why.cause.strip()) <= LONGEST_CAUSE:
        hint = "Say what brings this posting, such as the number of the receipt: it posts once"
        wrong["cause"] = f"{hint} (at most {LONGEST_CAUSE} characters)."
    if len(why.reason) > LONGEST_REASON:
        wrong["reason"] = f"Use at most {LONGEST_REASON} characters."
    if wrong:
        raise Invalid("Please correct the marked fields.", fields=wrong)
    return lots.lock(work, members.resolve(work, member, enrols=enrols).id)


def _require_reason(why: Why) -> None:
    if not why.reason.strip():
        hint = "Say why: it stays with the entry."
        raise Invalid("Please correct the marked fields.", fields={"reason": hint})


def _enough(work: Work, member: Membership, there: int, wanted: int) -> None:
    if there >= wanted:
        return
    card = members.card(work, member)
    waiting = f" {card.pending:,} more wait until orders can no longer come back." if card.pending else ""
    raise NotEnoughPoints(f"{card.name} has {there:,} points to spend, not {wanted:,}.{waiting}")
