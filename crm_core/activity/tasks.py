"""Tasks, calls and meetings: planned, done, put off, called off, repeated."""

from dataclasses import replace
from datetime import date, datetime
from typing import Any

from crm_core.activity import interactions, task_rules, task_series
from crm_core.activity.task_days import today, zone
from crm_core.activity.task_types import Finished, NewTask, TaskRow
from crm_core.activity.types import NewInteraction
from crm_core.kernel.access import Permission
from crm_core.kernel.errors import Conflict, Invalid
from crm_core.kernel.work import Work, use_case
from crm_core.team import notices, users
from db.models import Account, Contact, Deal, Task
from db.queries import tasks as sql

# What a form or a program may change; the rest follows or belongs to a verb of its own.
FIELDS = (
    "title", "kind", "due_on", "starts_at", "duration_minutes", "remind_at", "priority", "notes", "owner_id",
    "contact_id", "account_id", "deal_id", "repeats", "repeat_every",
)  # fmt: skip
SERIES = ("due_on", "starts_at", "repeats", "repeat_every")


@use_case(Permission.TASKS_EDIT)
def add(work: Work, new: NewTask) -> int:
    """Plan something to do; returns its id. The same ``cause`` plans it once.

    Raises:
        Invalid: field by field, what cannot be.
        NotFound: the contact, company or deal is not the asker's to see.
    """
    new = task_rules.tidy(new, zone())
    task_rules.check(new)
    known = work.scalar(sql.of_cause(new.cause)) if new.cause else None
    if known is not None:
        return int(known)
    values = {name: getattr(new, name) for name in FIELDS}
    values |= _about(work, new) | {"owner_id": _owner(work, new.owner_id)}
    row = Task(
        **values, status="open", cause=new.cause, creator_id=work.actor.id, created_at=work.now,
        updated_at=work.now,
    )  # fmt: skip
    work.add(row)
    work.flush()
    if row.repeats:
        row.series_id, row.series_on = row.id, row.due_on
    work.record("task.created", row, **facts_of(row))
    tell_owner(work, row)
    return row.id


@use_case(Permission.TASKS_READ, read=True)
def get(work: Work, task_id: int) -> TaskRow:
    """One task.

    Raises:
        NotFound: there is none, or none that this person may see.
    """
    work.get(Task, task_id)
    [row] = work.rows(sql.rows().where(Task.id == task_id), TaskRow)
    return row


@use_case(Permission.TASKS_EDIT)
def change(work: Work, task_id: int, values: dict[str, Any], *, version: int | None) -> None:
    """Change the fields that are named, as in ``NewTask``; another day or rhythm begins a new series.

    Raises:
        Invalid: field by field, what cannot be.
        Conflict: somebody else changed it since ``version``.
    """
    row = work.fresh(Task, task_id, version)
    unknown = sorted(set(values) - set(FIELDS))
    if unknown:
        raise Invalid("Some fields are not known.", fields={unknown[0]: f"Known are: {', '.join(FIELDS)}."})
    if "due_on" in values and "starts_at" not in values and row.starts_at is not None:
        values = {**values, "starts_at": _on_day(row, values["due_on"])}
    new = NewTask(**{name: getattr(row, name) for name in FIELDS} | values)
    new = task_rules.tidy(new, zone())
    task_rules.check(new)
    before = {name: getattr(row, name) for name in FIELDS}
    wanted = {name: getattr(new, name) for name in FIELDS}
    if before["owner_id"] != new.owner_id:
        wanted["owner_id"] = _owner(work, new.owner_id)
    if any(before[name] != wanted[name] for name in ("contact_id", "account_id", "deal_id")):
        wanted |= _about(work, new)
    _store(work, row, wanted)
    if any(before[name] != wanted[name] for name in SERIES):
        row.series_id, row.series_on = (row.id, row.due_on) if row.repeats else (None, None)
    _record_changes(work, row)
    if before["owner_id"] != row.owner_id:
        tell_owner(work, row)


@use_case(Permission.TASKS_EDIT)
def finish(
    work: Work,
    task_id: int,
    outcome: str = "",
    *,
    version: int | None = None,
    follow_up: NewTask | None = None,
    log: NewInteraction | None = None,
) -> Finished:
    """Mark a task as done, and in the same step log what was said and plan what comes next.

    ``follow_up`` and ``log`` take contact, company and deal of the task where they name none. A task that
    repeats makes its next one.

    Raises:
        Conflict: it is not open (any more), or somebody changed it since ``version``.
        Invalid: field by field, what cannot be.
    """
    row = work.fresh(Task, task_id, version)
    if row.status != "open":
        raise Conflict(f"“{row.title}” is not open any more. Reload the page to see how it stands.")
    if len(outcome) > 60:
        raise Invalid("Please correct the marked fields.", fields={"outcome": "Use at most 60 characters."})
    interaction_id = None
    if log is not None:
        if log.contact_id is None and log.account_id is None:
            log = replace(log, contact_id=row.contact_id, account_id=row.account_id)
        interaction_id = interactions.log(work, log)
    row.status, row.outcome, row.done_at, row.updated_at = "done", outcome, work.now, work.now
    row.interaction_id = interaction_id
    work.record("task.done", row, outcome=outcome, **facts_of(row))
    follow_up_id = None
    if follow_up is not None:
        follow_up_id = add(work, _following(row, follow_up))
    return Finished(task_series.make_next(work, row), follow_up_id, interaction_id)


@use_case(Permission.TASKS_EDIT)
def cancel(work: Work, task_id: int, *, version: int | None = None) -> int | None:
    """Call a task off; of one that repeats only this time is skipped. Returns the id of the next time.

    Raises:
        Conflict: it is not open (any more), or somebody changed it since ``version``.
    """
    row = work.fresh(Task, task_id, version)
    if row.status != "open":
        raise Conflict(f"“{row.title}” is not open any more. Reload the page to see how it stands.")
    row.status, row.done_at, row.updated_at = "cancelled", work.now, work.now
    work.record("task.cancelled", row, **facts_of(row))
    return task_series.make_next(work, row)


@use_case(Permission.TASKS_EDIT)
def reopen(work: Work, task_id: int, *, version: int | None = None) -> None:
    """Take back that a task was done or called off; what followed from it stays.

    Raises:
        Conflict: it is open, or somebody changed it since ``version``.
    """
    row = work.fresh(Task, task_id, version)
    if row.status == "open":
        raise Conflict(f"“{row.title}” is open already.")
    row.status, row.outcome, row.done_at, row.updated_at = "open", "", None, work.now
    work.record("task.reopened", row, **facts_of(row))


def facts_of(row: Task) -> dict[str, Any]:
    """What the trace keeps of a task: readable also when the task is gone."""
    day: date | None = row.due_on
    said = f"{day.day} {day:%b %Y}" if day else ""
    return {"title": row.title, "kind": row.kind, "due_on": str(day) if day else None, "due": said}


def _about(work: Work, new: NewTask) -> dict[str, int | None]:
    """Contact, company and deal of a task; the nearer ones say what the further ones are."""
    contact_id, account_id = new.contact_id, new.account_id
    if new.deal_id is not None:
        deal = work.get(Deal, new.deal_id)
        contact_id = contact_id if contact_id is not None else deal.contact_id
        account_id = account_id if account_id is not None else deal.account_id
    if new.contact_id is not None:
        account_id = work.get(Contact, new.contact_id).account_id
    elif new.account_id is not None:
        work.get(Account, new.account_id)
    return {"contact_id": contact_id, "account_id": account_id, "deal_id": new.deal_id}


def _owner(work: Work, owner_id: int | None) -> int | None:
    if owner_id is None or owner_id == work.actor.id:
        return work.actor.id
    if owner_id not in {key for key, _ in users.choices(work)}:
        hint = "Choose somebody whose records you see and who can sign in."
        raise Invalid("The task was not saved.", fields={"owner_id": hint})
    return owner_id


def _store(work: Work, row: Task, wanted: dict[str, Any]) -> None:
    for name, value in wanted.items():
        if getattr(row, name) != value:
            if name == "remind_at":
                row.reminded_at = None
            setattr(row, name, value)
    row.updated_at = work.now


def _record_changes(work: Work, row: Task) -> None:
    changes = work.changes(row)
    for name in ("reminded_at", "series_id", "series_on"):
        changes["changes"].pop(name, None)
    if changes["changes"]:
        work.record("task.changed", row, **facts_of(row), **changes)


def _on_day(row: Task, day: date | None) -> datetime | None:
    if day is None or row.starts_at is None:
        return None
    return task_rules.shifted(row.starts_at, (day - (row.due_on or today())).days, zone())


def _following(row: Task, new: NewTask) -> NewTask:
    keys = ("contact_id", "account_id", "deal_id")
    if any(getattr(new, name) is not None for name in keys):
        return new
    return replace(
        new, **{name: getattr(row, name) for name in keys}, cause=f"follow-up:{row.id}:{row.version}"
    )


def tell_owner(work: Work, row: Task) -> None:
    """Whoever is given a task by somebody else hears of it."""
    if row.owner_id is not None and row.owner_id != work.actor.id:
        text = f"{work.actor.name} gave you “{row.title}”."
        cause = f"task-given:{row.id}:{row.owner_id}:{row.version}"
        notices.tell(work, notices.NewNotice(row.owner_id, "task.given", text, "tasks", row.id, cause))
