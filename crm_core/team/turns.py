"""Whose turn it is in the background: workers that are alive, and how each piece of their work went.

Work that only one worker may do at a time is held by a row; a holder that was silent for a minute is taken
for dead, and another goes on.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from crm_core.kernel.access import SYSTEM, Permission
from crm_core.kernel.work import Work, use_case
from crm_core.team.heartbeat import SILENT_AFTER
from db.models import Worker, WorkTurn
from db.queries import background as sql
from db.upsert import insert_or_keep

LONGEST_SENTENCE: Final = 500
FORGOTTEN_AFTER: Final = timedelta(hours=1)
"""A worker that was silent for so long is not spoken of any more."""


@dataclass(frozen=True)
class WorkerRow:
    """A worker: its name says where it runs."""

    name: str
    began_at: datetime
    seen_at: datetime
    is_alive: bool


@dataclass(frozen=True)
class TurnRow:
    """A piece of background work. ``failures`` in a row; the ``sentence`` is that of the last one."""

    name: str
    worker: str
    done_at: datetime | None
    failed_at: datetime | None
    sentence: str
    failures: int


def enter(worker: str, names: Iterable[str]) -> None:
    """A worker begins, and may do these pieces of work."""
    _enter(SYSTEM, worker, tuple(names))


def sign(worker: str, done: Iterable[str], failed: Mapping[str, str]) -> None:
    """A worker is alive, did these pieces of work, and failed at these, with a sentence for each."""
    _sign(SYSTEM, worker, sorted(done), failed)


def take(worker: str, name: str) -> bool:
    """Take a piece of work that one worker does at a time; False when another has it."""
    return _take(SYSTEM, worker, name)


def let_go(worker: str, name: str) -> None:
    """Leave it to whoever comes next."""
    _let_go(SYSTEM, worker, name)


def end(worker: str) -> None:
    """A worker ends."""
    _end(SYSTEM, worker)


@use_case(Permission.SETTINGS_MANAGE, read=True)
def workers(work: Work) -> list[WorkerRow]:
    """Workers that were heard of within the hour, the latest first."""
    rows = work.tuples(sql.workers())
    return [
        WorkerRow(row.name, row.began_at, row.seen_at, work.now - row.seen_at < SILENT_AFTER) for row in rows
    ]


@use_case(Permission.SETTINGS_MANAGE, read=True)
def search(work: Work) -> list[TurnRow]:
    """Every piece of background work by name, and how it went."""
    return work.rows(sql.turns(), TurnRow)


@use_case(Permission.SYSTEM_OPERATE)
def _enter(work: Work, worker: str, names: tuple[str, ...]) -> None:
    """Write the rows that are missing."""
    work.run(insert_or_keep(WorkTurn, [{"name": name} for name in names], ["name"]))
    row = {"name": worker, "began_at": work.now, "seen_at": work.now}
    work.run(insert_or_keep(Worker, [row], ["name"]))
    work.run(sql.forget_workers(work.now - FORGOTTEN_AFTER))


@use_case(Permission.SYSTEM_OPERATE)
def _sign(work: Work, worker: str, done: list[str], failed: Mapping[str, str]) -> None:
    """Renew the rows."""
    row: Worker | None = work.scalar(sql.worker(worker))
    if row is None:
        row = work.add(Worker(name=worker, began_at=work.now, seen_at=work.now))
    row.seen_at = work.now
    work.run(sql.renew(worker, work.now))
    for name, sentence in sorted(failed.items()):
        work.run(sql.failed(name, work.now, sentence[:LONGEST_SENTENCE]))
    if done:
        work.run(sql.went_well(done, work.now))


@use_case(Permission.SYSTEM_OPERATE)
def _take(work: Work, worker: str, name: str) -> bool:
    """Hold the row."""
    return work.run(sql.hold(name, worker, work.now, work.now - SILENT_AFTER)) > 0


@use_case(Permission.SYSTEM_OPERATE)
def _let_go(work: Work, worker: str, name: str) -> None:
    """Let go of the row."""
    work.run(sql.let_go([name], worker))


@use_case(Permission.SYSTEM_OPERATE)
def _end(work: Work, worker: str) -> None:
    """Let go of everything."""
    work.run(sql.let_go([row[0] for row in work.tuples(sql.turns())], worker))
    work.run(sql.forget_worker(worker))
