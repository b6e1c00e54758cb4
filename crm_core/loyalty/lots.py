"""How points move: every posting appends one entry, fills or empties lots, and goes on with the chain.

Whoever posts holds the lock of the member until the transaction ends, so that two tills cannot spend the
same points.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from crm_core.kernel.errors import Conflict, NotFound
from crm_core.kernel.work import Work
from crm_core.loyalty import ledger_rules as rules
from crm_core.loyalty import totals
from crm_core.loyalty.ledger_rules import Taken
from crm_core.loyalty.types import OpenLot
from db.models import Membership, PointEntry, PointLot, PointUse
from db.queries import loyalty as sql


@dataclass(frozen=True)
class Posting:
    """An entry to be. ``asked`` None means the same as ``points``, ``happened_at`` None means now."""

    kind: str
    points: int
    cause: str
    reason: str = ""
    source: str = ""
    source_id: int | None = None
    asked: int | None = None
    rule_id: int | None = None
    reverses: PointEntry | None = None
    happened_at: datetime | None = None


@dataclass(frozen=True)
class Term:
    """When points of a lot were earned, can be spent from, and expire."""

    earned_at: datetime
    available_at: datetime
    expires_at: datetime | None
    root_id: int | None = None


def lock(work: Work, membership_id: int) -> Membership:
    """The member, with nobody else posting to it until the transaction ends.

    Raises:
        NotFound: there is none, or none that this person may see.
    """
    work.flush()
    found: Membership | None = work.scalar(sql.locked([membership_id]))
    if found is None:
        raise NotFound("This membership does not exist, or it is not yours to see.")
    return found


def open_lots(work: Work, member: Membership) -> list[OpenLot]:
    """Lots of a member that still hold points."""
    work.flush()
    return work.rows(sql.open_lots(member.id), OpenLot)


def post(work: Work, member: Membership, new: Posting) -> PointEntry:
    """Append an entry, and keep what the member's entries add up to."""
    member.entry_count += 1
    member.balance += new.points
    member.last_at = work.now
    happened_at = new.happened_at or work.now
    way = rules.way_of(new.kind, new.reverses.kind if new.reverses else None)
    if way == "spent":
        member.redeemed -= new.points
    elif way == "expired":
        member.expired -= new.points
    elif way == "given":
        member.earned += new.points
    totals.note_posting(work, way, member.id, happened_at, new.points)
    if new.kind in sql.MOVING:
        member.active_at = max(member.active_at or happened_at, happened_at)
    asked = new.points if new.asked is None else new.asked
    fields = (
        member.entry_count, new.kind, new.points, asked, member.balance, new.cause, new.reason, new.source,
        new.source_id,
    )  # fmt: skip
    member.digest = rules.digest(member.digest, member.id, fields, happened_at)
    return work.add(
        PointEntry(
            membership_id=member.id, number=member.entry_count, kind=new.kind, points=new.points, asked=asked,
            balance=member.balance, cause=new.cause, reason=new.reason, source=new.source,
            source_id=new.source_id, reverses_id=new.reverses.id if new.reverses else None,
            rule_id=new.rule_id, actor_id=work.actor.id, actor_name=work.actor.name, happened_at=happened_at,
            recorded_at=work.now, digest=member.digest,
        )
    )  # fmt: skip


def put_in(work: Work, member: Membership, new: Posting, terms: Sequence[tuple[int, Term]]) -> PointEntry:
    """Post points that come in, with a lot for each of ``terms``; what is owed is paid out of them."""
    entry = post(work, member, new)
    work.flush()
    filled: dict[date, int] = defaultdict(int)
    for points, term in terms:
        work.add(
            PointLot(
                membership_id=member.id, entry_id=entry.id, root_id=term.root_id, points=points,
                remaining=points, earned_at=term.earned_at, available_at=term.available_at,
                expires_at=term.expires_at,
            )
        )  # fmt: skip
        filled[rules.month_of(term.expires_at)] += points
    totals.note_expiry(work, member.id, filled)
    settle(work, member, entry)
    return entry


def take_out(work: Work, member: Membership, new: Posting, taken: Sequence[Taken]) -> PointEntry:
    """Post points that go, out of these lots."""
    entry = post(work, member, new)
    work.flush()
    withdraw(work, member, entry, taken)
    return entry


def give_back(work: Work, member: Membership, new: Posting, uses: Sequence[tuple[int, int]]) -> PointEntry:
    """Post points that return to the lots they were taken from: (lot, points)."""
    entry = post(work, member, new)
    work.flush()
    expiry = {row.id: row.expires_at for row in work.scalars(sql.full_lots([lot_id for lot_id, _ in uses]))}
    returned: dict[date, int] = defaultdict(int)
    for lot_id, points in uses:
        _move(work, member, entry, lot_id, -points)
        returned[rules.month_of(expiry[lot_id])] += points
    totals.note_expiry(work, member.id, returned)
    settle(work, member, entry)
    return entry


def settle(work: Work, member: Membership, entry: PointEntry) -> None:
    """Pay what a member owes out of what it has: afterwards there is no debt, or nothing left."""
    if not member.debt:
        return
    taken = rules.take(rules.in_order(open_lots(work, member)), member.debt)
    member.debt -= sum(points for _, points in taken)
    withdraw(work, member, entry, taken)


def withdraw(work: Work, member: Membership, entry: PointEntry, taken: Sequence[Taken]) -> None:
    """Take points out of lots on behalf of an entry."""
    emptied: dict[date, int] = defaultdict(int)
    for lot, points in taken:
        _move(work, member, entry, lot.id, points)
        emptied[rules.month_of(lot.expires_at)] -= points
    totals.note_expiry(work, member.id, emptied)


def expire_due(work: Work, member: Membership) -> list[OpenLot]:
    """Post what expired by now, so that it is neither shown nor spent; returns the lots that are left."""
    there = open_lots(work, member)
    due = [lot for lot in there if (lot.expires_at or rules.LATEST) <= work.now]
    if not due:
        return there
    points = sum(lot.remaining for lot in due)
    new = Posting("expire", -points, f"expire:{member.id}:{member.entry_count + 1}")
    take_out(work, member, new, [(lot, lot.remaining) for lot in due])
    return [lot for lot in there if (lot.expires_at or rules.LATEST) > work.now]


def claw_back(work: Work, member: Membership, new: Posting, most_debt: int) -> PointEntry:
    """Post ``-new.asked`` points of the entry that it reverses: they are taken back, also when spent.

    First from the lots that the entry filled, wherever a merge carried them, then from others. What is
    missing is owed up to ``most_debt``, and forgiven beyond. Points of the entry that expired unused did
    nobody any good: they are not asked for a second time.
    """
    there = expire_due(work, member)
    roots, wanted = _claim(work, new)
    taken = rules.take(rules.in_order(there, roots), wanted)
    points = sum(part for _, part in taken)
    owed = min(wanted - points, max(most_debt - member.debt, 0))
    member.debt += owed
    return take_out(work, member, replace(new, points=-(points + owed)), taken)


def _claim(work: Work, new: Posting) -> tuple[frozenset[int], int]:
    """The roots of the lots that a posting takes back, and how much of it can be asked for."""
    wanted = -(new.points if new.asked is None else new.asked)
    if new.reverses is None:
        return frozenset(), wanted
    roots = frozenset(work.scalars(sql.lots_of_entry(new.reverses.id)))
    gone = int(work.scalar(sql.expired_of(roots)) or 0) if roots else 0
    before = int(work.scalar(sql.clawed_back(new.reverses.id)) or 0)
    return roots, min(wanted, max(new.reverses.points - gone + before, 0))


def _move(work: Work, member: Membership, entry: PointEntry, lot_id: int, points: int) -> None:
    if work.run(sql.lower(lot_id, points)) != 1:
        raise Conflict("These points were used meanwhile. Look at the balance and try again.")
    work.add(PointUse(membership_id=member.id, entry_id=entry.id, lot_id=lot_id, points=points))
