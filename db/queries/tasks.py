"""Tasks, calls and meetings: lists, calendars, series, reminders and what is next."""

from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, Update, and_, case, func, or_, select, update
from sqlalchemy.orm import aliased

from db.models import Account, Contact, Deal, Task, User
from db.queries import Rows
from db.queries.lists import listed

EVERY = {"with_deleted": True}
_OWNER = aliased(User)
ROW = (
    Task.id,
    Task.kind,
    Task.title,
    Task.notes,
    Task.priority,
    Task.status,
    Task.due_on,
    Task.starts_at,
    Task.duration_minutes,
    Task.remind_at,
    Task.outcome,
    Task.done_at,
    Task.owner_id,
    func.coalesce(_OWNER.name, "").label("owner_name"),
    Task.contact_id,
    func.coalesce(Contact.name, "").label("contact_name"),
    Task.account_id,
    func.coalesce(Account.name, "").label("account_name"),
    Task.deal_id,
    func.coalesce(Deal.name, "").label("deal_name"),
    Task.repeats,
    Task.repeat_every,
    Task.version,
)
_URGENCY = case((Task.priority == "high", 0), (Task.priority == "normal", 1), else_=2)
BY_DAY = (Task.due_on.is_(None), Task.due_on, Task.starts_at.is_(None), Task.starts_at, _URGENCY, Task.id)
LATEST_DONE = (Task.done_at.desc(), Task.id.desc())


def rows() -> Rows:
    """Tasks with the names of what they are about, in no order."""
    # A name that is not the reader's to see is left out by the scope of the joined table.
    return (
        select(*ROW)
        .outerjoin(_OWNER, _OWNER.id == Task.owner_id)
        .outerjoin(Contact, Contact.id == Task.contact_id)
        .outerjoin(Account, Account.id == Task.account_id)
        .outerjoin(Deal, Deal.id == Task.deal_id)
    )


def due(part: str, today: date) -> ColumnElement[bool]:
    """The condition that a task is overdue, due today, upcoming or undated."""
    parts: dict[str, ColumnElement[bool]] = {
        "overdue": Task.due_on < today,
        "today": Task.due_on == today,
        "upcoming": Task.due_on > today,
        "undated": Task.due_on.is_(None),
    }
    return parts[part]


def with_status(status: str) -> tuple[ColumnElement[bool], ...]:
    """The conditions for one status; ``deleted`` is one, and needs a statement that means deleted rows."""
    if status == "deleted":
        return (Task.deleted_at.is_not(None),)
    if status == "open":  # as the partial indexes have it
        return (Task.status == "open", Task.deleted_at.is_(None))
    return (Task.status == status,) if status else ()


def about(**keys: int | None) -> tuple[ColumnElement[bool], ...]:
    """The conditions for a contact, a company or a deal."""
    return tuple(getattr(Task, name) == key for name, key in keys.items() if key is not None)


def named(text: str) -> ColumnElement[bool]:
    """The condition that the title or the notes contain a text, whatever the case of its letters."""
    wanted = text.lower()
    columns = (Task.title, Task.notes)
    return or_(*(func.lower(column).contains(wanted, autoescape=True) for column in columns))


def owned_by(owner_ids: Collection[int]) -> ColumnElement[bool]:
    """The condition that one of these does it."""
    return Task.owner_id.in_(owner_ids)


def given_by(user_id: int) -> ColumnElement[bool]:
    """The condition that this person planned it and somebody else does it."""
    return and_(Task.creator_id == user_id, Task.owner_id != user_id)


def between(from_on: date, until_on: date) -> ColumnElement[bool]:
    """The condition that a task is due from one day to another, both included."""
    return and_(Task.due_on >= from_on, Task.due_on <= until_on)


def done_since(user_id: int, since: datetime) -> Rows:
    """How many tasks somebody finished since then."""
    return select(func.count(Task.id)).where(
        Task.owner_id == user_id, Task.done_at >= since, Task.status == "done"
    )


def by_ids(task_ids: Collection[int], *, with_deleted: bool = False) -> Select[Any]:
    """These tasks as rows to change, in the order of their ids."""
    found = select(Task).where(listed(Task.id, task_ids)).order_by(Task.id)
    return found.execution_options(**EVERY) if with_deleted else found


def of_cause(cause: str) -> Rows:
    """The task that something brought about, also a deleted one."""
    return select(Task.id).where(Task.cause == cause).execution_options(**EVERY)


def last_of_series(series_id: int) -> Rows:
    """The last day on which a series has a task, also a finished or deleted one."""
    return select(func.max(Task.series_on)).where(Task.series_id == series_id).execution_options(**EVERY)


def anchor_of(series_id: int) -> Rows:
    """The first task of a series, also a deleted one."""
    return select(Task).where(Task.id == series_id).execution_options(**EVERY)


def next_steps(deal_ids: Sequence[int]) -> Rows:
    """The earliest day of an open task of each of these deals that has one: (deal, day or None)."""
    chosen = (listed(Task.deal_id, deal_ids), *with_status("open"))
    return select(Task.deal_id, func.min(Task.due_on)).where(*chosen).group_by(Task.deal_id)


def to_remind(now: datetime, limit: int) -> Rows:
    """Open tasks whose reminder is due and was not given, with what decides how it is given."""
    return (
        select(
            Task.id,
            Task.kind,
            Task.title,
            Task.due_on,
            Task.starts_at,
            Task.remind_at,
            Task.owner_id,
            func.coalesce(Contact.name, Account.name, "").label("about"),
            User.email,
            User.is_active,
            User.preferences,
        )
        .outerjoin(User, User.id == Task.owner_id)
        .outerjoin(Contact, Contact.id == Task.contact_id)
        .outerjoin(Account, Account.id == Task.account_id)
        .where(
            Task.status == "open",
            Task.deleted_at.is_(None),
            Task.reminded_at.is_(None),
            Task.remind_at.is_not(None),
            Task.remind_at <= now,
        )
        .order_by(Task.remind_at, Task.id)
        .limit(limit)
    )


def note_reminder(task_id: int, remind_at: datetime, now: datetime) -> Update:
    """Note that somebody was reminded, unless somebody else noted it or the task changed meanwhile."""
    unchanged = (
        Task.id == task_id,
        Task.remind_at == remind_at,
        Task.reminded_at.is_(None),
        Task.status == "open",
        Task.deleted_at.is_(None),
    )
    return update(Task).where(*unchanged).values(reminded_at=now)


def of_feed(user_id: int, since: date, changed_since: datetime) -> Rows:
    """What a calendar program shows of one person: dated tasks, and those that were called off lately."""
    is_off = or_(Task.status == "cancelled", Task.deleted_at.is_not(None))
    return (
        select(
            *(Task.id, Task.kind, Task.title, Task.notes, Task.status, Task.due_on, Task.starts_at),
            *(Task.duration_minutes, Task.remind_at, Task.version, Task.created_at, Task.updated_at),
            is_off.label("is_off"),
            func.coalesce(Contact.name, "").label("contact_name"),
            func.coalesce(Account.name, "").label("account_name"),
        )
        .outerjoin(Contact, Contact.id == Task.contact_id)
        .outerjoin(Account, Account.id == Task.account_id)
        .where(
            Task.owner_id == user_id,
            Task.due_on >= since,
            or_(~is_off, Task.updated_at >= changed_since),
        )
        .order_by(Task.due_on, Task.id)
        .execution_options(**EVERY)
    )


def of_kinds(kinds: Collection[str]) -> ColumnElement[bool]:
    """The condition that a task is of one of these kinds."""
    return Task.kind.in_(kinds)


def of_priority(priority: str) -> ColumnElement[bool]:
    """The condition that a task is that urgent."""
    return Task.priority == priority
