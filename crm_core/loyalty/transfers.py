"""Points follow people: when two contacts are merged they are carried over, and back when they are parted."""

from collections.abc import Collection

from crm_core.kernel.work import Work
from crm_core.loyalty import ledger_rules as rules
from crm_core.loyalty import lots, members
from crm_core.loyalty.lots import Posting, Term
from db.models import Activity, Membership, PointEntry
from db.queries import loyalty as sql


def follow_merge(work: Work, merged: Activity) -> None:
    """After a merge of contacts: the points of the one that goes become points of the one that stays."""
    gone: Membership | None = work.scalar(sql.of_contact(merged.facts["with_id"]))
    if gone is None or merged.subject_id is None:
        return
    stays = members.joined(work, merged.subject_id, by="merge")
    gone, stays = _both(work, gone.id, stays.id)
    for one in (gone, stays):
        lots.expire_due(work, one)
    carry(work, gone, stays, f"merge:{merged.facts['merge_id']}")
    gone.merged_into_id, gone.state = stays.id, "merged"


def follow_unmerge(work: Work, parted: Activity) -> None:
    """After contacts were parted: what is left of the points that came with the merge goes back."""
    gone: Membership | None = work.scalar(sql.of_contact(parted.facts["with_id"]))
    if gone is None or gone.merged_into_id is None:
        return
    gone, stays = _both(work, gone.id, gone.merged_into_id)
    gone.merged_into_id, gone.state = None, "active"
    for one in (gone, stays):
        lots.expire_due(work, one)
    merge = f"merge:{parted.facts['merge_id']}"
    brought: PointEntry | None = work.scalar(sql.of_cause(f"{merge}:in"))
    if brought is not None and brought.points > 0:
        roots = frozenset(work.scalars(sql.lots_of_entry(brought.id)))
        carry(work, stays, gone, f"un{merge}", only=roots)


def carry(
    work: Work, giver: Membership, taker: Membership, cause: str, *, only: Collection[int] | None = None
) -> None:
    """Move open lots from one member to another, with their terms; without ``only`` also what is owed.

    Both are locked by the caller. ``only`` names the roots of the lots that move.
    """
    moving = [lot for lot in lots.open_lots(work, giver) if only is None or lot.root_id in only]
    points = sum(lot.remaining for lot in moving)
    if points:
        terms = {row.id: row for row in work.scalars(sql.full_lots([lot.id for lot in moving]))}
        said = ("memberships", taker.id), ("memberships", giver.id)
        out = Posting("transfer", -points, f"{cause}:out", source=said[0][0], source_id=said[0][1])
        lots.take_out(work, giver, out, [(lot, lot.remaining) for lot in moving])
        filled = [
            (
                lot.remaining,
                Term(terms[lot.id].earned_at, lot.available_at, lot.expires_at, lot.root_id),
            )
            for lot in rules.in_order(moving)
        ]
        came = Posting("transfer", points, f"{cause}:in", source=said[1][0], source_id=said[1][1])
        lots.put_in(work, taker, came, filled)
    elif giver.debt and only is None:
        _carry_debt(work, giver, taker, cause)


def _carry_debt(work: Work, giver: Membership, taker: Membership, cause: str) -> None:
    owed, giver.debt = giver.debt, 0
    lots.post(
        work, giver, Posting("transfer", owed, f"{cause}:out", source="memberships", source_id=taker.id)
    )
    taken = rules.take(rules.in_order(lots.open_lots(work, taker)), owed)
    taker.debt += owed - sum(points for _, points in taken)
    new = Posting("transfer", -owed, f"{cause}:in", source="memberships", source_id=giver.id)
    lots.take_out(work, taker, new, taken)
    work.flush()


def _both(work: Work, first_id: int, second_id: int) -> tuple[Membership, Membership]:
    """Lock two members in one order for all, so that two merges never wait for each other."""
    work.flush()
    found = {row.id: row for row in work.scalars(sql.locked([first_id, second_id]))}
    return found[first_id], found[second_id]
