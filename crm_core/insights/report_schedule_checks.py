"""Whether a report can be mailed as somebody asks: the fields, the people, and what these may open."""

from collections.abc import Collection, Mapping
from typing import Final

from crm_core.insights import dashboards, report_files, saved_reports
from crm_core.insights.report_schedule_rules import DAY, MONTH, RHYTHMS, WEEK, NewSchedule
from crm_core.kernel.access import Permission
from crm_core.kernel.errors import CrmError, Invalid
from crm_core.kernel.work import Work
from crm_core.team.actors import actor_of
from db.models import User
from db.queries import saved_reports as sql

MOST_RECIPIENTS: Final = 50
_DAYS: Final[Mapping[str, range]] = {DAY: range(1), WEEK: range(7), MONTH: range(1, 29)}


def check(work: Work, wanted: NewSchedule) -> None:
    """Refuse what cannot be mailed, or not to these people.

    Raises:
        Invalid: no such rhythm, day, hour or format, or somebody cannot open it or has no address.
        NotFound: no such report or dashboard. NotAllowed: mailing to others needs the right to share.
    """
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
    title(work, wanted)
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
        title(person, wanted)
    except CrmError as error:
        hint = f"{user.name} cannot open it. Share it first."
        raise Invalid("Nothing will be mailed yet: " + hint, fields={"recipients": hint}) from error


def title(work: Work, wanted: NewSchedule) -> str:
    """What is mailed is called so.

    Raises:
        NotFound: no such report or dashboard, or it is not this person's to see.
    """
    if wanted.report_id is not None:
        return saved_reports.get(work, wanted.report_id).name
    return dashboards.get(work, wanted.dashboard_id or 0).name
