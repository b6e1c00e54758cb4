"""What the worker does for leads: imported ones get an owner and a score, and scores age."""

import time
from collections.abc import Callable
from datetime import timedelta
from typing import Final

from crm_core.kernel.access import SYSTEM, Permission
from crm_core.kernel.work import Work, use_case
from crm_core.sales import assignment, lead_scores
from crm_core.sales.lead_rules import OPEN
from db.queries import lead_scoring as sql

BATCH: Final = 200
A_LOOK: Final = 10.0
"""Seconds between two looks: looking walks over all leads."""
SCORE_LASTS: Final = timedelta(hours=24)
LEARNS_EVERY: Final = timedelta(hours=24)


class _Looked:
    """When this process looked last, by the clock that never goes back."""

    at: float | None = None


def advance_next(_worker: str, is_stopping: Callable[[], bool]) -> bool:
    """Look after a batch of leads, every ten seconds at most; returns whether there is more to do."""
    now = time.monotonic()
    if is_stopping() or (_Looked.at is not None and now - _Looked.at < A_LOOK):
        return False
    if advance():
        return True
    _Looked.at = now
    return False


def advance() -> bool:
    """One batch: leads without a score first, then those whose score is old; learns once a day."""
    return bool(_take_in(SYSTEM) or _age(SYSTEM) or _learn(SYSTEM))


@use_case(Permission.SYSTEM_OPERATE)
def _take_in(work: Work) -> int:
    """Give new leads an owner and a score."""
    found = work.tuples(sql.unscored(BATCH))
    for lead_id, owner_id, status in found:
        if owner_id is None and status in OPEN:
            assignment.assign(work, lead_id)
    lead_scores.rescore(work, [row[0] for row in found])
    return len(found)


@use_case(Permission.SYSTEM_OPERATE)
def _age(work: Work) -> int:
    """Count scores anew: what leads did fades from day to day."""
    found = work.scalars(sql.scored_before(work.now - SCORE_LASTS, OPEN, BATCH))
    lead_scores.rescore(work, found)
    return len(found)


@use_case(Permission.SYSTEM_OPERATE)
def _learn(work: Work) -> bool:
    """Learn from closed leads, once a day, when there are new ones."""
    state = lead_scores.state(work)
    if state.outcomes < state.needed or state.outcomes == state.quality.get("outcomes"):
        return False
    if state.fitted_at is not None and work.now - state.fitted_at < LEARNS_EVERY:
        return False
    return lead_scores.learn(work)
