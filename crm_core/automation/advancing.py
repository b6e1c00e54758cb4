"""The worker's part of journeys: let newcomers begin, and take everybody whose step is due a step further.

A batch is one transaction: what a step does and the mark that it was done are stored together or not at all.
So a worker may die at any moment; another one finds the runs as they were.
"""

import logging
from collections.abc import Callable
from secrets import token_hex
from typing import Final

from crm_core.automation import batches, entering
from crm_core.automation.batches import Moving
from crm_core.automation.types import Definition
from crm_core.kernel.access import SYSTEM
from crm_core.kernel.errors import Unavailable
from crm_core.kernel.work import Clock, begin
from db.queries import journey_work as working
from db.queries import journeys as sql

BATCH: Final = 500

_log = logging.getLogger(__name__)


def advance_next(worker: str, is_stopping: Callable[[], bool]) -> bool:
    """Do what journeys have to do now, a batch at most; returns whether there was anything.

    Marks and days are looked for, newcomers begin as far as the limits per hour allow, and due steps are
    done.
    """
    if is_stopping():
        return False
    came = entering.sweep(Clock.now())
    begun = admit()
    return advance(worker) > 0 or begun > 0 or came


def admit() -> int:
    """Let those at the door begin, in the order of their coming; returns how many did."""
    with begin(SYSTEM, write=False) as work:
        live = work.rows(working.live(), entering.Live)
        waiting = [one.id for one in live if work.scalars(working.at_the_door(one.id, 1))]
    return sum(_admit(journey_id) for journey_id in waiting)


def advance(worker: str = "", limit: int = BATCH) -> int:
    """Take runs whose time has come a step further, and on, until each waits or is over; returns how many."""
    with begin(SYSTEM, write=False) as work:
        if work.scalar(working.is_due(work.now)) is None:
            return 0
    try:
        with begin(SYSTEM) as work:
            return batches.move(work, work.rows(working.due(work.now, limit), Moving))
    except Unavailable:
        raise
    except Exception:  # one of them breaks the rest: each by itself, so that only that one stays behind
        _log.warning("A batch of journeys did not go through for %s.", worker, exc_info=True)
        return _one_by_one(limit)


def _admit(journey_id: int) -> int:
    with begin(SYSTEM) as work:
        row = work.scalar(working.lock(journey_id))
        if row is None:
            return 0
        version = work.scalar(sql.version(row.id, row.number))
        most = int(version.definition.get("per_hour", Definition.per_hour))
        room = max(0, most - int(work.scalar(working.begun(row.id, work.now)) or 0)) if most else BATCH
        chosen = work.scalars(working.at_the_door(row.id, min(room, BATCH))) if room else []
        return work.run(working.admit(chosen, "1", work.now)) if chosen else 0


def _one_by_one(limit: int) -> int:
    with begin(SYSTEM, write=False) as work:
        chosen = work.scalars(working.ids_due(work.now, limit))
    for run_id in chosen:
        try:
            with begin(SYSTEM) as work:
                batches.move(work, work.rows(working.one_due(run_id, work.now), Moving))
        except Unavailable:
            raise
        except Exception:  # whatever it is, it must not keep the others from going on
            reference = token_hex(4)
            _log.exception("A journey broke, reference %s", reference)
            with begin(SYSTEM) as work:
                why = f"Something went wrong here; the log says more under {reference}."
                work.run(working.fail(run_id, why, work.now))
    return len(chosen)
