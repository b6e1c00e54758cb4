"""What follows when a promise is missed, and when nobody came back about a solution: the worker's part."""

from collections.abc import Callable
from datetime import timedelta
from typing import Final

from crm_core.kernel.access import SYSTEM, Permission
from crm_core.kernel.work import Work, use_case
from crm_core.service import case_steps, rules, sla
from crm_core.service.sla_types import ServiceSettings
from db.models import Case
from db.queries import case_clocks as sql

BATCH: Final = 100


def advance_next(_worker: str, _is_stopping: Callable[[], bool]) -> bool:
    """Look after a batch of cases; returns whether there may be more."""
    return sweep(SYSTEM) >= BATCH


@use_case(Permission.SYSTEM_OPERATE)
def sweep(work: Work) -> int:
    """Note missed promises, each once, with what is to follow; close what was solved long ago.

    Returns how many cases were touched, at most a batch of each kind.
    """
    how = sla.settings(work)
    late_answers = work.scalars(sql.late_to_answer(work.now, BATCH))
    for case in late_answers:
        case.response_breached_at = work.now
        _miss(work, case, "first answer", how)
    late_solutions = work.scalars(sql.late_to_solve(work.now, BATCH))
    for case in late_solutions:
        case.resolution_breached_at = work.now
        _miss(work, case, "solution", how)
    settled = []
    if how.close_after_days:
        before = work.now - timedelta(days=how.close_after_days)
        settled = work.scalars(sql.solved_before(before, BATCH))
    for case in settled:
        case_steps.step(work, case, "close", how)
    return max(map(len, (late_answers, late_solutions, settled)))


def _miss(work: Work, case: Case, promise: str, how: ServiceSettings) -> None:
    """Leave the trace, and do what the company wants done."""
    work.record("case.overdue", case, promise=promise, **case_steps.facts_of(case))
    text = f"Case {rules.shown(case.number)} missed its promised {promise}: {case.subject}"
    wanted = how.escalation
    owner_id = case_steps.keeper(work, case)
    told = {owner_id} if owner_id is not None else set()
    if wanted.reassign:
        owner_id = case_steps.with_fewest(work, case, but=case.owner_id)
        if owner_id is not None:
            case_steps.give(work, case, owner_id)
    if wanted.raise_priority and (priority := rules.raised(case.priority)) != case.priority:
        before, case.priority = case.priority, priority
        sla.follow(case, how)
        changes = {"priority": [before, priority]}
        work.record("case.changed", case, **case_steps.facts_of(case), changes=changes)
    if wanted.tell_managers:
        told |= _leaders(work, case)
    for user_id in sorted(told):
        case_steps.tell(work, case, user_id, text, f"case-overdue:{case.id}:{promise}:{user_id}")


def _leaders(work: Work, case: Case) -> set[int]:
    """The nearest people who lead whoever looks after the case, of those who see its customer."""
    seers = {user.id for user in case_steps.eligible(work, case)}
    found = [one for one in work.tuples(sql.leaders_of(case.owner_id)) if one.id in seers]
    return {user_id for user_id, distance in found if distance == found[0].distance}
