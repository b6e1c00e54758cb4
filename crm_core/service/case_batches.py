"""Many cases at once: given away or solved, and put back as they were."""

from collections.abc import Callable, Collection

from crm_core.kernel.access import Permission
from crm_core.kernel.errors import CrmError, Invalid
from crm_core.kernel.work import Work, use_case
from crm_core.service import case_steps, rules, sla
from crm_core.service.case_types import CaseBefore, ManyCases
from db.models import Case
from db.queries import cases as sql

MOST = 500


@use_case(Permission.CASES_EDIT)
def assign(work: Work, case_ids: Collection[int], owner_id: int | None) -> ManyCases:
    """Give many cases to somebody; those whose customer this person does not see stay.

    Raises:
        Invalid: too many at once.
    """
    return _each(work, case_ids, lambda case: case_steps.give(work, case, owner_id))


@use_case(Permission.CASES_EDIT)
def solve(work: Work, case_ids: Collection[int]) -> ManyCases:
    """Note that many cases are solved; those that are already, or are closed, stay.

    Raises:
        Invalid: too many at once.
    """
    how = sla.settings(work)

    def step(case: Case) -> bool:
        if not rules.may("solve", case.status):
            return False
        case_steps.step(work, case, "solve", how)
        return True

    return _each(work, case_ids, step)


@use_case(Permission.CASES_EDIT)
def put_back(work: Work, before: Collection[CaseBefore]) -> ManyCases:
    """Take back what ``assign`` or ``solve`` did; cases that somebody changed since stay."""
    wanted = {one.id: one for one in before}
    how = sla.settings(work)

    def step(case: Case) -> bool:
        old = wanted[case.id]
        if case.version != old.version:
            return False
        if case.status == "solved" and old.status in rules.UNSOLVED:
            if case.first_response_at == case.solved_at:  # it was solved without an answer before
                case.first_response_at = case.response_seconds = case.is_response_in_time = None
            case_steps.step(work, case, "reopen", how)
            case.reopened_count -= 1
            if old.status == "waiting":
                case_steps.step(work, case, "wait", how)
            case.status, case.is_unanswered = old.status, old.is_unanswered
        case_steps.give(work, case, old.owner_id)
        return True

    return _each(work, list(wanted), step)


def _each(work: Work, case_ids: Collection[int], change: Callable[[Case], bool]) -> ManyCases:
    if len(case_ids) > MOST:
        raise Invalid(f"At most {MOST} cases are changed at once. Choose fewer.")
    found: list[CaseBefore] = []
    for case in work.scalars(sql.by_ids(case_ids)):
        before = (case.owner_id, case.status, case.is_unanswered)
        try:
            is_changed = change(case)
        except CrmError:
            is_changed = False  # it is counted among those that stay
        if is_changed:
            work.flush()
            found.append(CaseBefore(case.id, case.version, *before))
    return ManyCases(tuple(found), len(set(case_ids)) - len(found))
