"""Does what takes longer than a click: counts at night and after imports, repairs of many, their undo.

Each chunk is one transaction that also notes how far the run is, so a kill leaves nothing half done.
"""

import logging
import secrets
import time
from collections.abc import Callable
from datetime import datetime
from typing import Final

from crm_core.data import claims, quality_counts, quality_repairs, quality_runs
from crm_core.data.quality_checks import KINDS
from crm_core.data.quality_runs import Run
from crm_core.kernel.access import OPERATOR, SYSTEM, Actor, Permission
from crm_core.kernel.errors import Conflict, CrmError, NotAllowed, Unavailable
from crm_core.kernel.work import Work, begin, use_case
from crm_core.team.actors import actor_of
from db.models import QualityRun, User
from db.queries import quality_runs as run_sql

_PAUSE: Final = 0.2
Ending = Callable[[], bool]
_log = logging.getLogger(__name__)


def advance_next(worker: str, is_ending: Ending) -> bool:
    """Work on the oldest run that waits, or ask for a count that is due; False when there is neither."""
    with begin(SYSTEM, write=False) as work:
        waiting = [tuple(row) for row in work.tuples(run_sql.waiting())]
        due = [record for record in KINDS if quality_counts.is_due(work, record)]
    run_id = next((row[0] for row in waiting if _take(worker, *row)), None)
    if run_id is not None:
        advance(run_id, worker, is_ending)
        return True
    return any(ask_for_count(record) for record in due)


def ask_for_count(record: str) -> bool:
    """Ask for the daily count, unless something is under way already."""
    try:
        with begin(SYSTEM) as work:
            if work.first(run_sql.under_way(record), Run) is not None:
                return False
            work.add(QualityRun(record=record, act="count", state="queued", options={}, asked_at=work.now))
    except Conflict as reason:
        _log.info("another worker asked for the count of %s: %s", record, reason)
        return False
    return True


def advance(run_id: int, worker: str, is_ending: Ending = lambda: False) -> None:
    """Work on a run that this worker has claimed, until it is over or the worker has to end."""
    try:
        who = _asker(SYSTEM, run_id)
        while _step(who, run_id, worker):
            if is_ending():
                _leave(run_id, worker, state="queued")
                return
        _count(run_id, worker)
    except claims.Lost:
        _log.info("run %s is worked on by somebody else", run_id)
    except Unavailable:
        raise
    except CrmError as error:
        _leave(run_id, worker, state="failed", message=error.message)
    except Exception:
        reference = secrets.token_hex(4)
        _log.exception("run %s failed, reference %s", run_id, reference)
        message = f"Something went wrong on our side. Quote {reference} when you report it; then try again."
        _leave(run_id, worker, state="failed", message=message)


def complete(who: Actor, run_id: int) -> Run:
    """Bring the run to its end in this process, or wait for a worker that was quicker."""
    worker = claims.worker_name()
    while not (found := quality_runs.get(who, run_id)).is_over:
        with begin(SYSTEM, write=False) as work:
            seen = next((tuple(row) for row in work.tuples(run_sql.waiting()) if row[0] == run_id), None)
        if seen is not None and _take(worker, *seen):
            advance(run_id, worker)
        else:
            time.sleep(_PAUSE)
    return found


def _take(worker: str, run_id: int, held_by: str, seen_at: datetime | None) -> bool:
    """Claim this run if its holder (empty: nobody) is gone."""
    with begin(SYSTEM) as work:
        if held_by and not claims.is_gone(held_by, seen_at, work.now):
            return False
        return bool(work.run(run_sql.claim(run_id, worker, held_by, work.now)))


@use_case(Permission.CONTACTS_READ, read=True)
def _asker(work: Work, run_id: int) -> Actor:
    """The person who asked, with today's rights; the operator for the command line and the night."""
    user_id = work.get(QualityRun, run_id).actor_id
    if user_id is None:
        return OPERATOR
    user = work.get(User, user_id)
    if not user.is_active:
        raise NotAllowed(f"{user.name} cannot sign in any more, so this cannot go on.")
    return actor_of(work, user)


@use_case(Permission.CONTACTS_EDIT)
def _step(work: Work, run_id: int, worker: str) -> bool:
    """Do the next chunk and note it, both or neither; False at the end.

    Raises:
        Lost: the run is not this worker's any more; the transaction must not be stored.
    """
    if not work.run(run_sql.leave(run_id, worker, {"heartbeat_at": work.now})):
        raise claims.Lost("Another worker goes on with this run.")
    return _goes_on(work, work.get(QualityRun, run_id))


def _count(run_id: int, worker: str) -> None:
    """Count anew, which locks nothing, and then keep that, which takes a moment."""
    record = quality_runs.get(SYSTEM, run_id).record
    with begin(SYSTEM, write=False) as work:
        counts = quality_counts.count(work, record)
    with begin(SYSTEM) as work:
        done = {"state": "done", "worker": "", "finished_at": work.now}
        if not work.run(run_sql.leave(run_id, worker, done)):
            raise claims.Lost("Another worker goes on with this run.")
        quality_counts.keep(work, record, counts)


def _goes_on(work: Work, row: QualityRun) -> bool:
    if row.act == "undo":
        return quality_repairs.take_back(work, row, work.get(QualityRun, row.repair_id or 0))
    if row.act != "repair":
        return False
    chunk = quality_repairs.look(work, quality_runs.order_of(row), row.above, is_locking=True)
    quality_repairs.make(work, row, chunk.proposals)
    row.above = chunk.last
    return bool(chunk.seen)


def _leave(run_id: int, worker: str, **values: object) -> None:
    with begin(SYSTEM) as work:
        ended = {"finished_at": work.now} if values["state"] == "failed" else {}
        work.run(run_sql.leave(run_id, worker, {"worker": "", **values, **ended}))
