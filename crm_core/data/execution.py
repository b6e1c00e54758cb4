"""Brings an import forward, whatever it waits for, and says in a sentence when it cannot go on."""

import logging
import secrets
import time
from collections.abc import Callable
from typing import Final

from crm_core.data import checking, claims, imports, running, undoing
from crm_core.data.frames import Job, job
from crm_core.data.import_types import ImportDetail
from crm_core.kernel.access import SYSTEM, Actor, Permission
from crm_core.kernel.errors import CrmError, Unavailable
from crm_core.kernel.work import Work, use_case
from crm_core.team.company import company
from db.models import Import
from db.queries.imports import WORKED_ON

_PAUSE: Final = 0.3

_log = logging.getLogger(__name__)

Ending = Callable[[], bool]


def advance_next(worker: str, is_ending: Ending) -> bool:
    """Work on the oldest import that waits or whose worker died; False when there is none."""
    import_id = claims.next_one(worker)
    if import_id is None:
        return False
    advance(import_id, worker, is_ending)
    return True


def advance(import_id: int, worker: str, is_ending: Ending = lambda: False) -> None:
    """Work on an import that this worker has claimed, until it is done, stopped or cannot go on."""
    try:
        state = _state_of(SYSTEM, import_id)
        if state == "undoing":
            undoing.undo(import_id, worker, is_ending)
            return
        work_on = checking.check if state == "checking" else running.run
        work_on(_open_job(SYSTEM, import_id), worker, is_ending)
    except claims.Lost:
        _log.info("import %s is worked on by somebody else", import_id)
    except running.Differs as error:
        summary = {**_summary_of(SYSTEM, import_id), "differs": error.rows}
        claims.leave(import_id, worker, state="stopped", wanted="", message=error.message, summary=summary)
    except Unavailable:
        raise
    except CrmError as error:
        claims.leave(import_id, worker, state="failed", wanted="", message=error.message)
    except Exception:
        reference = secrets.token_hex(4)
        _log.exception("import %s failed, reference %s", import_id, reference)
        message = (
            f"Something went wrong on our side. Quote {reference} when you report it; then go on or undo."
        )
        claims.leave(import_id, worker, state="failed", wanted="", message=message)


def complete(who: Actor, import_id: int) -> ImportDetail:
    """Bring the import to its next rest in this process, or wait for a worker that was quicker."""
    worker = claims.worker_name()
    while True:
        found = imports.get(who, import_id)
        if found.state not in WORKED_ON:
            return found
        if claims.take_free(import_id, worker):
            advance(import_id, worker)
        else:
            time.sleep(_PAUSE)


@use_case(Permission.IMPORTS_RUN, read=True)
def _state_of(work: Work, import_id: int) -> str:
    """What the import waits for."""
    return work.get(Import, import_id).state


@use_case(Permission.IMPORTS_RUN, read=True)
def _summary_of(work: Work, import_id: int) -> dict[str, object]:
    """What is known of the whole import."""
    return dict(work.get(Import, import_id).summary)


@use_case(Permission.IMPORTS_RUN, read=True)
def _open_job(work: Work, import_id: int) -> Job:
    """Everything that is needed to work on the import."""
    return job(work, work.get(Import, import_id), company())
