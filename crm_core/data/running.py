"""The run: stores the file chunk by chunk, each in one transaction with its own trace, so that it can be
interrupted anywhere and goes on behind the last stored row."""

import contextlib
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from crm_core.data import chunks, claims, outcomes, parents, taking_in
from crm_core.data.checking import decider_of, everywhere
from crm_core.data.deciding import Decider, Seen
from crm_core.data.entities import Entity
from crm_core.data.frames import Job
from crm_core.data.import_types import OUTCOMES, Ready
from crm_core.data.key_logs import KeyLog
from crm_core.data.matching import look_up
from crm_core.data.storing import Decided, Store
from crm_core.data.taking_in import sum_up
from crm_core.kernel.access import SYSTEM, Actor, Permission
from crm_core.kernel.errors import Conflict
from crm_core.kernel.work import Work, use_case
from crm_core.people import counts
from db.models import Account, Contact, Import, ImportChunk, ImportRow
from db.queries import imports as sql

PHASE = "run"
_SHOWN = 100
_GROWN = frozenset({1, 4, 16, 64, 256})


class Differs(Conflict):
    """The base changed since the dry run; ``rows`` says which rows would come out otherwise."""

    def __init__(self, rows: Sequence[dict[str, Any]]) -> None:
        first = ", ".join(str(row["number"]) for row in rows[:10])
        super().__init__(
            f"The base changed since the dry run: row {first} would come out otherwise now. "
            "Look at the list, then go on anyway or do the dry run again."
        )
        self.rows = list(rows)


def run(job: Job, worker: str, is_ending: Callable[[], bool]) -> None:
    """Store everything from the first row that is not stored yet.

    Raises:
        Differs: a chunk would not come out as the dry run said; nothing of it is stored.
        Lost: another worker took over. Others: the file cannot be read to its end.
    """
    start, is_promised, is_read = _begin_run(SYSTEM, job.import_id, worker)
    decider = decider_of(job)
    decider.seen.touched = _touched_before(SYSTEM, job.import_id)
    me = everywhere(job.actor)
    if not is_read and not _read(me, job, worker, decider, (start, is_promised), is_ending):
        return
    if not taking_in.take_in(me, job, worker, decider, is_ending):
        return
    if parents.link(me, job, worker, is_ending):
        _finish_run(me, job, worker)


def _read(
    me: Actor, job: Job, worker: str, decider: Decider, begin: tuple[int, bool], is_ending: Callable[[], bool]
) -> bool:
    """Store the rows of the file from the first that is not stored; was its end reached?"""
    start, is_promised = begin
    # Closing the stream ends the helping processes at once, whatever happens here.
    stream = chunks.stream(job.path, job.layout, job.plan, job.frame, start, job.repairs)
    with contextlib.closing(stream):
        for number, rows in enumerate(stream, 1):
            decider.seen = _store_chunk(me, job, worker, decider, rows, is_promised)
            if number in _GROWN:
                _take_note(SYSTEM, job.entity)
            if is_ending():
                claims.leave(job.import_id, worker, state="queued")
                return False
            if claims.is_wanted(job.import_id) == "stop":
                claims.leave(job.import_id, worker, state="stopped", wanted="", message="Stopped by hand.")
                return False
    return True


@use_case(Permission.IMPORTS_RUN)
def _begin_run(work: Work, import_id: int, worker: str) -> tuple[int, bool, bool]:
    """How many rows are stored already, whether a dry run has to be kept to, and whether the whole file was
    read before, so that only repaired rows are left."""
    claims.advance(work, import_id, worker, {})
    start = work.scalar(sql.rows_stored(import_id, PHASE)) or 0
    row = work.get(Import, import_id)
    if not start:
        row.rows_done = 0
        kept: dict[str, Any] = {
            name: row.summary[name] for name in ("assumptions", "from_row", "unknown") if name in row.summary
        }
        row.summary = {**kept, "companies_created": 0, "tags_created": 0}
        for name in outcomes.BLANK_COUNTS:
            setattr(row, name, 0)
    row.message = ""
    is_promised = bool(work.scalar(sql.rows_stored(import_id, "check"))) and not row.options.get("go_on")
    return start, is_promised, bool(start and row.summary.get("is_read"))


@use_case(Permission.IMPORTS_RUN, read=True)
def _touched_before(work: Work, import_id: int) -> set[int]:
    """The records that this import changed before it was interrupted."""
    return set(work.scalars(sql.changed_ids(import_id)))


@use_case(Permission.IMPORTS_RUN)
def _store_chunk(
    work: Work, job: Job, worker: str, before: Decider, rows: list[Ready], is_promised: bool
) -> Seen:
    """Decide about the rows as the base is now, store them, and remember that: all of it or nothing.

    May be called again with the same rows. Returns what the next rows have to know.
    """
    seen = Seen(KeyLog(), set(), set(before.seen.touched))
    found = look_up(work, job.entity, rows, job.options.origin, job.import_id)
    decider = replace(before, found=found, seen=seen)
    decided = [(row, decider.decide(row)) for row in rows]
    if is_promised:
        _keep_promise(work, job.import_id, decided)
    store = Store(work, job.entity, job.options, job.import_id, before.owners, found)
    ids, made, tally = store.write(decided)
    outcomes.keep(work, job.import_id, PHASE, decided, ids)
    counts.add(work, tally)
    sum_up(work, job.import_id, made)
    claims.advance(work, job.import_id, worker, outcomes.added(decided))
    return Seen(touched=seen.touched)


@use_case(Permission.IMPORTS_RUN)
def _take_note(work: Work, entity: Entity) -> None:
    """Let the engine know how the tables have grown: it would go on as if they were empty."""
    loader = entity.loader
    for model in (Account, Contact, *((entity.model, *loader.parts) if loader else ())):
        work.settle(model)


@use_case(Permission.IMPORTS_RUN)
def _finish_run(work: Work, job: Job, worker: str) -> None:
    """Everything is stored."""
    claims.advance(work, job.import_id, worker, {})
    _take_note(work, job.entity)
    row = work.get(Import, job.import_id)
    row.summary = {**row.summary, "is_read": True}
    work.run(sql.settle_repairs(job.import_id))
    for table in (ImportChunk, ImportRow):
        work.run(sql.forget(job.import_id, "check", table))
    work.record(
        "import.finished",
        row,
        file_name=row.file_name,
        created=row.created_count,
        updated=row.updated_count,
        skipped=row.skipped_count,
        rejected=row.rejected_count,
    )
    values = {
        "state": "done",
        "rows_total": row.rows_done,
        "finished_at": work.now,
        "wanted": "",
        "message": "",
    }
    work.run(sql.leave(job.import_id, worker, values))


def _keep_promise(work: Work, import_id: int, decided: Sequence[Decided]) -> None:
    first, last = decided[0][0].number, decided[-1][0].number
    said = (work.scalar(sql.chunk_at(import_id, "check", first)) or {}).get("letters", "")
    now = "".join(decision.letter for _, decision in decided)
    stored = work.tuples(sql.lines_between(import_id, "check", first, last))
    changes = {number: change for number, outcome, change in stored if outcome == "update"}
    differing = []
    for place, (row, decision) in enumerate(decided):
        was = said[place] if place < len(said) else ""
        if was != now[place] or (decision.letter == "u" and decision.changes != changes.get(row.number)):
            differing.append({"number": row.number, "line": row.line, "was": OUTCOMES.get(was, ""),
                              "now": OUTCOMES[decision.letter]})  # fmt: skip
    if differing:
        raise Differs(differing[:_SHOWN])
