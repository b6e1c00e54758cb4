"""The steps of a case, as its use cases share them: the status, the clock, and the trace."""

from typing import Any

from crm_core.kernel.access import Permission, Role
from crm_core.kernel.errors import Invalid
from crm_core.kernel.work import Work
from crm_core.service import rules, sla
from crm_core.service.rules import Verb
from crm_core.service.sla_types import ServiceSettings
from crm_core.team import notices
from crm_core.team.actors import actor_of
from crm_core.team.notices import NewNotice
from db.models import Activity, Case, Contact, User
from db.queries import cases as sql

NEARNESS: dict[str, int] = {Role.SUPPORT: 0, Role.SALES: 1, Role.MANAGER: 2}
RECORDED = {
    "wait": "case.waiting", "solve": "case.solved", "close": "case.closed", "reopen": "case.reopened",
}  # fmt: skip


def held(work: Work, case_id: int, version: int | None = None) -> Case:
    """The case as a row to change.

    Raises:
        NotFound: there is none within reach.
        Conflict: somebody changed it since ``version``.
    """
    return work.fresh(Case, case_id, version)


def facts_of(case: Case) -> dict[str, Any]:
    """What the trace keeps of a case: readable also when the case is gone."""
    return {
        "number": rules.shown(case.number), "case": case.subject, "kind": case.kind,
        "priority": case.priority, "channel": case.channel,
    }  # fmt: skip


def step(work: Work, case: Case, verb: Verb, how: ServiceSettings) -> Activity | None:
    """Go one step: status, clock and trace; what customers and we say leaves its own trace.

    Raises:
        Conflict: the step is not open to a case of that status.
    """
    before = case.status
    status = rules.after(verb, before, case.number)
    if verb == "solve":
        sla.note_response(case, how, work.now)
        sla.note_solution(case, how, work.now)
        case.is_unanswered = False
    if verb == "wait":
        sla.note_response(case, how, work.now)
        case.is_unanswered = False
    case.closed_at = work.now if status == "closed" else None
    if status in rules.ACTIVE:
        sla.resume(case, how, work.now)
    else:
        sla.pause(case, work.now)
    if before in ("solved", "closed") and status in rules.UNSOLVED:
        case.solved_at = case.resolution_seconds = case.is_resolution_in_time = None
        case.reopened_count += 1
        verb = "reopen"
    case.status, case.updated_at = status, work.now
    sla.follow(case, how)
    if verb not in RECORDED:
        return None
    return work.record(RECORDED[verb], case, status=[before, status], **facts_of(case))


def eligible(work: Work, case: Case) -> list[User]:
    """Who may get a case: everybody who works on cases and sees the customer, whoever asks."""
    scope = work.session.info["scope"]
    system = work.as_system()
    try:
        owner_id = system.get(Contact, case.contact_id, with_deleted=True).owner_id
        people: list[User] = system.scalars(sql.workers())
        actors = {user.id: actor_of(system, user) for user in people}
        return [
            user
            for user in people
            if actors[user.id].may(Permission.CASES_EDIT) and actors[user.id].scope.covers(owner_id)
        ]
    finally:
        work.session.info["scope"] = scope


def with_fewest(work: Work, case: Case, but: int | None = None) -> int | None:
    """Who of those whose job it is has the fewest cases to work on; None where nobody may get it.

    It is the job of support; where nobody of them is there, that of sales, then of managers, then of all.
    """
    people = [user for user in eligible(work, case) if user.id != but]
    if not people:
        return None
    nearest = min(NEARNESS.get(user.role, len(NEARNESS)) for user in people)
    ids = [user.id for user in people if NEARNESS.get(user.role, len(NEARNESS)) == nearest]
    scope = work.session.info["scope"]
    try:
        loads = dict(map(tuple, work.as_system().tuples(sql.loads(ids))))
    finally:
        work.session.info["scope"] = scope
    return min(ids, key=lambda user_id: (loads.get(user_id, 0), user_id))


def give(work: Work, case: Case, owner_id: int | None) -> bool:
    """Let somebody look after a case, and tell them unless they did it; returns whether that is a change.

    Raises:
        Invalid: this person does not work on cases, cannot sign in, or does not see the customer.
    """
    if owner_id == case.owner_id:
        return False
    names = {user.id: user.name for user in eligible(work, case)}
    if owner_id is not None and owner_id not in names:
        hint = "Choose somebody who works on cases and sees this customer."
        raise Invalid("The case was not given away.", fields={"owner_id": hint})
    before, case.owner_id, case.updated_at = case.owner_id, owner_id, work.now
    changes = {"owner_id": [before, owner_id]}
    work.record(
        "case.assigned", case, owner=names.get(owner_id or 0, "nobody"), changes=changes, **facts_of(case)
    )
    if owner_id is not None and owner_id != work.actor.id:
        text = f"{work.actor.name} gave you case {rules.shown(case.number)}: {case.subject}"
        tell(work, case, owner_id, text, f"case-given:{case.id}:{owner_id}:{work.now.isoformat()}")
    return True


def keeper(work: Work, case: Case) -> int | None:
    """Who looks after a case; one who does not see its customer any more gives it back to nobody."""
    if case.owner_id is not None and case.owner_id not in {user.id for user in eligible(work, case)}:
        give(work, case, None)
    return case.owner_id


def tell(work: Work, case: Case, user_id: int, text: str, cause: str) -> None:
    """Let a user know something about a case."""
    notices.tell(work, NewNotice(user_id, "case", text, "service", case.id, cause[:160]))
