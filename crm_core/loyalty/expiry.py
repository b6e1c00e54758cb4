"""Points that nobody spent in time expire: every night, many lots at once."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime
from itertools import groupby
from typing import Any, Final

from crm_core.kernel.access import Permission
from crm_core.kernel.work import Work, use_case
from crm_core.loyalty import ledger_rules as rules
from crm_core.loyalty import totals
from crm_core.loyalty.member_types import Ending
from db.models import Membership, PointEntry, PointUse
from db.queries import loyalty_tiers as sql
from db.queries import members

CHUNK: Final = 5_000
WARNED: Final = 1_000
_ENTRY = (
    "id", "membership_id", "number", "kind", "points", "asked", "balance", "cause", "reason", "source",
    "actor_name", "happened_at", "recorded_at", "digest",
)  # fmt: skip
_MEMBER = ("id", "balance", "expired", "entry_count", "digest", "last_at")


@use_case(Permission.SYSTEM_OPERATE)
def expire_some(work: Work, limit: int = CHUNK) -> int:
    """Post what expired by now, a part of all lots at once; returns how many lots there were."""
    due = work.tuples(sql.due_lots(work.now, limit))
    if not due:
        return 0
    work.expect_many()
    books = {row.id: row for row in work.tuples(sql.locked_ends(sorted({row.membership_id for row in due})))}
    # Only now nobody else spends them: what was left a moment ago may be gone.
    lots = work.tuples(sql.lots_left([row.id for row in due]))
    _post(work, books, lots)
    return len(due)


def about_to_expire(work: Work, since: datetime, until: datetime, after: int = 0) -> list[Ending]:
    """Members whose points expire in a period, with how many and the first moment, some at a time.

    Args:
        since: points that expire at this moment or before are left out.
        until: points that expire after this moment are left out.
        after: the membership behind which to go on; the last one of the part before.
    """
    return work.rows(members.ending(since, until, after, WARNED), Ending)


def _post(work: Work, books: dict[int, Any], lots: Sequence[Any]) -> None:
    grouped = [(key, list(rows)) for key, rows in groupby(lots, key=lambda lot: lot.membership_id)]
    ids = work.reserve(PointEntry, len(grouped)) if grouped else []
    entries, uses, members = [], [], []
    for entry_id, (member_id, mine) in zip(ids, grouped, strict=True):
        book, points = books[member_id], sum(lot.remaining for lot in mine)
        number, balance = book.entry_count + 1, book.balance - points
        cause = f"expire:{member_id}:{number}"
        fields = (number, "expire", -points, -points, balance, cause, "", "", None)
        digest = rules.digest(book.digest, member_id, fields, work.now)
        entries.append(
            (entry_id, member_id, *fields[:6], "", "", work.actor.name, work.now, work.now, digest)
        )
        uses += [(member_id, entry_id, lot.id, lot.remaining) for lot in mine]
        members.append((member_id, balance, book.expired + points, number, digest, work.now))
        emptied: dict[date, int] = defaultdict(int)
        for lot in mine:
            emptied[rules.month_of(lot.expires_at)] -= lot.remaining
        totals.note_expiry(work, member_id, emptied)
        totals.note_posting(work, "expired", member_id, work.now, -points)
    work.insert(PointEntry, _ENTRY, entries)
    work.insert(PointUse, ("membership_id", "entry_id", "lot_id", "points"), uses)
    work.run(sql.empty([lot.id for lot in lots]))
    work.change_many(Membership, _MEMBER, members)
    work.session.expire_all()
