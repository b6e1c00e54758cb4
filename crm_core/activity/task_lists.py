"""Lists of tasks: my day, all that match, the calendar of a team, and the next steps of deals."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from crm_core.activity import task_rules
from crm_core.activity.task_days import today, zone
from crm_core.activity.task_types import MyDay, TaskQuery, TaskRow
from crm_core.kernel.access import Permission
from crm_core.kernel.errors import Invalid
from crm_core.kernel.paging import Page, Paging
from crm_core.kernel.work import Work, use_case
from db.queries import tasks as sql

SHOWN_A_PART = 30
LONGEST_CALENDAR = 62
MOST_IN_CALENDAR = 1_000


@use_case(Permission.TASKS_READ, read=True)
def search(work: Work, query: TaskQuery) -> Page[TaskRow]:
    """Tasks that match, the most urgent first; done ones by when they were done."""
    statement = sql.rows().where(*_conditions(query))
    statement = statement.order_by(
        *(sql.LATEST_DONE if query.status in ("done", "cancelled") else sql.BY_DAY)
    )
    if query.status == "deleted":
        statement = statement.execution_options(**sql.EVERY)
    if query.given:
        return _given(work, statement, query)
    return work.page(statement, query.paging, TaskRow)


@use_case(Permission.TASKS_READ, read=True)
def my_day(work: Work, limit: int = SHOWN_A_PART) -> MyDay:
    """What the one who asks has to do."""
    if work.actor.id is None:
        raise Invalid("The command line has no day of its own. Add --as NAME to act as a user.")
    mine = TaskQuery(owner_ids=(work.actor.id,), paging=Paging(size=limit))
    day = today()
    since = task_rules.start_of(day, zone())
    return MyDay(
        today=day,
        overdue=search(work, replace(mine, due="overdue")),
        due_today=search(work, replace(mine, due="today")),
        upcoming=search(work, replace(mine, due="upcoming")),
        undated=search(work, replace(mine, due="undated")),
        done_today=int(work.scalar(sql.done_since(work.actor.id, since)) or 0),
    )


@use_case(Permission.TASKS_READ, read=True)
def until_today(work: Work, limit: int = 5) -> Page[TaskRow]:
    """What the one who asks has to do today, with what is late: the first of it, and how much it is."""
    if work.actor.id is None:
        return Page((), Paging(size=limit), 0)
    mine = (
        sql.owned_by([work.actor.id]),
        *sql.with_status("open"),
        sql.between(task_rules.FIRST_DAY, today()),
    )
    return work.page(sql.rows().where(*mine).order_by(*sql.BY_DAY), Paging(size=limit), TaskRow)


@use_case(Permission.TASKS_READ, read=True)
def calendar(
    work: Work, from_on: date, until_on: date, owner_ids: Collection[int] = ()
) -> tuple[TaskRow, ...]:
    """Dated tasks from one day to another, both included, in their order; called-off ones are left out.

    ``owner_ids`` empty means everybody's that the asker sees. At most ``MOST_IN_CALENDAR`` are given.

    Raises:
        Invalid: the days are more than two months apart, or the wrong way round.
    """
    if not timedelta() <= until_on - from_on <= timedelta(days=LONGEST_CALENDAR):
        raise Invalid(f"A calendar shows at most {LONGEST_CALENDAR} days. Choose days nearer to each other.")
    chosen = [sql.between(from_on, until_on)]
    if owner_ids:
        chosen.append(sql.owned_by(owner_ids))
    statement = sql.rows().where(*chosen).order_by(*sql.BY_DAY).limit(MOST_IN_CALENDAR)
    return tuple(row for row in work.rows(statement, TaskRow) if row.status != "cancelled")


def next_steps(work: Work, deal_ids: Sequence[int]) -> dict[int, date | None]:
    """The day of the next open task of each of these deals; None is a task without a day.

    Deals that are missing have no next step. Everybody's tasks count, also those that the asker does not
    see: a deal that a colleague will call about is not forgotten.
    """
    if not deal_ids:
        return {}
    scope = work.session.info["scope"]
    try:
        found: Sequence[Any] = work.as_system().tuples(sql.next_steps(deal_ids))
    finally:
        work.session.info["scope"] = scope
    return {row[0]: row[1] for row in found}


def without_next_step(work: Work, deal_ids: Sequence[int]) -> list[int]:
    """Those of these deals that nothing is planned for, in their order."""
    known = next_steps(work, deal_ids)
    return [deal_id for deal_id in deal_ids if deal_id not in known]


def _given(work: Work, statement: Any, query: TaskQuery) -> Page[TaskRow]:
    """What the asker planned for others: also what is beyond reach by now, but then not whom it is about."""
    mine = statement.where(sql.given_by(work.actor.id or 0))
    within = {row.id: row for row in work.rows(mine.limit(query.paging.limit + query.paging.offset), TaskRow)}
    scope = work.session.info["scope"]
    try:
        page = work.as_system().page(mine, query.paging, TaskRow)
    finally:
        work.session.info["scope"] = scope
    shown = (
        within.get(row.id) or replace(row, contact_name="", account_name="", deal_name="") for row in page
    )
    return replace(page, items=tuple(shown))


def _conditions(query: TaskQuery) -> list[Any]:
    found = [*sql.with_status(query.status)]
    found += sql.about(contact_id=query.contact_id, account_id=query.account_id, deal_id=query.deal_id)
    if query.owner_ids:
        found.append(sql.owned_by(query.owner_ids))
    if query.due:
        found.append(sql.due(query.due, today()))
    if query.kinds:
        found.append(sql.of_kinds(query.kinds))
    if query.priority:
        found.append(sql.of_priority(query.priority))
    if query.text.strip():
        found.append(sql.named(query.text.strip()))
    return found
