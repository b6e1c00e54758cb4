"""When reports and dashboards are mailed, to whom and as what: set up, paused, left, tried out."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import uuid4

from crm_core.channels import mail_out
from crm_core.insights import report_files, report_mails
from crm_core.insights import report_schedule_checks as checks
from crm_core.insights.report_files import ReportFile
from crm_core.insights.report_schedule_rules import NewSchedule, asked_of, latest_due, next_due
from crm_core.kernel.access import Permission
from crm_core.kernel.errors import Invalid, NotFound
from crm_core.kernel.values import dates
from crm_core.kernel.work import Work, use_case
from crm_core.team.company import company
from db.models import ReportSchedule, User
from db.queries import saved_reports as sql


@dataclass(frozen=True)
class ScheduleRow:
    """A schedule as somebody sees it; ``people`` are the names of those who get it.

    ``next_at`` is when it is mailed next; None while it is paused.
    """

    id: int
    title: str
    by: str
    is_mine: bool
    for_me: bool
    asked: NewSchedule
    people: tuple[str, ...]
    is_active: bool
    last_due_on: date | None
    next_at: datetime | None


@use_case(Permission.REPORTS_READ, read=True)
def search(work: Work) -> list[ScheduleRow]:
    """The schedules that this person set up or gets mail from; administrators see all."""
    told = work.tuples(sql.schedules())
    wanted = {key for row in told for key in row[0].recipients}
    called = {user.id: user.name for user in work.scalars(sql.people(sorted(wanted)))}
    rows = [_row(work, row, title or "", by or "", called) for row, title, by in told]
    sees_all = work.actor.id is None or work.actor.may(Permission.SETTINGS_MANAGE)
    return [row for row in rows if row.title and (sees_all or row.is_mine or row.for_me)]


@use_case(Permission.REPORTS_READ, read=True)
def choices(work: Work) -> list[tuple[int, str]]:
    """To whom this person may have reports mailed: oneself, or everybody with an address."""
    may_others = work.actor.may(Permission.REPORTS_SHARE)
    told = work.tuples(sql.mailable())
    return [(row.id, row.name) for row in told if may_others or row.id == work.actor.id]


@use_case(Permission.REPORTS_READ)
def add(work: Work, wanted: NewSchedule) -> int:
    """Have a report or a dashboard mailed from its next day on; returns the number of the schedule.

    Raises:
        Invalid: no such rhythm, day, hour or format, or somebody cannot open it or has no address.
        NotFound: no such report or dashboard. NotAllowed: mailing to others needs the right to share.
    """
    checks.check(work, wanted)
    row = work.add(
        ReportSchedule(
            **{name: value for name, value in vars(wanted).items() if name != "recipients"},
            recipients=list(wanted.recipients),
            user_id=work.actor.id,
            is_active=True,
            last_due_on=latest_due(wanted, _local(work.now)),
            created_at=work.now,
        )
    )
    work.record("schedule.added", row, title=checks.title(work, wanted), rhythm=wanted.rhythm)
    return row.id


@use_case(Permission.REPORTS_READ)
def change(work: Work, schedule_id: int, wanted: NewSchedule) -> None:
    """Mail it at other times, to others, or as another kind of file, from the next day on.

    Raises:
        NotFound: no such schedule of this person.
        Invalid, NotAllowed: as for ``add``.
    """
    row = _own(work, schedule_id)
    checks.check(work, wanted)
    for name, value in vars(wanted).items():
        setattr(row, name, list(value) if name == "recipients" else value)
    row.last_due_on = latest_due(wanted, _local(work.now))
    work.record("schedule.changed", row, title=checks.title(work, wanted), rhythm=wanted.rhythm)


@use_case(Permission.REPORTS_READ)
def pause(work: Work, schedule_id: int) -> None:
    """Send nothing until it goes on.

    Raises:
        NotFound: no such schedule of this person.
    """
    row = _own(work, schedule_id)
    row.is_active = False
    work.record("schedule.paused", row)


@use_case(Permission.REPORTS_READ)
def resume(work: Work, schedule_id: int) -> None:
    """Go on from the next day on; what fell into the pause is not made up for.

    Raises:
        NotFound: no such schedule of this person.
    """
    row = _own(work, schedule_id)
    row.is_active, row.last_due_on = True, latest_due(asked_of(row), _local(work.now))
    work.record("schedule.resumed", row)


@use_case(Permission.REPORTS_READ)
def remove(work: Work, schedule_id: int) -> None:
    """Never send it again.

    Raises:
        NotFound: no such schedule of this person.
    """
    row = _own(work, schedule_id)
    work.record("schedule.removed", row)
    work.delete(row)


@use_case(Permission.REPORTS_READ)
def leave(work: Work, schedule_id: int) -> None:
    """Get no more mail from a schedule; the others still do.

    Raises:
        NotFound: this person gets nothing from it.
    """
    row = work.get(ReportSchedule, schedule_id)
    if work.actor.id not in row.recipients:
        raise NotFound("You get no mail from this schedule.")
    row.recipients = [key for key in row.recipients if key != work.actor.id]
    row.is_active = row.is_active and bool(row.recipients)
    work.record("schedule.left", row)


@use_case(Permission.REPORTS_READ)
def try_out(work: Work, schedule_id: int) -> str:
    """Mail it to oneself now, whether or not there is anything in it; returns the address.

    Raises:
        NotFound: no such schedule within reach. Invalid: one has no address.
    """
    row = next((one for one in search(work) if one.id == schedule_id), None)
    if row is None or work.actor.id is None:
        raise NotFound("This schedule does not exist, or it is not yours to see.")
    user = work.get(User, work.actor.id)
    if not user.email:
        raise Invalid("You have no e-mail address. Add one to your profile first.")
    cause = f"report:{row.id}:test:{uuid4().hex}"
    file = file_of(work, row.asked)
    reader = report_mails.Reader(user.id, user.name, user.email)
    mail_out.write(work, report_mails.letter(row.id, row.title, row.asked.rhythm, reader, file, cause))
    return user.email


def file_of(work: Work, asked: NewSchedule) -> ReportFile:
    """What is mailed, by the rights of whoever the work is done for.

    Raises:
        NotFound, NotAllowed, Invalid: it cannot be shown to this person.
    """
    if asked.report_id is not None:
        return report_files.of_report(work, asked.report_id, asked.format)
    return report_files.of_dashboard(work, asked.dashboard_id or 0, asked.format)


def _own(work: Work, schedule_id: int) -> ReportSchedule:
    row = work.get(ReportSchedule, schedule_id)
    is_mine = work.actor.id is None or row.user_id == work.actor.id
    if not is_mine and not work.actor.may(Permission.SETTINGS_MANAGE):
        raise NotFound("This schedule does not exist, or it belongs to somebody else.")
    return row


def _row(work: Work, row: ReportSchedule, title: str, by: str, called: Mapping[int, str]) -> ScheduleRow:
    names = tuple(called[key] for key in row.recipients if key in called)
    me: Any = work.actor.id
    return ScheduleRow(
        row.id,
        title,
        by,
        row.user_id == me,
        me in row.recipients,
        asked_of(row),
        names,
        row.is_active,
        row.last_due_on,
        next_due(asked_of(row), _local(work.now), row.last_due_on) if row.is_active else None,
    )


def _local(now: datetime) -> datetime:
    return now.astimezone(dates.zone_of(company().time_zone))
