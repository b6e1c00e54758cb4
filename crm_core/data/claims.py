"""Who works on an import: one worker at a time, found again when it died."""

import os
import socket
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import uuid4

from crm_core.data.import_turns import held_back
from crm_core.kernel.access import SYSTEM
from crm_core.kernel.errors import CrmError
from crm_core.kernel.work import Work, begin
from db.queries import imports as sql

SILENT_FOR: Final = timedelta(seconds=30)
"""A worker that gave no sign of life for so long is taken for dead."""


class Lost(CrmError):
    """The import is somebody else's by now: stop working on it, nothing is to be written."""


def worker_name() -> str:
    """A name for this worker that says where it runs."""
    return f"{socket.gethostname()[:60]}/{os.getpid()}/{uuid4().hex[:8]}"


def next_one(worker: str) -> int | None:
    """Claim the oldest import that nobody works on; None when there is nothing to do."""
    with begin(SYSTEM, write=False) as work:
        waiting = [tuple(row) for row in work.tuples(sql.waiting())]
        held = held_back(work)
    if stop_held(held):
        # Others may have waited for those that stopped.
        return next_one(worker)
    free = (row for row in waiting if row[0] not in held)
    return next((row[0] for row in free if take(row[0], worker, row[1], row[2])), None)


def take_free(import_id: int, worker: str) -> bool:
    """Claim this one import, if nobody works on it."""
    with begin(SYSTEM, write=False) as work:
        seen = next((row for row in work.tuples(sql.waiting()) if row[0] == import_id), None)
        held = held_back(work)
    stop_held(held)
    if import_id in held:
        return False
    return seen is not None and take(import_id, worker, seen[1], seen[2])


def stop_held(held: Mapping[int, str]) -> bool:
    """Imports whose turn cannot come stop, and say why; did one stop?"""
    stopped = 0
    for import_id, sentence in held.items():
        if sentence:
            with begin(SYSTEM) as work:
                values = {"state": "stopped", "message": sentence}
                stopped += work.run(sql.move(import_id, ("queued",), values))
    return stopped > 0


def take(import_id: int, worker: str, held_by: str, seen_at: datetime | None) -> bool:
    """Claim this import if its holder (empty: nobody) is gone."""
    with begin(SYSTEM) as work:
        if held_by and not is_gone(held_by, seen_at, work.now):
            return False
        return bool(work.run(sql.claim(import_id, worker, held_by, work.now)))


def advance(work: Work, import_id: int, worker: str, added: Mapping[str, int]) -> None:
    """Add to the counters of the import in the transaction that earned them.

    Raises:
        Lost: the import is not this worker's any more; the transaction must not be stored.
    """
    if not work.run(sql.advance(import_id, worker, work.now, added)):
        raise Lost("Another worker goes on with this import.")


def leave(import_id: int, worker: str, **values: Any) -> None:
    """Let go of the import, and set what changes with that."""
    with begin(SYSTEM) as work:
        work.run(sql.leave(import_id, worker, values))


def is_wanted(import_id: int) -> str:
    """What somebody asked of the worker: ``stop``, or nothing."""
    with begin(SYSTEM, write=False) as work:
        return str(work.scalar(sql.wanted(import_id)) or "")


def is_gone(holder: str, seen_at: datetime | None, now: datetime) -> bool:
    """Did this worker die? Of one on this machine the system knows it, others are silent for too long."""
    if seen_at is None or now - seen_at > SILENT_FOR:
        return True
    host, process, _ = holder.split("/")
    return host == socket.gethostname()[:60] and not _is_alive(int(process))


def _is_alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
