"""Copies of everything: what waits, who works on it, what came of it."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Update, and_, func, or_, select, update

from db.models import Copy, User
from db.queries import Rows

UNDER_WAY = ("queued", "running")
SHOWN = (
    "id", "act", "state", "due_on", "message", "export_id", "file_path", "file_size", "row_count", "total",
    "done", "attempts", "check_result", "asked_at", "started_at", "finished_at", "checked_at",
)  # fmt: skip


def one(copy_id: int) -> Rows:
    """One copy, with the name of who asked for it."""
    return _shown().where(Copy.id == copy_id)


def of_act(act: str) -> Rows:
    """All exports or all backups, the newest first."""
    return _shown().where(Copy.act == act).order_by(Copy.id.desc())


def under_way(act: str) -> Rows:
    """Those of this act that are not over, the oldest first."""
    return _shown().where(Copy.act == act, Copy.state.in_(UNDER_WAY)).order_by(Copy.id)


def done(act: str) -> Rows:
    """Those of this act that came to a good end, the newest first."""
    return of_act(act).where(Copy.state == "done")


def kept() -> Rows:
    """Backups whose file lies there, the newest first: (id, finished at, path)."""
    columns = (Copy.id, Copy.finished_at, Copy.file_path)
    found = select(*columns).where(Copy.act == "backup", Copy.state == "done", Copy.file_path != "")
    return found.order_by(Copy.finished_at.desc(), Copy.id.desc())


def swept(ids: list[int]) -> Update:
    """These files are gone."""
    return update(Copy).where(Copy.id.in_(ids)).values(file_path="")


def of_night(night: date) -> Rows:
    """The id of the backup that belongs to a night."""
    return select(Copy.id).where(Copy.due_on == night)


def waiting(again_before: datetime, attempts: int) -> Rows:
    """Copies that somebody has to make, the oldest first: (id, worker, heartbeat).

    A backup that failed is tried again, so often, when its last end lies before an instant.
    """
    columns = (Copy.id, Copy.worker, Copy.heartbeat_at)
    return select(*columns).where(_open(again_before, attempts)).order_by(Copy.id)


def claim(
    copy_id: int, worker: str, held_by: str, now: datetime, *, again_before: datetime, attempts: int
) -> Update:
    """Make the copy this worker's, provided that it still is ``held_by`` the one it was seen with."""
    seen = (Copy.id == copy_id, Copy.worker == held_by, _open(again_before, attempts))
    values = {"worker": worker, "heartbeat_at": now, "started_at": now, "state": "running", "done": 0,
              "attempts": Copy.attempts + 1, "message": ""}  # fmt: skip
    return update(Copy).where(*seen).values(values)


def advance(copy_id: int, worker: str, now: datetime, values: Mapping[str, Any]) -> Update:
    """Say how far it is, and show a sign of life, provided that it still is this worker's."""
    return _held(copy_id, worker).values(heartbeat_at=now, **values)


def leave(copy_id: int, worker: str, values: Mapping[str, Any]) -> Update:
    """Let go of a copy, provided that it is this worker's."""
    return _held(copy_id, worker).values(worker="", **values)


def _open(again_before: datetime, attempts: int) -> ColumnElement[bool]:
    again = and_(
        Copy.state == "failed", Copy.due_on.is_not(None), Copy.attempts < attempts,
        Copy.finished_at < again_before,
    )  # fmt: skip
    return or_(Copy.state.in_(UNDER_WAY), again)


def _shown() -> Rows:
    columns = (getattr(Copy, name) for name in SHOWN)
    found = select(*columns, func.coalesce(User.name, "").label("by"))
    return found.join(User, User.id == Copy.actor_id, isouter=True)


def _held(copy_id: int, worker: str) -> Update:
    return update(Copy).where(Copy.id == copy_id, Copy.worker == worker, Copy.state == "running")
