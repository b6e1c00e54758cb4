"""What each step does to contacts, inside the transaction that marks it as done.

What leaves the house (mail, calls to other systems) is written as rows with a cause of their own; those who
send them see to it that each leaves once.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Final

from crm_core.activity import task_days, tasks
from crm_core.activity.task_types import NewTask
from crm_core.automation import mailing
from crm_core.automation.types import Step
from crm_core.channels import webhooks
from crm_core.kernel.errors import CrmError
from crm_core.kernel.work import Work
from crm_core.loyalty import coupon_codes, coupon_setup, points
from crm_core.loyalty.points import Why
from crm_core.marketing import personal, placeholders
from crm_core.people import contacts
from crm_core.service import case_lists, cases
from crm_core.service.case_types import NewCase
from crm_core.service.rules import LONGEST_SUBJECT
from crm_core.team import notices, users
from crm_core.team.notices import NewNotice

DONE: Final = "done"
SKIPPED: Final = "skipped"
FAILED: Final = "failed"


@dataclass(frozen=True)
class Going:
    """A run at a step: who it is about, and what brought it."""

    id: int
    contact_id: int
    name: str
    owner_id: int | None


@dataclass(frozen=True)
class Outcome:
    """What came of a step for one run: ``done``, ``skipped`` or ``failed``, with facts for the log."""

    state: str
    facts: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Place:
    """Where a step stands: its journey's name, and what holds the words of its message."""

    journey: str
    message: Mapping[str, Any]


Outcomes = dict[int, Outcome]


def perform(work: Work, step: Step, place: Place, going: Sequence[Going]) -> Outcomes:
    """Do one step for runs that stand at it; returns what came of it by run."""
    if step.do in mailing.CHANNEL_OF:
        return _written(work, place, going)
    if step.do in _FOR_MANY:
        return _for_many(work, step, going)
    values = personal.values_of(work, [one.contact_id for one in going]) if step.do in _TOLD else {}
    return {one.id: _alone(work, step, place, one, values.get(one.contact_id, {})) for one in going}


def _written(work: Work, place: Place, going: Sequence[Going]) -> Outcomes:
    whys = mailing.write(work, place.message, sorted({one.contact_id for one in going}))
    found = {}
    for one in going:
        why = whys.get(one.contact_id, "was deleted")
        found[one.id] = Outcome(SKIPPED, {"reason": why}) if why else Outcome(DONE)
    return found


def _for_many(work: Work, step: Step, going: Sequence[Going]) -> Outcomes:
    """Acts that contacts share: one bulk act, as people do it from the list."""
    ids = sorted({one.contact_id for one in going})
    before = len(work.happened)
    try:
        with work.session.begin_nested():
            _FOR_MANY[step.do](work, ids, step.options)
    except CrmError as error:
        del work.happened[before:]
        return {one.id: Outcome(FAILED, {"reason": error.message}) for one in going}
    return {one.id: Outcome(DONE) for one in going}


def _alone(work: Work, step: Step, place: Place, one: Going, values: Mapping[str, Any]) -> Outcome:
    """An act for one contact; one that is refused leaves the others alone."""
    before = len(work.happened)
    try:
        with work.session.begin_nested():
            return _FOR_ONE[step.do](work, step, place, one, values)
    except CrmError as error:
        del work.happened[before:]
        return Outcome(FAILED, {"reason": _whole(error)})


def _task(work: Work, step: Step, _place: Place, one: Going, values: Mapping[str, Any]) -> Outcome:
    due_on = task_days.today() + timedelta(days=int(step.options["due_days"]))
    new = NewTask(
        title=_said(step, "title", values), kind=str(step.options["kind"]), due_on=due_on,
        priority=str(step.options["priority"]), notes=_said(step, "notes", values),
        owner_id=_active(work, one.owner_id), contact_id=one.contact_id, cause=_cause(one, step),
    )  # fmt: skip
    return Outcome(DONE, {"task_id": tasks.add(work, new)})


def _case(work: Work, step: Step, _place: Place, one: Going, values: Mapping[str, Any]) -> Outcome:
    new = NewCase(
        contact_id=one.contact_id, subject=_said(step, "title", values)[:LONGEST_SUBJECT],
        kind=str(step.options.get("kind") or "request"), priority=str(step.options.get("priority") or "high"),
        body=_said(step, "notes", values), direction="", cause=_cause(one, step),
    )  # fmt: skip
    case_id = cases.open(work, new)
    owner_id = _active(work, one.owner_id)
    if owner_id in dict(case_lists.choices(work, case_id)):
        cases.assign(work, case_id, owner_id)
    return Outcome(DONE, {"case_id": case_id})


def _notice(work: Work, step: Step, place: Place, one: Going, values: Mapping[str, Any]) -> Outcome:
    owner_id = _active(work, one.owner_id)
    if owner_id is None:
        return Outcome(SKIPPED, {"reason": "nobody looks after this contact"})
    text = f"{_said(step, 'text', values)} ({one.name} · {place.journey})"
    notices.tell(work, NewNotice(owner_id, "automation", text, "customer", one.contact_id, _cause(one, step)))
    return Outcome(DONE)


def _points(work: Work, step: Step, _place: Place, one: Going, _values: Mapping[str, Any]) -> Outcome:
    why = Why(_cause(one, step), str(step.options["reason"]), "journey_runs", one.id)
    posted = points.gift(work, str(one.contact_id), int(step.options["points"]), why)
    return Outcome(DONE, {"balance": posted.member.balance})


def _webhook(work: Work, step: Step, place: Place, one: Going, values: Mapping[str, Any]) -> Outcome:
    told = ("name", "first_name", "last_name", "email", "phone", "company", "country", "lifecycle")
    contact = {"id": one.contact_id, **{name: values.get(name) for name in told}}
    body = {"journey": place.journey, "step": step.place, "run": one.id, "contact": contact}
    webhooks.enqueue(work, str(step.options["url"]), one.contact_id, body, _cause(one, step))
    return Outcome(DONE)


ForOne = Callable[[Work, Step, Place, Going, Mapping[str, Any]], Outcome]
_FOR_ONE: Final[Mapping[str, ForOne]] = {
    "task": _task, "case": _case, "notice": _notice, "points": _points, "webhook": _webhook,
}  # fmt: skip
_TOLD: Final = ("task", "case", "notice", "webhook")
"""Steps whose words may name fields of the contact."""

ForMany = Callable[[Work, Sequence[int], Mapping[str, Any]], Any]
_FOR_MANY: Final[Mapping[str, ForMany]] = {
    "tag": lambda work, ids, options: contacts.tag(work, list(ids), str(options["tag"])),
    "untag": lambda work, ids, options: contacts.untag(work, list(ids), str(options["tag"])),
    "lifecycle": lambda work, ids, options: contacts.set_lifecycle(
        work, list(ids), str(options["lifecycle"])
    ),
    "owner": lambda work, ids, options: contacts.assign(work, list(ids), int(options["owner_id"])),
    "coupon": lambda work, ids, options: coupon_codes.give(
        work, coupon_setup.find(work, str(options["coupon"])).id, ids
    ),
}


def _said(step: Step, name: str, values: Mapping[str, Any]) -> str:
    text = str(step.options.get(name) or "")
    return placeholders.fill(text, values) if "{" in text else text


def _cause(one: Going, step: Step) -> str:
    return f"journey:{one.id}:{step.place}"


def _active(work: Work, owner_id: int | None) -> int | None:
    """The owner, as far as this user still signs in."""
    known: frozenset[int] | None = work.session.info.get("assignable")
    if known is None:
        known = frozenset(key for key, _ in users.choices(work))
        work.session.info["assignable"] = known
    return owner_id if owner_id in known else None


def _whole(error: CrmError) -> str:
    return " ".join([error.message, *error.fields.values()])[:300]
