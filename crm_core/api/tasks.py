"""Tasks, calls and meetings for programs."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from crm_core.activity import task_batches, task_lists, task_rules, tasks
from crm_core.activity.task_types import NewTask, TaskQuery
from crm_core.activity.types import NewInteraction
from crm_core.api.answers import Answer, listed, with_version
from crm_core.api.calls import Call
from crm_core.kernel.errors import Invalid

STATUSES = ("open", "done", "cancelled", "deleted", "all")
DUE = ("overdue", "today", "upcoming", "undated")


def search(call: Call) -> Answer:
    """List tasks, the most urgent first; open ones unless `status` says otherwise."""
    status, due, owner = (call.query.get(name, "") for name in ("status", "due", "owner"))
    wrong = {}
    if status and status not in STATUSES:
        wrong["status"] = f"Choose one of: {', '.join(STATUSES)}."
    if due and due not in DUE:
        wrong["due"] = f"Choose one of: {', '.join(DUE)}."
    if owner and owner != "me" and not (owner.isascii() and owner.isdecimal() and len(owner) < 19):
        wrong["owner"] = "Write me, or the id of a user."
    if wrong:
        raise Invalid("The query needs correcting.", fields=wrong)
    chosen = call.actor.id if owner == "me" else int(owner) if owner else None
    query = TaskQuery(
        owner_ids=() if chosen is None else (chosen,),
        status={"": "open", "all": ""}.get(status, status),
        due=due,  # type: ignore[arg-type]  # checked above
        text=call.query.get("q", ""),
        paging=call.paging(),
    )
    return listed(call, task_lists.search(call.actor, query))


def create(call: Call) -> Answer:
    """Plan a task, a call or a meeting."""
    new = NewTask(**_typed(call.values))
    number, is_new = call.once(lambda work: tasks.add(work, new), lambda: tasks.add(call.actor, new))
    shown = with_version(tasks.get(call.actor, number))
    return shown.created(f"/api/v1/tasks/{number}", is_repeated=not is_new)


def get(call: Call) -> Answer:
    """Read one task."""
    return with_version(tasks.get(call.actor, call.id))


def change(call: Call) -> Answer:
    """Change the fields that are named; another day or rhythm begins a new series."""
    tasks.change(call.actor, call.id, _typed(call.values), version=call.version)
    return get(call)


def finish(call: Call) -> Answer:
    """Mark a task as done; with `log_body`, the call or meeting is logged in the same step."""
    log = None
    if call.values.get("log_body"):
        kind = tasks.get(call.actor, call.id).kind
        logged = kind if kind in ("call", "meeting", "email") else "note"
        log = NewInteraction(logged, body=call.values["log_body"])
    outcome = call.values.get("outcome", "")
    done = tasks.finish(call.actor, call.id, outcome, version=call.version, log=log)
    return Answer(body={"next_id": done.next_id, "interaction_id": done.interaction_id})


def cancel(call: Call) -> Answer:
    """Call a task off; of one that repeats only this time is skipped."""
    tasks.cancel(call.actor, call.id, version=call.version)
    return get(call)


def reopen(call: Call) -> Answer:
    """Take back that a task was done or called off."""
    tasks.reopen(call.actor, call.id, version=call.version)
    return get(call)


def delete(call: Call) -> Answer:
    """Delete a task; it can be restored."""
    tasks.get(call.actor, call.id)
    task_batches.delete(call.actor, [call.id])
    return Answer(204)


def restore(call: Call) -> Answer:
    """Bring a deleted task back."""
    task_batches.restore(call.actor, [call.id])
    return get(call)


def _typed(values: Mapping[str, Any]) -> dict[str, Any]:
    """Days and instants of the body as what they are.

    Raises:
        Invalid: a day is none.
    """
    found = {name: value for name, value in values.items() if value is not None or name in _MAY_BE_EMPTY}
    for name in ("starts_at", "remind_at"):
        if found.get(name):
            found[name] = datetime.fromisoformat(found[name])
    if found.get("due_on"):
        found["due_on"] = _day(found["due_on"])
    return found


def _day(text: str) -> date:
    try:
        found = date.fromisoformat(text)
    except ValueError as error:
        hint = "Give a day such as 2026-03-02."
        raise Invalid("Some fields need correcting.", fields={"due_on": hint}) from error
    if not task_rules.FIRST_DAY <= found <= task_rules.LAST_DAY:
        raise Invalid("Some fields need correcting.", fields={"due_on": "Choose another day."})
    return found


_MAY_BE_EMPTY = (
    *("due_on", "starts_at", "remind_at", "duration_minutes"),
    *("contact_id", "account_id", "deal_id", "owner_id"),
)
