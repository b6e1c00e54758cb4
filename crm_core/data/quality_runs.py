"""Asking for a repair of many records, for its undo, and for a new count; seeing beforehand what it does."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from crm_core.data import mended_records, quality_counts, quality_repairs
from crm_core.data.quality_checks import kind_of
from crm_core.data.quality_mending import Repair, repair_of
from crm_core.data.quality_repairs import Order
from crm_core.kernel.access import Permission
from crm_core.kernel.errors import Conflict, Invalid, NotFound
from crm_core.kernel.work import Work, use_case
from crm_core.people import owners
from db.models import QualityRun
from db.queries import quality as sql
from db.queries import quality_runs as run_sql
from db.queries.counting import capped

AT_ONCE: Final = 1_000
"""So many records are mended while somebody waits; more are mended by a worker."""

LOOKED_AT: Final = 20_000
"""So many records a preview looks at; what lies behind is mended in the same way."""

SHOWN: Final = 5


@dataclass(frozen=True)
class Change:
    """What a repair makes of one record: column -> value before and after."""

    id: int
    name: str
    values: Mapping[str, tuple[Any, Any]]


@dataclass(frozen=True)
class Preview:
    """What a repair will do: the first changes, and how many of the records looked at will change.

    ``is_capped``: there are more records than were looked at.
    """

    changes: tuple[Change, ...]
    count: int
    looked_at: int
    is_capped: bool


@dataclass(frozen=True)
class Run:
    """One run: ``queued``, ``running``, ``done`` or ``failed``; ``by`` is empty for the command line.

    ``act`` is ``count``, ``repair`` or ``undo``. Of ``total`` records ``done`` were changed; ``kept`` ones
    were left by an undo, because somebody changed them since.
    """

    id: int
    record: str
    act: str
    finding: str
    repair: str
    repair_id: int | None
    options: Mapping[str, Any]
    state: str
    message: str
    total: int
    done: int
    kept: int
    asked_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    by: str

    @property
    def is_over(self) -> bool:
        """Has it come to its end, good or bad?"""
        return self.state in ("done", "failed")


@use_case(Permission.CONTACTS_EDIT, read=True)
def preview(work: Work, order: Order, shown: int = 10) -> Preview:
    """Show what ``repair`` with the same order will do.

    Raises:
        NotFound, Invalid, NotAllowed: as in ``repair``.
    """
    _checked(work, order, is_preview=True)
    changes: list[Change] = []
    count = seen = 0
    for chunk in quality_repairs.every(work, order, LOOKED_AT):
        count, seen = count + len(chunk.proposals), seen + chunk.seen
        for one in chunk.proposals[: shown - len(changes)]:
            values = {name: (getattr(one.row, name), value) for name, value in one.values.items()}
            changes.append(Change(one.row.id, mended_records.title(one.row), values))
    return Preview(tuple(changes), count, seen, seen >= LOOKED_AT)


@use_case(Permission.CONTACTS_EDIT)
def repair(work: Work, order: Order) -> Run:
    """Mend records; a few at once, many by a worker. ``undo`` takes it back.

    Raises:
        NotFound: no such check or repair. Conflict: nothing is left to mend, or a run is under way.
        Invalid: a repair that does not fit the check, or a suggestion without chosen records.
        NotAllowed: the owner is not this person's to choose, or the role does not include the repair.
    """
    order = _checked(work, order)
    wanted = sql.matching(order.record, order.finding, work.now, order.ids)
    total = work.scalar(capped(wanted, 10**9)) or 0
    if not total:
        raise Conflict("Nothing is left to mend here: somebody was quicker, or the records were put right.")
    row = _ask(work, order.record, "repair", total)
    row.finding, row.repair = order.finding, order.repair
    row.options = {"ids": list(order.ids), "owner_id": order.owner_id}
    if total <= AT_ONCE:
        while (chunk := quality_repairs.look(work, order, row.above, is_locking=True)).seen:
            quality_repairs.make(work, row, chunk.proposals)
            row.above = chunk.last
        _end(work, row)
    return get(work, row.id)


@use_case(Permission.CONTACTS_EDIT)
def undo(work: Work, run_id: int) -> Run:
    """Take a repair back; what was changed since stays. A second time changes nothing.

    Raises:
        NotFound: no such repair, or somebody else's.
        Conflict: it is taken back already, or a run is under way.
    """
    repaired = work.get(QualityRun, run_id)
    if repaired.act != "repair" or not _is_mine(work, repaired.actor_id):
        raise NotFound("There is no such repair, or it is not yours to take back.")
    work.actor.require(repair_of(repaired.repair).permission)
    if work.scalar(run_sql.undone(run_id)) is not None:
        raise Conflict("This repair is taken back already.")
    row = _ask(work, repaired.record, "undo", repaired.done)
    row.repair_id, row.finding, row.repair = repaired.id, repaired.finding, repaired.repair
    if repaired.done <= AT_ONCE:
        while quality_repairs.take_back(work, row, repaired):
            work.flush()
        _end(work, row)
    return get(work, row.id)


@use_case(Permission.CONTACTS_EDIT)
def recount(work: Work, record: str) -> Run | None:
    """Count the quality of all records anew: at once when they are few (None), else by a worker.

    Raises:
        Conflict: a run among these records is under way.
    """
    kind_of(record)
    if quality_counts.refresh(work, record):
        return None
    row = _ask(work, record, "count", 0)
    return get(work, row.id)


@use_case(Permission.CONTACTS_READ, read=True)
def get(work: Work, run_id: int) -> Run:
    """One run as it stands.

    Raises:
        NotFound: there is none.
    """
    work.flush()
    found = work.first(run_sql.run(run_id), Run)
    if found is None:
        raise NotFound("There is no such run.")
    return found


@use_case(Permission.CONTACTS_READ, read=True)
def under_way(work: Work, record: str) -> Run | None:
    """The run among records of this kind that is not over."""
    return work.first(run_sql.under_way(record), Run)


@use_case(Permission.CONTACTS_EDIT, read=True)
def repairs(work: Work, record: str) -> list[Run]:
    """The newest repairs that can be taken back: one's own, or all for those who see everything."""
    mine = None if work.actor.scope.is_everything else work.actor.id
    return work.rows(run_sql.repairs(record, mine, SHOWN), Run)


def order_of(run: QualityRun) -> Order:
    """What was asked for, from its row."""
    return Order(
        run.record, run.finding, run.repair, tuple(run.options.get("ids", ())), run.options.get("owner_id")
    )


def possible(record: str, finding: str) -> list[Repair]:
    """The repairs that fit a check, in the order in which they are offered."""
    return [repair_of(key) for key in kind_of(record).check(finding).repairs]


def _checked(work: Work, order: Order, *, is_preview: bool = False) -> Order:
    check = kind_of(order.record).check(order.finding)
    repair = repair_of(order.repair)
    if order.repair not in check.repairs:
        raise Invalid(
            f"“{repair.label}” does not mend this. Choose one of: {', '.join(check.repairs) or 'none'}."
        )
    work.actor.require(repair.permission)
    if repair.is_suggestion and not order.ids and not is_preview:
        raise Invalid("This repair is a suggestion that may be wrong. Choose the records that it fits.")
    if order.repair == "assign":
        owners.chosen(work, order.owner_id, current=0)
    return order


def _ask(work: Work, record: str, act: str, total: int) -> QualityRun:
    if work.first(run_sql.under_way(record), Run) is not None:
        raise Conflict("Rapport is at work on these records already. Wait until it is done.")
    row = QualityRun(
        record=record, act=act, state="queued", actor_id=work.actor.id, asked_at=work.now, total=total,
        above=0, steps_from=0, steps_to=0, done=0, kept=0, options={},
    )  # fmt: skip
    work.add(row)
    work.flush()
    return row


def _end(work: Work, row: QualityRun) -> None:
    row.state, row.started_at, row.finished_at = "done", work.now, work.now
    work.flush()
    quality_counts.refresh(work, row.record)


def _is_mine(work: Work, actor_id: int | None) -> bool:
    return work.actor.scope.is_everything or actor_id == work.actor.id
