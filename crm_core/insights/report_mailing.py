"""Reports are mailed when their hour comes: once a day and person, whatever dies in between."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from crm_core.channels import mail_out
from crm_core.channels.types import NewMail
from crm_core.insights import report_mails, report_schedules
from crm_core.insights.report_mails import Reader
from crm_core.insights.report_schedule_rules import NewSchedule, asked_of, latest_due
from crm_core.kernel.access import SYSTEM, Actor, Permission
from crm_core.kernel.errors import CrmError
from crm_core.kernel.values import dates
from crm_core.kernel.work import Work, begin
from crm_core.team.actors import actor_of
from crm_core.team.company import company
from db.queries import saved_reports as sql

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class _Due:
    """A schedule whose hour has come, and who gets it."""

    id: int
    title: str
    day: date
    asked: NewSchedule
    people: tuple[tuple[Actor, Reader], ...]


def advance_next(_worker: str, is_stopping: Callable[[], bool]) -> bool:
    """Write the mails of one schedule whose hour has come; returns whether there was one.

    The files are made before the transaction that writes: nobody waits for them. The day is taken and the
    mails are stored together, or neither.
    """
    if is_stopping():
        return False
    with begin(SYSTEM, write=False) as work:
        due = _next(work)
    if due is None:
        return False
    mails = [mail for actor, user in due.people if (mail := _mail(due, actor, user)) is not None]
    with begin(SYSTEM) as work:
        if work.run(sql.deal_with(due.id, due.day)):
            for mail in mails:
                mail_out.write(work, mail)
    return True


def _next(work: Work) -> _Due | None:
    now = work.now.astimezone(dates.zone_of(company().time_zone))
    for row, title, _by in work.tuples(sql.schedules()):
        if not row.is_active or not title:
            continue
        asked = asked_of(row)
        day = latest_due(asked, now)
        if row.last_due_on is None or row.last_due_on < day:
            people = tuple(
                (actor_of(work, user), Reader(user.id, user.name, user.email))
                for user in work.scalars(sql.people(row.recipients))
                if user.email
            )
            return _Due(row.id, title, day, asked, people)
    return None


def _mail(due: _Due, actor: Actor, user: Reader) -> NewMail | None:
    """What one person gets, made with that person's rights; None for nothing."""
    try:
        with begin(actor, write=False) as work:
            actor.require(Permission.REPORTS_READ)
            work.take_time()
            file = report_schedules.file_of(work, due.asked)
            if file.is_empty and due.asked.only_if_any:
                return None
        cause = f"report:{due.id}:{due.day.isoformat()}:{user.id}"
        return report_mails.letter(due.id, due.title, due.asked.rhythm, user, file, cause)
    except CrmError as error:
        # No longer shared, or no longer allowed: this person gets none, the others do.
        _log.info("schedule %s, user %s: %s", due.id, user.id, error.message)
        return None
