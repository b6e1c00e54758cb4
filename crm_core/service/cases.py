"""Cases: what customers ask, report, complain about and want, from the first word to the solution."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from crm_core.kernel.access import Permission
from crm_core.kernel.errors import Conflict, Invalid
from crm_core.kernel.values.text import clean
from crm_core.kernel.work import Work, use_case
from crm_core.service import case_messages, case_steps, rules, sla
from crm_core.service.case_types import CaseDetail, CaseMessageRow, CaseRow, NewCase
from db.models import Case, Contact, Order, Product
from db.queries import cases as sql

FIRST_NUMBER = 1001
# What a form or a program may change; the rest follows or belongs to a verb of its own.
FIELDS = ("subject", "kind", "priority", "channel", "product_id", "order_id", "tags")


@use_case(Permission.CASES_EDIT)
def open(work: Work, new: NewCase) -> int:
    """Open a case for a customer; returns its id. The same ``cause`` opens it once.

    Raises:
        Invalid: field by field, what cannot be.
        NotFound: the customer, product or order is not the asker's to see.
    """
    new = replace(new, subject=" ".join(clean(new.subject).split()), tags=rules.tidy_tags(new.tags))
    rules.check(new)
    known = work.scalar(sql.of_cause(new.cause)) if new.cause else None
    if known is not None:
        return int(known)
    contact = work.get(Contact, new.contact_id)
    _check_references(work, new.product_id, new.order_id)
    opened_at = min(new.opened_at or work.now, work.now)
    [key] = work.reserve(Case, 1)
    case = Case(
        id=key, number=FIRST_NUMBER - 1 + key, contact_id=contact.id, account_id=contact.account_id,
        subject=new.subject, kind=new.kind, status="new", priority=new.priority, channel=new.channel,
        tags=list(new.tags), product_id=new.product_id, order_id=new.order_id, cause=new.cause,
        opened_at=opened_at, last_message_at=opened_at, is_unanswered=new.direction == "in",
        paused_seconds=0, reopened_count=0, created_at=work.now, updated_at=work.now,
    )  # fmt: skip
    how = sla.settings(work)
    sla.follow(case, how)
    work.add(case)
    work.record("case.opened", case, happened_at=opened_at, **case_steps.facts_of(case))
    if new.owner_id is not None:
        case_steps.give(work, case, new.owner_id)
    if new.body.strip():
        case_messages.say(work, case, new.body, new.direction, happened_at=opened_at)
        if new.direction == "out":
            case_messages.count_as_answer(work, case, how)
    return case.id


@use_case(Permission.CASES_READ, read=True)
def get(work: Work, case_id: int) -> CaseDetail:
    """One case with all that was said in it.

    Raises:
        NotFound: there is none, or none that this person may see.
    """
    case = work.get(Case, case_id)
    work.get(Contact, case.contact_id)  # a deleted customer hides the cases too
    [row] = work.rows(sql.rows().where(Case.id == case_id), CaseRow)
    [extra] = work.tuples(sql.extras(case_id))
    merged = work.session.get(Case, case.merged_into_id) if case.merged_into_id is not None else None
    return CaseDetail(
        row=row,
        tags=tuple(case.tags),
        product_id=case.product_id,
        product_name=extra.product_name or "",
        order_id=case.order_id,
        order_number=extra.order_number or "",
        merged_into=merged.id if merged is not None else None,
        response_seconds=case.response_seconds,
        resolution_seconds=case.resolution_seconds,
        is_response_in_time=case.is_response_in_time,
        is_resolution_in_time=case.is_resolution_in_time,
        is_paused=case.paused_at is not None,
        messages=tuple(work.rows(sql.messages(case_id), CaseMessageRow)),
    )


@use_case(Permission.CASES_EDIT)
def change(work: Work, case_id: int, values: Mapping[str, Any], *, version: int | None) -> None:
    """Change the fields that are named, as in ``NewCase``; promised times follow priority and kind.

    Raises:
        Invalid: field by field, what cannot be.
        Conflict: somebody else changed it since ``version``.
    """
    case = case_steps.held(work, case_id, version)
    unknown = sorted(set(values) - set(FIELDS))
    if unknown:
        raise Invalid("Some fields are not known.", fields={unknown[0]: f"Known are: {', '.join(FIELDS)}."})
    wanted = {name: getattr(case, name) for name in FIELDS} | dict(values)
    wanted["subject"] = " ".join(clean(str(wanted["subject"])).split())
    wanted["tags"] = rules.tidy_tags(wanted["tags"])
    rules.check(NewCase(case.contact_id, **wanted))
    _check_references(
        work, *(values.get(name) if name in values else None for name in ("product_id", "order_id"))
    )
    for name, value in {**wanted, "tags": list(wanted["tags"])}.items():
        if getattr(case, name) != value:
            setattr(case, name, value)
    if not (changes := work.changes(case))["changes"]:
        return
    case.updated_at = work.now
    sla.follow(case, sla.settings(work))
    work.record("case.changed", case, **case_steps.facts_of(case), **changes)


@use_case(Permission.CASES_EDIT)
def assign(work: Work, case_id: int, owner_id: int | None, *, version: int | None = None) -> None:
    """Give a case to somebody who works on cases and sees the customer; None gives it to nobody.

    Raises:
        Invalid: this person cannot get it.
        Conflict: somebody else changed it since ``version``.
    """
    case_steps.give(work, case_steps.held(work, case_id, version), owner_id)


@use_case(Permission.CASES_EDIT)
def take(work: Work, case_id: int, *, version: int | None = None) -> None:
    """Look after a case oneself.

    Raises:
        Invalid: the shell has no cases of its own.
        Conflict: somebody else changed it since ``version``.
    """
    if work.actor.id is None:
        raise Invalid("The command line has no cases of its own. Add --as NAME to act as a user.")
    assign(work, case_id, work.actor.id, version=version)


@use_case(Permission.CASES_EDIT)
def assign_by_load(work: Work, case_id: int, *, version: int | None = None) -> int:
    """Give a case to who has the fewest to work on, of those who see the customer; returns the user's id.

    Raises:
        Conflict: nobody works on cases and sees this customer, or somebody changed it since ``version``.
    """
    case = case_steps.held(work, case_id, version)
    owner_id = case_steps.with_fewest(work, case)
    if owner_id is None:
        raise Conflict("Nobody works on cases and sees this customer. Ask an administrator.")
    case_steps.give(work, case, owner_id)
    return owner_id


@use_case(Permission.CASES_EDIT)
def wait(work: Work, case_id: int, *, version: int | None = None) -> None:
    """Note that the customer has to do something first: the clock stands still.

    Raises:
        Conflict: it is waiting, solved or closed already, or somebody changed it since ``version``.
    """
    case_steps.step(work, case_steps.held(work, case_id, version), "wait", sla.settings(work))


@use_case(Permission.CASES_EDIT)
def solve(work: Work, case_id: int, *, version: int | None = None) -> None:
    """Note that the customer got what was needed.

    Raises:
        Conflict: it is solved or closed already, or somebody changed it since ``version``.
    """
    case_steps.step(work, case_steps.held(work, case_id, version), "solve", sla.settings(work))


@use_case(Permission.CASES_EDIT)
def close(work: Work, case_id: int, *, version: int | None = None) -> None:
    """Put a case away for good; without a solution it counts as none (spam, asked twice).

    Raises:
        Conflict: it is closed already, or somebody changed it since ``version``.
    """
    case_steps.step(work, case_steps.held(work, case_id, version), "close", sla.settings(work))


@use_case(Permission.CASES_EDIT)
def reopen(work: Work, case_id: int, *, version: int | None = None) -> None:
    """Take a solved or closed case up again; the clock goes on where it stood.

    Raises:
        Conflict: it is not solved, was merged into another, or somebody changed it since ``version``.
    """
    case = case_steps.held(work, case_id, version)
    if case.merged_into_id is not None:
        raise Conflict("This case was merged into another one. Go on there.")
    case_steps.step(work, case, "reopen", sla.settings(work))


@use_case(Permission.CASES_EDIT)
def delete(work: Work, case_id: int) -> None:
    """Hide a case that should not be there; it can be restored, and what was said stays in the timeline."""
    case = work.get(Case, case_id)
    case.deleted_at = work.now
    work.record("case.deleted", case, **case_steps.facts_of(case))


@use_case(Permission.CASES_EDIT)
def restore(work: Work, case_id: int) -> None:
    """Bring a deleted case back.

    Raises:
        Conflict: it was not deleted.
    """
    case = work.get(Case, case_id, with_deleted=True)
    if case.deleted_at is None:
        raise Conflict("This case was not deleted.")
    case.deleted_at = None
    work.record("case.restored", case, **case_steps.facts_of(case))


def _check_references(work: Work, product_id: int | None, order_id: int | None) -> None:
    if product_id is not None:
        work.get(Product, product_id)
    if order_id is not None:
        work.get(Order, order_id)
