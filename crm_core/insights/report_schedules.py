"""When reports and dashboards are mailed, to whom and as what: set up, paused, left, tried out."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from uuid import uuid4

from crm_core.channels import mail_out
from crm_core.insights import dashboards, report_files, report_mails, saved_reports
from crm_core.insights.report_files import ReportFile
from crm_core.insights.report_schedule_rules import (
    DAY,
    MONTH,
    RHYTHMS,
    WEEK,
    NewSchedule,
    asked_of,
    latest_due,
)
from crm_core.kernel.access import Permission
from crm_core.kernel.errors import CrmError, Invalid, NotFound
from crm_core.kernel.values import dates
from crm_core.kernel.work import Work, use_case
from crm_core.team.actors import actor_of
from crm_core.team.company import company
from db.models import ReportSchedule, User
from db.queries import saved_reports as sql

MOST_RECIPIENTS: Final = 50
_DAYS: Final[Mapping[str, range]] = {DAY: range(1), WEEK: range(7), MONTH: range(1, 29)}


@dataclass(frozen=True)
class ScheduleRow:
    """A schedule as somebody sees it; ``people`` are the names of those who get it."""

    id: int
    title: str
    by: str
    is_mine: bool
    for_me: bool
    asked: NewSchedule
    people: tuple[str, ...]
    is_active: bool
    last_due_on: date | None


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
    _check(work, wanted)
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
    work.record("schedule.added", row, title=_title(work, wanted), rhythm=wanted.rhythm)
    return row.id


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


def _check(work: Work, wanted: NewSchedule) -> None:
    wrong = {
        "rhythm": "" if wanted.rhythm in RHYTHMS else f"Choose one of: {', '.join(RHYTHMS)}.",
        "day": ""
        if wanted.day in _DAYS.get(wanted.rhythm, range(32))
        else "Choose a day that comes every time.",
        "hour": "" if 0 <= wanted.hour <= 23 else "Give an hour from 0 to 23.",
        "format": "" if wanted.format in report_files.MEDIA else "There is no such kind of file.",
        "recipients": _recipients_problem(work, wanted.recipients),
    }
    if (wanted.report_id is None) == (wanted.dashboard_id is None):
        wrong["report"] = "Choose a report or a dashboard."
    if wanted.dashboard_id is not None and wanted.format == "csv":
        wrong["format"] = "A dashboard does not fit into one CSV file. Choose XLSX."
    wrong = {name: hint for name, hint in wrong.items() if hint}
    if wrong:
        raise Invalid("Nothing will be mailed yet: something needs correcting.", fields=wrong)
    _title(work, wanted)
    for user in work.scalars(sql.people(wanted.recipients)):
        if user.id != work.actor.id:
            work.actor.require(Permission.REPORTS_SHARE)
            _must_open(work, user, wanted)


def _recipients_problem(work: Work, keys: Collection[int]) -> str:
    if not 1 <= len(set(keys)) <= MOST_RECIPIENTS:
        return f"Choose 1 to {MOST_RECIPIENTS} people."
    known = {user.id: user for user in work.scalars(sql.people(list(keys)))}
    if any(key not in known for key in keys):
        return "Somebody of these can no longer sign in."
    silent = [user.name for user in known.values() if not user.email]
    return f"{silent[0]} has no e-mail address." if silent else ""


def _must_open(work: Work, user: User, wanted: NewSchedule) -> None:
    """Refuse to mail somebody what that person could not open."""
    person = Work(actor_of(work, user), work.session, work.now)
    try:
        person.actor.require(Permission.REPORTS_READ)
        _title(person, wanted)
    except CrmError as error:
        hint = f"{user.name} cannot open it. Share it first."
        raise Invalid("Nothing will be mailed yet: " + hint, fields={"recipients": hint}) from error


def _title(work: Work, wanted: NewSchedule) -> str:
    if wanted.report_id is not None:
        return saved_reports.get(work, wanted.report_id).name
    return dashboards.get(work, wanted.dashboard_id or 0).name


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
    )


def _local(now: datetime) -> datetime:
    return now.astimezone(dates.zone_of(company().time_zone))
