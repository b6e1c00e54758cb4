"""Asking for what takes longer than a click: a search for duplicates, merging all sure ones, parting them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from crm_core.kernel.access import Permission
from crm_core.kernel.errors import Conflict, Invalid, NotFound
from crm_core.kernel.work import Clock, Work, use_case
from db.models import DuplicateRun
from db.queries import duplicate_runs as sql
from db.queries import duplicates as pairs_sql
from db.queries import merging as merge_sql

SHOWN: Final = 5
"""Merges of many that are offered for parting: the newest ones."""

OVERLAP: Final = timedelta(minutes=10)
LOOK_EVERY: Final = timedelta(minutes=1)
CATCH_UP_EVERY: Final = timedelta(hours=24)


@dataclass(frozen=True)
class Run:
    """One run: ``queued``, ``running``, ``done`` or ``failed``; ``by`` is empty for the command line.

    ``act`` is ``search``, ``catch_up``, ``merge`` or ``part``. Of ``total`` pairs ``done`` were merged (or
    parted) and ``skipped`` were left; ``records``, ``sure`` and ``maybe`` are what a search read and found.
    """

    id: int
    record: str
    act: str
    batch_id: int | None
    state: str
    message: str
    records: int
    sure: int
    maybe: int
    total: int
    done: int
    skipped: int
    asked_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    by: str

    @property
    def is_over(self) -> bool:
        """Has it come to its end, good or bad?"""
        return self.state in ("done", "failed")


@dataclass(frozen=True)
class Past:
    """A search that was done: when it began to read, and the model that it used."""

    started_at: datetime
    model: Mapping[str, Any]

    @property
    def since(self) -> datetime:
        """From when on changes may not have been read: what is written takes a while to be seen."""
        return self.started_at - OVERLAP


class _Asked:
    """When this process asked last whether a catch-up is due."""

    at: datetime | None = None


@dataclass(frozen=True)
class Batch:
    """Merges that were made at once and stand: how many, who asked for them and when."""

    id: int
    by: str
    asked_at: datetime
    merges: int


@use_case(Permission.DUPLICATES_MERGE)
def search(work: Work, record: str) -> int:
    """Ask for a search among all records; a worker begins within a second. Returns the number of the run.

    The whole base is searched, whoever asks: everybody sees the pairs whose both sides are theirs to see.

    Raises:
        Invalid: no such kind of record. Conflict: a run among these records is under way.
    """
    return _ask(work, record, "search").id


@use_case(Permission.DUPLICATES_MERGE)
def catch_up(work: Work, record: str) -> int:
    """Ask for comparing what is new or changed since the last search with all. Returns the number of the run.

    Before the first search, and where nearly everything is new, all records are compared.

    Raises:
        Invalid: no such kind of record. Conflict: a run among these records is under way.
    """
    return _ask(work, record, "catch_up").id


def is_time_to_ask() -> bool:
    """Has this process not asked for a while? Then it is time for ``due``."""
    now = Clock.now()
    if _Asked.at is not None and _Asked.at <= now < _Asked.at + LOOK_EVERY:
        return False
    _Asked.at = now
    return True


@use_case(Permission.DUPLICATES_MERGE, read=True)
def due(work: Work) -> list[str]:
    """The kinds of records with new or changed ones to catch up with: after an import, or a day after the
    last search. Nothing is searched by itself before a person searched for the first time."""
    return [record for record in pairs_sql.FIELDS if _is_due(work, record)]


@use_case(Permission.DUPLICATES_MERGE, read=True)
def past(work: Work, record: str) -> Past | None:
    """The last search that was done, with what it learned; None before the first one."""
    return work.first(sql.past(record), Past)


@use_case(Permission.DUPLICATES_MERGE)
def merge_sure(work: Work, record: str) -> int:
    """Ask for merging all sure pairs that one sees; ``part`` takes all of it back. Returns the run.

    Raises:
        Invalid: no such kind of record. Conflict: nothing is sure, or a run is under way.
    """
    row = _ask(work, record, "merge")
    row.total = dict(tuple(found) for found in work.tuples(pairs_sql.counts(record))).get("sure", 0)
    if not row.total:
        raise Conflict("No pair is sure, so there is nothing to merge at once. Review the pairs one by one.")
    work.record("duplicates.merged", row, record=record, pairs=row.total)
    return row.id


@use_case(Permission.DUPLICATES_MERGE)
def part(work: Work, run_id: int) -> int:
    """Ask for parting everything that ``merge_sure`` merged and that stands. Returns the new run.

    Raises:
        NotFound: no such run. Conflict: nothing of it stands, or a run is under way.
    """
    merged = work.get(DuplicateRun, run_id)
    if merged.act != "merge":
        raise NotFound("This run merged nothing.")
    row = _ask(work, merged.record, "part")
    row.batch_id, row.total = merged.id, len(work.scalars(merge_sql.of_batch(merged.id)))
    if not row.total:
        raise Conflict("Everything that was merged then is parted already.")
    work.record("duplicates.parted", row, record=merged.record, pairs=row.total)
    return row.id


@use_case(Permission.DUPLICATES_MERGE, read=True)
def get(work: Work, run_id: int) -> Run:
    """One run as it stands.

    Raises:
        NotFound: there is none.
    """
    found = work.first(sql.one(run_id), Run)
    if found is None:
        raise NotFound("There is no such run.")
    return found


@use_case(Permission.DUPLICATES_MERGE, read=True)
def under_way(work: Work, record: str) -> Run | None:
    """The run among records of this kind that is not over."""
    return work.first(sql.under_way(record), Run)


@use_case(Permission.DUPLICATES_MERGE, read=True)
def latest(work: Work, record: str, act: str = "") -> Run | None:
    """The newest run that is over, of this act or of any; None before the first one.

    A catch-up is a search, too.
    """
    acts = ("search", "catch_up") if act == "search" else (act,) if act else ()
    return work.first(sql.over(record, acts).limit(1), Run)


@use_case(Permission.DUPLICATES_MERGE, read=True)
def batches(work: Work, record: str) -> list[Batch]:
    """The newest merges of many that stand, as far as one sees them."""
    return work.rows(sql.standing(record, SHOWN), Batch)


def _is_due(work: Work, record: str) -> bool:
    past = work.first(sql.past(record), Past)
    if past is None or work.first(sql.under_way(record), Run) is not None:
        return False
    is_day_over = work.now - past.started_at >= CATCH_UP_EVERY
    if not is_day_over and not work.scalar(sql.imported(record, past.started_at)):
        return False
    return bool(work.scalar(pairs_sql.changed(record, past.started_at).limit(1)))


def _ask(work: Work, record: str, act: str) -> DuplicateRun:
    if record not in pairs_sql.FIELDS:
        raise Invalid("Duplicates are searched among contacts or accounts.")
    if work.first(sql.under_way(record), Run) is not None:
        raise Conflict("Rapport is at work on these already. Wait until it is done.")
    row = work.add(
        DuplicateRun(record=record, act=act, state="queued", actor_id=work.actor.id, asked_at=work.now)
    )
    work.flush()
    return row
