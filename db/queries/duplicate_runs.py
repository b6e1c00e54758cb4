"""Searches for duplicates and merges of many: what waits, who works on it, what came of it."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Update, func, select, update
from sqlalchemy.orm import aliased

from db.models import DuplicateRun, Import, Merge, User
from db.queries import Rows

UNDER_WAY = ("queued", "running")
SHOWN = (
    "id", "record", "act", "batch_id", "state", "message", "records", "sure", "maybe", "total", "done",
    "skipped", "asked_at", "started_at", "finished_at",
)  # fmt: skip


def runs(record: str) -> Rows:
    """All runs among records of this kind, the newest first, with those who asked for them."""
    return _shown().where(DuplicateRun.record == record).order_by(DuplicateRun.id.desc())


def one(run_id: int) -> Rows:
    """One run, with the name of who asked for it."""
    return _shown().where(DuplicateRun.id == run_id)


def under_way(record: str) -> Rows:
    """The run among records of this kind that is not over."""
    return runs(record).where(DuplicateRun.state.in_(UNDER_WAY))


def over(record: str, acts: Sequence[str]) -> Rows:
    """Runs of these acts (none: of any) that are over, the newest first."""
    found = runs(record).where(DuplicateRun.state.not_in(UNDER_WAY))
    return found.where(DuplicateRun.act.in_(acts)) if acts else found


def past(record: str) -> Rows:
    """The newest search that is done and knows what it learned: (started_at, model)."""
    return (
        select(DuplicateRun.started_at, DuplicateRun.model)
        .where(DuplicateRun.record == record, DuplicateRun.act.in_(("search", "catch_up")))
        .where(DuplicateRun.state == "done")
        .order_by(DuplicateRun.id.desc())
        .limit(1)
    )


def imported(kind: str, since: datetime) -> Rows:
    """An import of this kind that ended after this."""
    return select(Import.id).where(Import.kind == kind, Import.finished_at >= since).limit(1)


def standing(record: str, limit: int) -> Rows:
    """Runs that merged many of which some stand, the newest first: (run, who asked, when, how many)."""
    merge = aliased(Merge)
    return (
        select(
            DuplicateRun.id,
            func.coalesce(User.name, "").label("by"),
            DuplicateRun.asked_at,
            func.count().label("merges"),
        )
        .join(merge, merge.batch_id == DuplicateRun.id)
        .join(User, User.id == DuplicateRun.actor_id, isouter=True)
        .where(DuplicateRun.record == record, merge.undone_at.is_(None))
        .where(DuplicateRun.state.not_in(UNDER_WAY))
        .group_by(DuplicateRun.id, User.name, DuplicateRun.asked_at)
        .order_by(DuplicateRun.id.desc())
        .limit(limit)
    )


def waiting() -> Rows:
    """Runs that somebody has to work on, the oldest first: (id, worker, heartbeat)."""
    columns = (DuplicateRun.id, DuplicateRun.worker, DuplicateRun.heartbeat_at)
    return select(*columns).where(DuplicateRun.state.in_(UNDER_WAY)).order_by(DuplicateRun.id)


def claim(run_id: int, worker: str, held_by: str, now: datetime) -> Update:
    """Make the run this worker's, provided that it still is ``held_by`` the one it was seen with."""
    seen = (DuplicateRun.id == run_id, DuplicateRun.worker == held_by, DuplicateRun.state.in_(UNDER_WAY))
    started_at = func.coalesce(DuplicateRun.started_at, now)
    values = {"worker": worker, "heartbeat_at": now, "started_at": started_at, "state": "running"}
    return update(DuplicateRun).where(*seen).values(values)


def advance(run_id: int, worker: str, now: datetime, added: Mapping[str, int]) -> Update:
    """Add to the counters and show a sign of life, provided that the run is still this worker's."""
    values: dict[str, Any] = {name: getattr(DuplicateRun, name) + count for name, count in added.items()}
    return _held(run_id, worker).values(heartbeat_at=now, **values)


def leave(run_id: int, worker: str, values: Mapping[str, Any]) -> Update:
    """Let go of a run, provided that it is this worker's."""
    return _held(run_id, worker).values(worker="", **values)


def _shown() -> Rows:
    columns = (getattr(DuplicateRun, name) for name in SHOWN)
    found = select(*columns, func.coalesce(User.name, "").label("by"))
    return found.join(User, User.id == DuplicateRun.actor_id, isouter=True)


def _held(run_id: int, worker: str) -> Update:
    return update(DuplicateRun).where(
        DuplicateRun.id == run_id, DuplicateRun.worker == worker, DuplicateRun.state == "running"
    )
