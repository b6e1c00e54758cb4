"""Many tasks at once: put off, given to somebody else, finished, deleted; and put back as they were."""

from collections.abc import Sequence
from datetime import date

from crm_core.activity import task_rules, tasks
from crm_core.activity.task_days import zone
from crm_core.activity.task_types import Before, ManyDone
from crm_core.kernel.access import Permission
from crm_core.kernel.errors import Invalid
from crm_core.kernel.work import Work, use_case
from crm_core.team import users
from db.models import Task
from db.queries import tasks as sql

MOST = 500


@use_case(Permission.TASKS_EDIT)
def postpone(work: Work, task_ids: Sequence[int], to: date) -> ManyDone:
    """Move open tasks to a day; times of day stay, and reminders move along. Others are left as they are.

    Raises:
        Invalid: too many at once, or a day out of range.
    """
    if not task_rules.FIRST_DAY <= to <= task_rules.LAST_DAY:
        raise Invalid("The tasks were not moved.", fields={"due_on": "Choose another day."})
    rows = _rows(work, task_ids)
    moving = [row for row in rows if row.status == "open" and row.due_on != to]
    before = [_before(row) for row in moving]
    for row in moving:
        days = (to - row.due_on).days if row.due_on else 0
        row.due_on, row.updated_at = to, work.now
        row.starts_at = task_rules.shifted(row.starts_at, days, zone())
        if row.remind_at is not None and days:
            row.remind_at, row.reminded_at = task_rules.shifted(row.remind_at, days, zone()), None
        work.record("task.postponed", row, **tasks.facts_of(row))
    return _done(work, moving, before, len(task_ids))


@use_case(Permission.TASKS_EDIT)
def assign(work: Work, task_ids: Sequence[int], owner_id: int) -> ManyDone:
    """Give tasks to somebody, who hears of it.

    Raises:
        Invalid: that person cannot get them from the one who asks.
    """
    if owner_id != work.actor.id and owner_id not in {key for key, _ in users.choices(work)}:
        hint = "Choose somebody whose records you see and who can sign in."
        raise Invalid("The tasks were not given.", fields={"owner_id": hint})
    given = [row for row in _rows(work, task_ids) if row.owner_id != owner_id]
    before = [_before(row) for row in given]
    for row in given:
        row.owner_id, row.updated_at = owner_id, work.now
        work.record("task.assigned", row, **tasks.facts_of(row))
        tasks.tell_owner(work, row)
    return _done(work, given, before, len(task_ids))


@use_case(Permission.TASKS_EDIT)
def put_back(work: Work, done: ManyDone) -> int:
    """Take back that tasks were put off or given away; those changed since stay. Returns how many."""
    versions = {one.id: one for one in done.before}
    count = 0
    for row in _rows(work, list(versions)):
        was = versions[row.id]
        if row.version == was.version:
            row.due_on, row.starts_at, row.remind_at = was.due_on, was.starts_at, was.remind_at
            row.reminded_at, row.owner_id, row.updated_at = was.reminded_at, was.owner_id, work.now
            work.record("task.put_back", row, **tasks.facts_of(row))
            count += 1
    return count


@use_case(Permission.TASKS_EDIT)
def finish(work: Work, task_ids: Sequence[int]) -> int:
    """Mark open tasks as done, without an outcome; others are left as they are. Returns how many."""
    still_open = [row for row in _rows(work, task_ids) if row.status == "open"]
    for row in still_open:
        tasks.finish(work, row.id)
    return len(still_open)


@use_case(Permission.TASKS_EDIT)
def reopen(work: Work, task_ids: Sequence[int]) -> int:
    """Take back that tasks were done or called off; open ones are left as they are. Returns how many."""
    over = [row for row in _rows(work, task_ids) if row.status != "open"]
    for row in over:
        tasks.reopen(work, row.id)
    return len(over)


@use_case(Permission.TASKS_EDIT)
def delete(work: Work, task_ids: Sequence[int]) -> int:
    """Hide tasks; they can be restored. Deleting the last one of a series ends it. Returns how many."""
    rows = _rows(work, task_ids)
    for row in rows:
        row.deleted_at = row.updated_at = work.now
        work.record("task.deleted", row, **tasks.facts_of(row))
    return len(rows)


@use_case(Permission.TASKS_EDIT)
def restore(work: Work, task_ids: Sequence[int]) -> int:
    """Bring deleted tasks back. Returns how many."""
    rows = [row for row in _rows(work, task_ids, with_deleted=True) if row.deleted_at is not None]
    for row in rows:
        row.deleted_at, row.updated_at = None, work.now
        work.record("task.restored", row, **tasks.facts_of(row))
    return len(rows)


def _rows(work: Work, task_ids: Sequence[int], *, with_deleted: bool = False) -> list[Task]:
    if len(task_ids) > MOST:
        raise Invalid(f"Choose at most {MOST} tasks at once.")
    return work.scalars(sql.by_ids(task_ids, with_deleted=with_deleted))


def _before(row: Task) -> Before:
    return Before(
        row.id, row.version, row.due_on, row.starts_at, row.remind_at, row.reminded_at, row.owner_id
    )


def _done(work: Work, rows: list[Task], before: list[Before], asked: int) -> ManyDone:
    """What was done, with the versions that it gave: only rows that still have them go back."""
    work.flush()
    versions = {row.id: row.version for row in rows}
    noted = (
        Before(
            one.id, versions[one.id], one.due_on, one.starts_at, one.remind_at, one.reminded_at, one.owner_id
        )
        for one in before
    )
    return ManyDone(tuple(noted), asked - len(rows))
