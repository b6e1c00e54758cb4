"""Exports of everything and backups: asked for here, made by a worker, and what came of them."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

from crm_core.kernel.access import SYSTEM, Permission
from crm_core.kernel.errors import Conflict, NotAllowed, NotFound
from crm_core.kernel.work import Work, use_case
from db.models import Copy
from db.queries import copies as sql

SHOWN: Final = 12
"""Backups that are listed: as many as are kept by default, and one."""

OLD_AFTER: Final = timedelta(days=2)
"""A backup that is older is worth a warning: a night was missed."""


@dataclass(frozen=True)
class CopyDetail:
    """One export of everything (``act`` is ``export``) or one ``backup``; ``by`` is empty for the system.

    ``state`` is ``queued``, ``running``, ``done`` or ``failed``; ``total`` and ``done`` are rows.
    ``check_result`` says of a backup whether it was ``restored`` for its check, or only read.
    """

    id: int
    act: str
    state: str
    due_on: date | None
    message: str
    export_id: int | None
    file_path: str
    file_size: int
    row_count: int
    total: int
    done: int
    attempts: int
    check_result: dict[str, Any]
    asked_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    checked_at: datetime | None
    by: str

    @property
    def is_over(self) -> bool:
        """Has it come to its end, good or bad?"""
        return self.state in ("done", "failed")


@use_case(Permission.EVERYTHING_EXPORT)
def export(work: Work) -> int:
    """Ask for an export of everything; a worker begins within seconds. Returns the number of the copy.

    Raises:
        NotAllowed: the person sees only some of the records. Conflict: one is under way.
    """
    if not work.actor.scope.is_everything:
        raise NotAllowed("You see only some of the records, so you cannot export everything.")
    return _ask(work, "export")


@use_case(Permission.EVERYTHING_EXPORT)
def back_up(work: Work) -> int:
    """Ask for a backup now, beside that of every night. Returns the number of the copy.

    Raises:
        Conflict: one is under way.
    """
    return _ask(work, "backup")


@use_case(Permission.EVERYTHING_EXPORT, read=True)
def get(work: Work, copy_id: int) -> CopyDetail:
    """One copy as it stands.

    Raises:
        NotFound: there is none.
    """
    found = work.first(sql.one(copy_id), CopyDetail)
    if found is None:
        raise NotFound("There is no such copy.")
    return found


@use_case(Permission.EVERYTHING_EXPORT, read=True)
def under_way(work: Work, act: str) -> CopyDetail | None:
    """The export or the backup that is not over."""
    return work.first(sql.under_way(act).limit(1), CopyDetail)


@use_case(Permission.EVERYTHING_EXPORT, read=True)
def latest(work: Work, act: str) -> CopyDetail | None:
    """The newest export or backup, however it ended; None before the first one."""
    return work.first(sql.of_act(act).limit(1), CopyDetail)


@use_case(Permission.EVERYTHING_EXPORT, read=True)
def backups(work: Work) -> list[CopyDetail]:
    """The backups that lie there, the newest first."""
    found = work.rows(sql.done("backup").limit(SHOWN * 2), CopyDetail)
    return [each for each in found if each.file_path][:SHOWN]


def health(now: datetime) -> tuple[bool, str]:
    """Whether the backups are as they should be, and what is to be said about them, as a sentence."""
    done, newest = _newest(SYSTEM)
    if newest is not None and newest.state == "failed":
        return False, f"The last backup failed: {newest.message}"
    if done is None or done.finished_at is None:
        return (
            False,
            "No backup was made yet. A worker makes one every night, or: python -m crm_core backup FILE",
        )
    told = f"{done.finished_at:%Y-%m-%d %H:%M} UTC, {size(done.file_size)}"
    if now - done.finished_at > OLD_AFTER:
        return False, f"The last backup is old ({told}). Is a worker running?"
    if done.checked_at is None:
        return False, f"The last backup was not read back yet ({told})."
    how = (
        "restored into a scratch database and compared"
        if done.check_result.get("restored")
        else "read through"
    )
    return True, f"The last backup was made and {how} ({told})."


def size(count: int) -> str:
    """A number of bytes as people say it: ``12.3 MB``."""
    value = float(count)
    for unit in ("bytes", "kB", "MB"):
        if value < 1000:
            return f"{value:.0f} {unit}" if unit == "bytes" or value >= 100 else f"{value:.1f} {unit}"
        value /= 1000
    return f"{value:.1f} GB"


@use_case(Permission.SYSTEM_OPERATE, read=True)
def _newest(work: Work) -> tuple[CopyDetail | None, CopyDetail | None]:
    """The newest good backup, and the newest one that came to an end."""
    newest = work.rows(sql.of_act("backup").limit(2), CopyDetail)
    over = next((each for each in newest if each.is_over), None)
    return work.first(sql.done("backup").limit(1), CopyDetail), over


def _ask(work: Work, act: str) -> int:
    if under_way(work, act) is not None:
        raise Conflict("Rapport is at work on one already. Wait until it is done.")
    row = work.add(Copy(act=act, state="queued", actor_id=work.actor.id, asked_at=work.now))
    work.flush()
    return row.id
