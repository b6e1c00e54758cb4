"""Deals: create, change, move, win, lose, read. Values go by the import field names."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from crm_core.kernel.access import Permission
from crm_core.kernel.errors import Conflict, Invalid
from crm_core.kernel.paging import Page
from crm_core.kernel.values.text import clean
from crm_core.kernel.work import Work, use_case
from crm_core.people import owners
from crm_core.people.types import BulkDone, Undone
from crm_core.people.validation import same
from crm_core.sales import (
    deal_lists,
    deal_records,
    deal_states,
    deal_values,
    deals_bulk,
    pipelines,
    ranks,
    rules,
    stages,
)
from crm_core.sales.types import Board, ChosenDeals, Cursor, DealDetail, DealQuery, DealRow, StageStay, Sums
from db.models import Deal
from db.queries import deal_list as list_sql

ALL_CAP = 200_000
SORTS = tuple(list_sql.SORTS)


@use_case(Permission.DEALS_EDIT)
def create(work: Work, values: Mapping[str, Any]) -> int:
    """Store a new deal and return its number.

    Args:
        values: texts or typed values by field name: ``deal``, ``amount``, ``currency``, ``close_date``,
            ``contact_id`` or ``contact_email``, ``account_id`` or ``company``, ``owner``, …; ``pipeline`` and
            ``stage`` by name, or ``stage_id``; ``created_at`` for a past.

    Raises:
        Invalid: with a hint for every wrong field, and for what the stage asks for.
        NotAllowed: the owner is not this person's to choose.
    """
    given = dict(values)
    stage_id = given.pop("stage_id", None)
    typed = deal_values.read_deal(given, deal_values.context(work)).accepted()
    named = (clean(str(given.get(name) or "")) for name in ("pipeline", "stage"))
    stage = pipelines.enterable(work, int(stage_id)) if stage_id else pipelines.find(work, *named)
    opened_at = min(typed.get("created_at") or work.now, work.now)
    deal = Deal(name="", judgement="", source="", description="", lost_reason="", currency="", custom={})
    deal.owner_id = deal_records.owner_of(work, typed)
    deal.currency = typed.get("currency") or deal_values.context(work).usual.currency
    deal.opened_at = deal.created_at = opened_at
    deal_records.fill(work, deal, typed)
    deal_states.require(work, deal, stage)
    deal.rank = ranks.top(work, stage.id)
    stages.enter(work, deal, stage, at=opened_at)
    amount = deal_records.amount_text(deal.amount, deal.currency)
    work.record("deal.created", deal, deal=deal.name, stage=stage.name, amount=amount, currency=deal.currency)
    return deal.id


@use_case(Permission.DEALS_EDIT)
def change(work: Work, deal_id: int, values: Mapping[str, Any], *, version: int | None) -> int:
    """Change some fields of a deal; fields that are not named, or not different, stay. Returns its version.

    Args:
        deal_id: which one.
        values: texts or typed values by field name; empty ones are emptied.
        version: the version that the values were edited on; None to change whatever is there.

    Raises:
        Conflict: somebody else saved meanwhile; ``theirs`` holds all fields as they are now, and ``version``.
        Invalid, NotAllowed, NotFound: as in ``create`` and ``get``.
    """
    deal = deal_states.held(work, deal_id)
    stored = deal_records.values(work, deal)
    if version is not None and deal.version != version:
        raise Conflict(
            f"Someone else changed “{deal.name}” meanwhile. Look at both versions and choose.",
            theirs={**stored, "version": deal.version},
        )
    given = {
        name: value for name, value in values.items() if name not in stored or not same(value, stored[name])
    }
    given.pop("created_at", None)
    if not given:
        return deal.version
    typed = deal_values.read_deal(given, deal_values.context(work), stored).accepted()
    if "owner" in typed:
        _assign(work, deal, typed["owner"])
    deal_records.fill(work, deal, typed)
    changed = deal_records.changes(work, deal, stored)
    if changed:
        deal.updated_at = work.now
        work.record("deal.changed", deal, deal=deal.name, changes=changed)
    work.flush()
    return deal.version


@use_case(Permission.DEALS_READ, read=True)
def get(work: Work, deal_id: int) -> DealDetail:
    """One deal with everything that its page shows.

    Raises:
        NotFound: there is none, or none that this person may see.
    """
    deal = work.get(Deal, deal_id)
    return DealDetail(
        row=deal_lists.one(work, deal_id),
        description=deal.description,
        lines=deal_records.lines(work, deal_id),
        people=deal_records.people(work, deal),
        was_imported=deal.import_id is not None,
        values=deal_records.values(work, deal),
    )


@use_case(Permission.DEALS_READ, read=True)
def search(work: Work, query: DealQuery) -> Page[DealRow]:
    """One page of the deals that match.

    Raises:
        Invalid: the sort field is not one of ``SORTS``.
    """
    return deal_lists.search(work, query)


@use_case(Permission.DEALS_READ, read=True)
def totals(work: Work, query: DealQuery) -> tuple[int, Sums]:
    """How many deals match, and what they add up to in each currency, exact at any size."""
    return deal_lists.totals(work, query)


@use_case(Permission.DEALS_READ, read=True)
def ids(work: Work, query: DealQuery, cap: int = ALL_CAP) -> tuple[int, ...]:
    """The ids of all deals that match, at most ``cap``, in rising order."""
    return deal_lists.ids(work, query, cap)


@use_case(Permission.DEALS_READ, read=True)
def board(work: Work, query: DealQuery, pipeline_id: int | None = None) -> Board:
    """The open deals of a pipeline (the default one when none is named), stage by stage.

    Counts and sums are those of whole columns; the first cards come along, ``more`` has the others.

    Raises:
        NotFound: there is no such pipeline, or none at all yet.
    """
    return deal_lists.board(work, query, pipeline_id)


@use_case(Permission.DEALS_READ, read=True)
def more(
    work: Work, query: DealQuery, stage_id: int, after: Cursor | None, limit: int = deal_lists.CARDS
) -> tuple[DealRow, ...]:
    """The next cards of a column of the board, behind a cursor that the board gave."""
    return deal_lists.more(work, query, stage_id, after, limit)


@use_case(Permission.DEALS_READ, read=True)
def history(work: Work, deal_id: int) -> tuple[StageStay, ...]:
    """Where a deal was and for how long, the first stage first.

    Raises:
        NotFound: as in ``get``.
    """
    return deal_states.history(work, work.get(Deal, deal_id))


@use_case(Permission.DEALS_EDIT)
def move(
    work: Work,
    deal_id: int,
    stage_id: int,
    *,
    version: int | None,
    before_id: int | None = None,
    behind_id: int | None = None,
) -> int:
    """Put an open deal into a stage: above or below another card, else at the top. Returns its version.

    Within its stage only the order changes, and nobody else's form becomes stale by that.

    Raises:
        Conflict: it is closed, or somebody else changed it meanwhile; the sentence says what happened.
        Invalid: the stage asks for fields that are empty.
    """
    stage = pipelines.enterable(work, stage_id)
    return deal_states.move(work, deal_states.held(work, deal_id), stage, version, (before_id, behind_id))


@use_case(Permission.DEALS_EDIT)
def win(work: Work, deal_id: int, *, version: int | None) -> int:
    """Close an open deal as won; its contact becomes a customer. Returns its version.

    Raises:
        Conflict: it is closed already, or somebody else changed it meanwhile.
    """
    deal = deal_states.held(work, deal_id)
    return deal_states.close(work, deal, rules.WON, version)


@use_case(Permission.DEALS_EDIT)
def lose(work: Work, deal_id: int, reason: str, *, version: int | None, note: str = "") -> int:
    """Close an open deal as lost, for one of ``pipelines.lost_reasons``. Returns its version.

    Raises:
        Invalid: no reason, or none of the list.
        Conflict: it is closed already, or somebody else changed it meanwhile.
    """
    reasons = pipelines.lost_reasons(work)
    known = rules.reason_in(reasons, clean(reason))
    if known is None:
        hint = f"Say why the deal was lost: {', '.join(reasons)}."
        raise Invalid(hint, fields={"lost_reason": hint})
    deal = deal_states.held(work, deal_id)
    return deal_states.close(work, deal, rules.LOST, version, reason=known, note=clean(note))


@use_case(Permission.DEALS_EDIT)
def reopen(work: Work, deal_id: int, *, version: int | None) -> int:
    """Open a closed deal again, in the stage that it had. Returns its version.

    Raises:
        Conflict: it is open, or somebody else changed it meanwhile.
    """
    return deal_states.reopen(work, deal_states.held(work, deal_id), version)


@use_case(Permission.DEALS_EDIT)
def move_many(work: Work, chosen: ChosenDeals, stage_id: int) -> BulkDone:
    """Put open deals into a stage, in the order that they had; those that stand there already stay.

    Raises:
        Conflict: some are closed. Invalid: some lack what the stage asks for; both name them.
    """
    return deals_bulk.move(work, chosen, pipelines.enterable(work, stage_id))


@use_case(Permission.DEALS_EDIT)
def set_close_date(work: Work, chosen: ChosenDeals, close_on: date | None) -> BulkDone:
    """Say when deals will close; None when nobody knows."""
    return deals_bulk.set_column(work, chosen, deals_bulk.CLOSE_DATE, close_on)


@use_case(Permission.DEALS_EDIT)
def assign(work: Work, chosen: ChosenDeals, owner_id: int | None) -> BulkDone:
    """Give deals to an owner (None: to nobody). Managers give to their team, admins to everyone.

    Raises:
        NotAllowed: not this person's to decide.
    """
    return deals_bulk.set_column(work, chosen, deals_bulk.ASSIGN, owners.chosen(work, owner_id, current=0))


@use_case(Permission.DEALS_DELETE)
def delete(work: Work, chosen: ChosenDeals) -> BulkDone:
    """Hide deals everywhere; they can be restored with everything that belongs to them."""
    return deals_bulk.set_column(work, chosen, deals_bulk.DELETE, work.now)


@use_case(Permission.DEALS_DELETE)
def restore(work: Work, chosen: ChosenDeals) -> BulkDone:
    """Bring deleted deals back."""
    return deals_bulk.set_column(work, chosen, deals_bulk.RESTORE, None)


@use_case(Permission.DEALS_EDIT)
def undo(work: Work, token: int | None) -> Undone:
    """Take an act on many deals back. What was changed since stays, and is named. A second time does nothing.

    Raises:
        NotFound: no such act of this person. NotAllowed: the act itself is not this person's to do.
    """
    return Undone(0) if token is None else deals_bulk.undo(work, token)


def _assign(work: Work, deal: Deal, wanted: object) -> None:
    owner_id = owners.chosen(work, wanted, current=deal.owner_id)
    if owner_id != deal.owner_id:
        deal.owner_id, deal.updated_at = owner_id, work.now
        work.record("deal.assigned", deal, deal=deal.name, **work.changes(deal))
