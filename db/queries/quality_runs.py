"""Counts, repairs and their undo: what waits, who works on it, what came of it, and the traces they left."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Update, func, not_, select, update

from db.models import Activity, QualityRun, User
from db.queries import Rows

UNDER_WAY = ("queued", "running")
RUN = (
    "id", "record", "act", "finding", "repair", "repair_id", "options", "state", "message", "total", "done",
    "kept", "asked_at", "started_at", "finished_at",
)  # fmt: skip


def runs(record: str) -> Rows:
    """All runs among records of this kind, the newest first, with those who asked for them."""
    return _runs().where(QualityRun.record == record).order_by(QualityRun.id.desc())


def run(run_id: int) -> Rows:
    """One run."""
    return _runs().where(QualityRun.id == run_id)


def under_way(record: str) -> Rows:
    """The run among records of this kind that is not over."""
    return runs(record).where(QualityRun.state.in_(UNDER_WAY))


def repairs(record: str, actor_id: int | None, limit: int) -> Rows:
    """The newest repairs (None: of everybody) that changed something and were not taken back."""
    undo = select(QualityRun.repair_id).where(QualityRun.act == "undo", QualityRun.state == "done")
    done = (QualityRun.act == "repair", QualityRun.state.in_(("done", "failed")), QualityRun.done > 0)
    taken_back = QualityRun.id.in_(undo.where(QualityRun.repair_id.is_not(None)))
    found = runs(record).where(*done, not_(taken_back)).limit(limit)
    return found if actor_id is None else found.where(QualityRun.actor_id == actor_id)


def undone(run_id: int) -> Rows:
    """The undo of this run that is over."""
    mine = (QualityRun.repair_id == run_id, QualityRun.act == "undo", QualityRun.state == "done")
    return select(QualityRun.id).where(*mine)


def waiting() -> Rows:
    """Runs that somebody has to work on, the oldest first: (id, worker, heartbeat)."""
    columns = (QualityRun.id, QualityRun.worker, QualityRun.heartbeat_at)
    return select(*columns).where(QualityRun.state.in_(UNDER_WAY)).order_by(QualityRun.id)


def claim(run_id: int, worker: str, held_by: str, now: datetime) -> Update:
    """Make the run this worker's, provided that it still is ``held_by`` the one it was seen with."""
    seen = (QualityRun.id == run_id, QualityRun.worker == held_by, QualityRun.state.in_(UNDER_WAY))
    started_at = func.coalesce(QualityRun.started_at, now)
    return (
        update(QualityRun)
        .where(*seen)
        .values(worker=worker, heartbeat_at=now, started_at=started_at, state="running")
    )


def leave(run_id: int, worker: str, values: Mapping[str, Any]) -> Update:
    """Set these values of a run, provided that it is this worker's."""
    held = (QualityRun.id == run_id, QualityRun.worker == worker, QualityRun.state == "running")
    return update(QualityRun).where(*held).values(**values)


def steps(record: str, between: Sequence[int], above: int, limit: int) -> Rows:
    """The traces that a repair left, some at a time: (id, record id, facts)."""
    first, last = between
    inside = (Activity.id > max(above, first - 1), Activity.id <= last, Activity.subject_type == record)
    columns = (Activity.id, Activity.subject_id, Activity.facts)
    return select(*columns).where(*inside).order_by(Activity.id).limit(limit)


def _runs() -> Rows:
    columns = (getattr(QualityRun, name) for name in RUN)
    found = select(*columns, func.coalesce(User.name, "").label("by"))
    return found.join(User, User.id == QualityRun.actor_id, isouter=True)
