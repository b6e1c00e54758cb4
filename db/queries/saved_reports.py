"""Reports and dashboards that people built, and when they are mailed."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import Select, Update, and_, func, or_, select, update

from db.models import Dashboard, ReportSchedule, SavedReport, User
from db.queries import Rows


def visible(model: Any, user_id: int | None) -> Select[Any]:
    """What a user may open, with the name of its owner: own ones and shared ones, by name.

    Without a user (the command line), all.
    """
    found: Select[Any] = (
        select(model, User.name.label("by"))
        .outerjoin(User, User.id == model.user_id)
        .order_by(func.lower(model.name), model.id)
    )
    if user_id is None:
        return found
    own_team = select(User.team_id).where(User.id == user_id).scalar_subquery()
    return found.where(
        or_(
            model.user_id == user_id,
            model.shared == "all",
            and_(model.shared == "team", User.team_id == own_team),
        )
    )


def one_visible(model: Any, user_id: int | None, key: int) -> Select[Any]:
    """One of these, if this user may open it."""
    return visible(model, user_id).where(model.id == key)


def reports(keys: Sequence[int]) -> Rows:
    """Reports by their numbers, with the names of their owners."""
    return (
        select(SavedReport, User.name.label("by"))
        .outerjoin(User, User.id == SavedReport.user_id)
        .where(SavedReport.id.in_(keys))
    )


def schedules() -> Rows:
    """All schedules with what they are about, the oldest first; of deleted reports there is no name."""
    return (
        select(
            ReportSchedule,
            func.coalesce(SavedReport.name, Dashboard.name).label("title"),
            User.name.label("by"),
        )
        .outerjoin(SavedReport, SavedReport.id == ReportSchedule.report_id)
        .outerjoin(Dashboard, Dashboard.id == ReportSchedule.dashboard_id)
        .outerjoin(User, User.id == ReportSchedule.user_id)
        .order_by(ReportSchedule.id)
    )


def active_schedules() -> Rows:
    """Those that are not paused."""
    return select(ReportSchedule).where(ReportSchedule.is_active).order_by(ReportSchedule.id)


def deal_with(schedule_id: int, day: date) -> Update:
    """Note that a day of a schedule is dealt with; changes no row if it was before."""
    return (
        update(ReportSchedule)
        .where(
            ReportSchedule.id == schedule_id,
            ReportSchedule.is_active,
            or_(ReportSchedule.last_due_on.is_(None), ReportSchedule.last_due_on < day),
        )
        .values(last_due_on=day)
    )


def people(keys: Sequence[int]) -> Rows:
    """Users by their numbers who can sign in, by name."""
    return select(User).where(User.id.in_(keys), User.is_active).order_by(User.name, User.id)


def mailable() -> Rows:
    """Ids, names and addresses of everybody who can sign in and has an address, by name."""
    return (
        select(User.id, User.name, User.email)
        .where(User.is_active, User.email.is_not(None), User.email != "")
        .order_by(User.name, User.id)
    )
