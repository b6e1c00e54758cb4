"""Does what was asked about duplicates, each merge in one transaction: a kill leaves nothing half done."""

import logging
import secrets
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import suppress
from datetime import datetime
from functools import partial
from typing import Final, TypeVar

from crm_core.data import claims, duplicate_runs, duplicates, merging, searching
from crm_core.data.duplicate_runs import Run
from crm_core.data.duplicates import PairRow
from crm_core.data.searching import Compared, Records
from crm_core.kernel.access import OPERATOR, SYSTEM, Actor, Permission
from crm_core.kernel.errors import Conflict, CrmError, NotAllowed, NotFound, Unavailable
from crm_core.kernel.work import Work, begin, use_case
from crm_core.team.actors import actor_of
from db.models import DuplicateRun, User
from db.queries import duplicate_runs as sql
from db.queries import duplicates as pairs_sql
from db.queries import merging as merge_sql

BEAT: Final = 1.0
"""Seconds between two signs of life while records are compared."""

MOST_FRESH: Final = 0.3
"""Share of new and changed records from which on what was learned before is too old: all are compared."""

_PAUSE: Final = 0.2
T = TypeVar("T")
Ending = Callable[[], bool]

_log = logging.getLogger(__name__)


class _Ended(Exception):
    """The worker is told to end; another one goes on."""


def advance_next(worker: str, is_ending: Ending) -> bool:
    """Work on the oldest run that waits or whose worker died; False when there is none.

    Where nothing waits it is time, once a minute, to see whether new records should be compared.
    """
    if duplicate_runs.is_time_to_ask():
        for record in duplicate_runs.due(SYSTEM):
            with suppress(Conflict):  # another worker was quicker to ask
                duplicate_runs.catch_up(SYSTEM, record)
    with begin(SYSTEM, write=False) as work:
        waiting = [tuple(row) for row in work.tuples(sql.waiting())]
    run_id = next((row[0] for row in waiting if _take(worker, *row)), None)
    if run_id is None:
        return False
    advance(run_id, worker, is_ending)
    return True


def advance(run_id: int, worker: str, is_ending: Ending = lambda: False) -> None:
    """Work on a run that this worker has claimed, until it is over or the worker has to end."""
    try:
        run = duplicate_runs.get(SYSTEM, run_id)
        acts = {"search": _search, "catch_up": _catch_up, "merge": _merge, "part": _part}
        acts[run.act](run, worker, is_ending)
    except claims.Lost:
        _log.info("run %s is worked on by somebody else", run_id)
    except _Ended:
        _leave(run_id, worker, state="queued")
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
    while not (found := duplicate_runs.get(who, run_id)).is_over:
        with begin(SYSTEM, write=False) as work:
            seen = next((tuple(row) for row in work.tuples(sql.waiting()) if row[0] == run_id), None)
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
        return bool(work.run(sql.claim(run_id, worker, held_by, work.now)))


def _search(run: Run, worker: str, is_ending: Ending) -> None:
    records = searching.read(SYSTEM, run.record)
    compared = _beside(lambda: searching.compare(run.record, records), run.id, worker, is_ending)
    _keep(SYSTEM, run, worker, compared, records)


def _catch_up(run: Run, worker: str, is_ending: Ending) -> None:
    """Compare what is new or changed since the last search with all, by what the last full search learned."""
    past = duplicate_runs.past(SYSTEM, run.record)
    records = searching.read(SYSTEM, run.record, past.since) if past else None
    if past is None or records is None or not past.model or records.compared > len(records.ids) * MOST_FRESH:
        _search(run, worker, is_ending)
        return
    compared = _beside(lambda: searching.compare(run.record, records, past.model), run.id, worker, is_ending)
    _keep(SYSTEM, run, worker, compared, records)


def _beside(act: Callable[[], T], run_id: int, worker: str, is_ending: Ending) -> T:
    """Do this in a thread that dies with the process, and show signs of life meanwhile."""
    result: Future[T] = Future()
    threading.Thread(target=_fill, args=(result, act), name="comparing", daemon=True).start()
    while True:
        try:
            return result.result(BEAT)
        except TimeoutError:
            if result.done():
                raise
        if is_ending():
            raise _Ended
        with begin(SYSTEM) as work:
            _hold(work, run_id, worker)


def _fill(result: Future[T], act: Callable[[], T]) -> None:
    try:
        result.set_result(act())
    except BaseException as error:  # it is raised where the result is asked for
        result.set_exception(error)


def _merge(run: Run, worker: str, is_ending: Ending) -> None:
    who = _asker(SYSTEM, run.id)
    for pair in duplicates.every(who, run.record, "sure"):
        _one_by_one(partial(_merge_one, who, run, worker, pair), run.id, worker, is_ending)
    _finish(run.id, worker, "merged")


def _part(run: Run, worker: str, is_ending: Ending) -> None:
    who = _asker(SYSTEM, run.id)
    for merge_id in _merges_of(who, run.batch_id or 0):
        _one_by_one(partial(_part_one, who, run, worker, merge_id), run.id, worker, is_ending)
    _finish(run.id, worker, "parted")


def _one_by_one(act: Callable[[], None], run_id: int, worker: str, is_ending: Ending) -> None:
    """One step of many; what cannot be done because of what people did meanwhile is left."""
    if is_ending():
        raise _Ended
    try:
        act()
    except (Conflict, NotFound) as reason:
        _log.info("run %s leaves one out: %s", run_id, reason)
        with begin(SYSTEM) as work:
            _hold(work, run_id, worker, skipped=1)


@use_case(Permission.DUPLICATES_MERGE, read=True)
def _asker(work: Work, run_id: int) -> Actor:
    """The person who asked, with today's rights; the operator for the command line."""
    user_id = work.get(DuplicateRun, run_id).actor_id
    if user_id is None:
        return OPERATOR
    user = work.get(User, user_id)
    if not user.is_active:
        raise NotAllowed(f"{user.name} cannot sign in any more, so this cannot go on.")
    return actor_of(work, user)


@use_case(Permission.DUPLICATES_MERGE)
def _keep(work: Work, run: Run, worker: str, compared: Compared, records: Records) -> None:
    """Store what a search found, and that it is over: both or neither."""
    _hold(work, run.id, worker)
    found = searching.store(work, run.record, compared, records)
    values = {"records": found.records, "sure": found.sure, "maybe": found.maybe, "model": compared.model}
    work.run(sql.leave(run.id, worker, {**values, "state": "done", "finished_at": work.now}))


@use_case(Permission.DUPLICATES_MERGE)
def _merge_one(work: Work, run: Run, worker: str, pair: PairRow) -> None:
    """Merge one pair and count it. The fuller record stays, the older one where both are as full.

    Where an earlier merge took one side away, the next search compares what came of it.
    """
    present = work.tuples(pairs_sql.completeness(run.record, [pair.left_id, pair.right_id]))
    is_there = len(present) == 2
    _hold(work, run.id, worker, **{"done" if is_there else "skipped": 1})
    if is_there:
        keep, drop = sorted(present, key=duplicates.staying)
        merging.merge(work, run.record, keep[0], drop[0], batch_id=run.id)


@use_case(Permission.DUPLICATES_MERGE, read=True)
def _merges_of(work: Work, batch_id: int) -> list[int]:
    """The merges of a batch that stand, the newest first."""
    return work.scalars(merge_sql.of_batch(batch_id))


@use_case(Permission.DUPLICATES_MERGE)
def _part_one(work: Work, run: Run, worker: str, merge_id: int) -> None:
    """Part one merge and count it."""
    _hold(work, run.id, worker, done=1)
    merging.unmerge(work, merge_id)


def _hold(work: Work, run_id: int, worker: str, **added: int) -> None:
    """Show a sign of life in the transaction that earned it.

    Raises:
        Lost: the run is not this worker's any more; the transaction must not be stored.
    """
    if not work.run(sql.advance(run_id, worker, work.now, added)):
        raise claims.Lost("Another worker goes on with this run.")


def _finish(run_id: int, worker: str, verb: str) -> None:
    left = duplicate_runs.get(SYSTEM, run_id).skipped
    message = f"{left:,} were not {verb}: other merges or changes came in between." if left else ""
    with begin(SYSTEM) as work:
        work.run(sql.leave(run_id, worker, {"state": "done", "finished_at": work.now, "message": message}))


def _leave(run_id: int, worker: str, **values: object) -> None:
    with begin(SYSTEM) as work:
        ended = {"finished_at": work.now} if values["state"] == "failed" else {}
        work.run(sql.leave(run_id, worker, {**values, **ended}))
