"""Tasks that repeat: the last of a series makes the next one, once."""

from datetime import date, datetime

from crm_core.activity import recurrence
from crm_core.activity.task_days import today, zone
from crm_core.kernel.work import Work
from db.models import Task
from db.queries import tasks as sql

# What the next one takes over as it is.
TAKEN_OVER = (
    "kind", "title", "notes", "priority", "duration_minutes", "owner_id", "contact_id", "account_id",
    "deal_id", "creator_id", "repeats", "repeat_every", "series_id", "is_sample",
)  # fmt: skip


def make_next(work: Work, row: Task) -> int | None:
    """Make the next task of a series after this one was finished or skipped; returns its id.

    There is none when the task does not repeat, when a later one is there already (also a finished or a
    deleted one: deleting the last ends a series), or when this one had made its next before.
    """
    if not row.repeats or row.series_id is None or row.series_on is None:
        return None
    cause = f"repeat:{row.id}"
    last = work.scalar(sql.last_of_series(row.series_id))
    if last is None or last > row.series_on or work.scalar(sql.of_cause(cause)) is not None:
        return None
    anchor: Task = work.scalar(sql.anchor_of(row.series_id)) or row
    day = recurrence.following(
        anchor.series_on or row.series_on,
        row.repeats,
        row.repeat_every,
        after=row.series_on,
        not_before=today(),
    )
    if day is None:
        return None
    values = {name: getattr(row, name) for name in TAKEN_OVER}
    starts_at = _start(row, anchor, day)
    made = work.add(
        Task(
            **values,
            status="open",
            due_on=day,
            series_on=day,
            starts_at=starts_at,
            cause=cause,
            remind_at=_reminder(row, day, starts_at),
            created_at=work.now,
            updated_at=work.now,
        )
    )
    work.flush()
    return made.id


def _start(row: Task, anchor: Task, day: date) -> datetime | None:
    """The same time by the clocks; a time that only changing clocks bent goes back to what was meant."""
    if row.starts_at is None or row.due_on is None:
        return None
    clock = row.starts_at.astimezone(zone()).time()
    if anchor.starts_at is not None:
        meant = anchor.starts_at.astimezone(zone()).time()
        if recurrence.moment(row.due_on, meant, zone()).timestamp() == row.starts_at.timestamp():
            clock = meant
    return recurrence.moment(day, clock, zone())


def _reminder(row: Task, day: date, starts_at: datetime | None) -> datetime | None:
    """As long before as last time: in minutes before a start, else by days and the clock."""
    if row.remind_at is None or row.due_on is None:
        return None
    if row.starts_at is not None and starts_at is not None:
        return starts_at - (row.starts_at - row.remind_at)
    local = row.remind_at.astimezone(zone())
    return recurrence.moment(day + (local.date() - row.due_on), local.time(), zone())
