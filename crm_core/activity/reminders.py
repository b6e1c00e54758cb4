"""Reminders: told once each, in the app and, for those who want it, by mail; whatever dies in between."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any, Final

from crm_core.activity.task_days import zone
from crm_core.channels import mail_out
from crm_core.channels.types import NewMail
from crm_core.kernel.access import SYSTEM
from crm_core.kernel.errors import Invalid
from crm_core.kernel.work import Work, begin
from crm_core.team import notices
from crm_core.team.notices import NewNotice
from db.queries import tasks as sql

BATCH: Final = 100
NOUNS: Final = {"call": "Call", "meeting": "Meeting", "email": "E-mail", "todo": "Task"}


def advance_next(_worker: str, is_stopping: Callable[[], bool]) -> bool:
    """Remind of what is due, a batch at most; returns whether there was anything."""
    if is_stopping():
        return False
    with begin(SYSTEM, write=False) as work:
        if not work.tuples(sql.to_remind(work.now, 1)):
            return False
    with begin(SYSTEM) as work:
        # The note, the notice and the mail are stored together, or none of them is.
        for task in work.tuples(sql.to_remind(work.now, BATCH)):
            if work.run(sql.note_reminder(task.id, task.remind_at, work.now)):
                _remind(work, task)
    return True


def _remind(work: Work, task: Any) -> None:
    if task.owner_id is None or not task.is_active:
        return
    cause = f"reminder:{task.id}:{task.remind_at.isoformat()}"
    text = f"{NOUNS.get(task.kind, 'Task')}: “{task.title}”{_when(task.due_on, task.starts_at)}"
    if task.about:
        text += f" · {task.about}"
    notices.tell(work, NewNotice(task.owner_id, "task.reminder", text, "tasks", task.id, cause))
    if task.email and task.preferences.get("mails_reminders"):
        _mail(work, task, text, cause)


def _mail(work: Work, task: Any, text: str, cause: str) -> None:
    new = NewMail(
        cause=cause,
        to=task.email,
        subject=text,
        text=f"{text}\n\nYou get this because you asked for reminders by mail (Your profile, Preferences).\n",
        purpose="reminder",
        headers={"Auto-Submitted": "auto-generated"},
        user_id=task.owner_id,
    )
    try:
        mail_out.write(work, new)
    except Invalid:
        # An address that no mail can have: the notice in the app tells nevertheless.
        return


def _when(due_on: date | None, starts_at: datetime | None) -> str:
    if starts_at is not None:
        local = starts_at.astimezone(zone())
        return f", {local.day} {local:%b, %H:%M}"
    return f", {due_on.day} {due_on:%b}" if due_on else ""
