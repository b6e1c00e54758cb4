"""What happened to a member's points, and what all open points are worth."""

from datetime import datetime

from crm_core.kernel.access import Permission
from crm_core.kernel.paging import Page, Paging
from crm_core.kernel.work import Work, use_case
from crm_core.loyalty import ledger_rules as rules
from crm_core.loyalty import members, programme
from crm_core.loyalty.points import GIVEN
from crm_core.loyalty.types import Entry, Liability, Statement
from crm_core.team.company import company
from db.models import Membership
from db.queries import loyalty as sql

MOST_ENTRIES = 1_000
THOUSAND = 1000


@use_case(Permission.LOYALTY_READ, read=True)
def statement(
    work: Work, member: str, since: datetime | None = None, until: datetime | None = None
) -> Statement:
    """The latest thousand entries of a member in a period, the latest first, with what was there before.

    Raises:
        NotFound, Conflict, Invalid: as ``members.resolve``.
    """
    found = members.resolve(work, member)
    mine = sql.of_member(found.id, since, until)
    entries = tuple(work.rows(sql.shown(mine).limit(MOST_ENTRIES), _entry))
    closing = found.balance if until is None else int(work.scalar(sql.balance_at(found.id, until)) or 0)
    opening = closing - sum(entry.points for entry in entries)
    return Statement(members.card(work, found), opening, closing, entries)


@use_case(Permission.LOYALTY_READ, read=True)
def entries(work: Work, membership_id: int, paging: Paging) -> Page[Entry]:
    """One page of a member's entries, the latest first.

    Raises:
        NotFound: no such member within reach.
    """
    found = work.get(Membership, membership_id)
    return work.page(sql.shown(sql.of_member(found.id)), paging, _entry, total=found.entry_count)


@use_case(Permission.LOYALTY_READ, read=True)
def liability(work: Work) -> Liability:
    """What all open points are worth, by the month in which they expire: from the kept totals.

    Points times the value of the programme, rounded down for each month.
    """
    value = programme.current(work).point_value
    months = tuple(
        (None if month == rules.NEVER else month, points, points * value // THOUSAND)
        for month, points in work.tuples(sql.by_month())
    )
    return Liability(
        sum(points for _, points, _ in months), sum(cost for _, _, cost in months), company().currency, months
    )


def _entry(**columns: object) -> Entry:
    cause = str(columns["cause"]).removeprefix(GIVEN)
    return Entry(**{**columns, "cause": cause})  # type: ignore[arg-type]
