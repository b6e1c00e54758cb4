"""Goals of people, teams and the company: set by managers, followed by everybody within their reach.

A goal is shown to those who may see every row that counts for it, so that each number opens its rows.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any, Final

from crm_core.kernel.access import Permission
from crm_core.kernel.errors import Conflict, Invalid, NotFound
from crm_core.kernel.paging import Page, Paging
from crm_core.kernel.values import dates
from crm_core.kernel.work import Work, use_case
from crm_core.sales import goal_measures, goal_reach
from crm_core.sales.forecast_days import begin_of, end_of
from crm_core.sales.goal_measures import MEASURES, Measure
from crm_core.sales.goal_types import GoalEntry, GoalRow, NewGoal, Standing
from crm_core.team.company import company
from db.models import Goal
from db.queries import goals as sql
from db.queries.goals import Span

LARGEST: Final = 10**15


@use_case(Permission.GOALS_READ, read=True)
def search(work: Work, since: date | None = None, until: date | None = None) -> list[GoalRow]:
    """The goals of periods that touch these days (today where none are named), with what was reached."""
    today = _today(work)
    rows = work.tuples(sql.goals(since or today, until or since or today))
    if not rows:
        return []
    people = goal_reach.people(work)
    seen = [row for row in rows if goal_reach.may_see(work, row, people)]
    return _measured(work, seen, people, today)


@use_case(Permission.GOALS_READ, read=True)
def get(work: Work, goal_id: int) -> GoalRow:
    """One goal with what was reached.

    Raises:
        NotFound: there is none, or none that this person may follow.
    """
    people = goal_reach.people(work)
    row = _one(work, goal_id, people)
    return _measured(work, [row], people, _today(work))[0]


@use_case(Permission.GOALS_READ, read=True)
def entries(work: Work, goal_id: int, paging: Paging | None = None) -> Page[GoalEntry]:
    """The rows that a goal's value is the sum of, the latest first.

    Raises:
        NotFound: as in ``get``.
    """
    people = goal_reach.people(work)
    row = _one(work, goal_id, people)
    record = MEASURES[row.measure].record
    statement = sql.entries(row.measure, _span(row), goal_reach.counted(row, people))
    return work.page(statement, paging or Paging(), lambda **columns: GoalEntry(record, **columns))


@use_case(Permission.GOALS_READ, read=True)
def leaderboard(work: Work, measure: str, since: date, until: date, currency: str = "") -> list[Standing]:
    """Who reached what in a period, the most first: those whom this person may see, as far as they took part.

    Raises:
        Invalid: there is no such measure.
    """
    chosen = _measure(measure)
    span = Span(begin_of(since), end_of(until), currency or company().currency, company().currency)
    values = dict(map(tuple, work.tuples(sql.by_owner(measure, span))))
    own = {row.user_id: row.target for row in work.tuples(sql.goals(since, until))
           if row.user_id and (row.measure, row.starts_on, row.ends_on) == (measure, since, until)
           and (not chosen.is_money or row.currency == span.currency)}  # fmt: skip
    found = [
        Standing(key, name, values.get(key, 0), own.get(key))
        for key, name, _, _ in work.tuples(sql.members())
        if work.actor.scope.covers(key) and (key in values or key in own)
    ]
    return sorted(found, key=lambda one: (-one.value, one.name))


@use_case(Permission.GOALS_READ, read=True)
def choices(work: Work) -> tuple[list[tuple[int, str]], list[tuple[int, str]]]:
    """The people and the teams whom this person may set goals for: ids and names."""
    people = work.tuples(sql.members())
    seen = [(row.id, row.name) for row in people if row.is_active and work.actor.scope.covers(row.id)]
    by_id = goal_reach.people(work)
    teams = [(key, name) for key, name in work.tuples(sql.teams()) if goal_reach.sees_team(work, key, by_id)]
    return seen, teams


@use_case(Permission.GOALS_MANAGE)
def add(work: Work, new: NewGoal) -> int:
    """Set a goal and return its number.

    Raises:
        Invalid: field by field, what cannot be. Conflict: there is one for this already.
        NotAllowed: whose goal it would be is beyond this person's reach.
    """
    checked = _checked(new)
    goal_reach.require(work, new.user_id, new.team_id)
    whose = (new.user_id, new.team_id)
    if work.scalar(sql.same(new.measure, whose, new.starts_on, new.ends_on, checked)) is not None:
        raise Conflict("There is a goal for this period already. Change that one.")
    row = work.add(
        Goal(
            measure=new.measure, user_id=new.user_id, team_id=new.team_id, starts_on=new.starts_on,
            ends_on=new.ends_on, target=new.target, currency=checked, created_at=work.now,
        )
    )  # fmt: skip
    work.flush()
    work.record("goal.set", row, measure=new.measure, target=new.target)
    return row.id


@use_case(Permission.GOALS_MANAGE)
def change(work: Work, goal_id: int, target: int, *, version: int | None) -> None:
    """Change what is to be reached.

    Raises:
        NotFound: there is none. NotAllowed: it is beyond reach. Conflict: somebody changed it meanwhile.
        Invalid: there cannot be such a target.
    """
    row = work.fresh(Goal, goal_id, version)
    goal_reach.require(work, row.user_id, row.team_id)
    if wrong := _target_problem(target):
        raise Invalid(wrong, fields={"target": wrong})
    if row.target != target:
        old, row.target = row.target, target
        row.version += 1
        work.record("goal.changed", row, measure=row.measure, target=[old, target])


@use_case(Permission.GOALS_MANAGE)
def remove(work: Work, goal_id: int) -> None:
    """Take a goal away; what was reached stays where it is.

    Raises:
        NotFound: there is none. NotAllowed: it is beyond this person's reach.
    """
    row = work.get(Goal, goal_id)
    goal_reach.require(work, row.user_id, row.team_id)
    work.record("goal.removed", row, measure=row.measure, target=row.target)
    work.delete(row)


@use_case(Permission.GOALS_MANAGE)
def copy_on(work: Work, goal_ids: Sequence[int]) -> int:
    """Set the same goals for the period that follows theirs, where there are none yet; returns how many.

    Raises:
        NotFound, NotAllowed: as in ``add`` and ``change``.
    """
    made = 0
    for goal_id in goal_ids:
        row = work.get(Goal, goal_id)
        begin, end = goal_measures.following(row.starts_on, row.ends_on)
        if work.scalar(sql.same(row.measure, (row.user_id, row.team_id), begin, end, row.currency)) is None:
            new = NewGoal(row.measure, row.target, begin, end, row.user_id, row.team_id, row.currency)
            add(work, new)
            made += 1
    return made


def _measured(
    work: Work, rows: Iterable[Any], people: Mapping[int, int | None], today: date
) -> list[GoalRow]:
    """Goals with their values; those of one measure and period are counted at once."""
    known: dict[tuple[str, Span], dict[int | None, int]] = {}
    found = []
    for row in rows:
        key = (row.measure, _span(row))
        if key not in known:
            known[key] = dict(map(tuple, work.tuples(sql.by_owner(*key))))
        counted = goal_reach.counted(row, people)
        value = sum(amount for owner, amount in known[key].items() if counted is None or owner in counted)
        found.append(_row(row, value, today))
    return found


def _row(row: Any, value: int, today: date) -> GoalRow:
    measure = MEASURES[row.measure]
    level = "person" if row.user_id else "team" if row.team_id else "company"
    return GoalRow(
        row.id, row.version, row.measure, measure.label, measure.is_money, row.currency, level,
        row.whose or company().name or "Company", row.user_id, row.team_id, row.starts_on, row.ends_on,
        row.target, value, goal_measures.pace(value, row.target, row.starts_on, row.ends_on, today),
    )  # fmt: skip


def _one(work: Work, goal_id: int, people: Mapping[int, int | None]) -> Any:
    found = work.tuples(sql.goal(goal_id))
    if not found or not goal_reach.may_see(work, found[0], people):
        raise NotFound("This goal does not exist, or it is not yours to see.")
    return found[0]


def _span(row: Any) -> Span:
    usual = company().currency
    return Span(begin_of(row.starts_on), end_of(row.ends_on), row.currency or usual, usual)


def _today(work: Work) -> date:
    return work.now.astimezone(dates.zone_of(company().time_zone)).date()


def _measure(name: str) -> Measure:
    if name not in MEASURES:
        hint = f"Choose one of: {', '.join(MEASURES)}."
        raise Invalid("There is no such measure.", fields={"measure": hint})
    return MEASURES[name]


def _checked(new: NewGoal) -> str:
    """The currency of a goal that can be.

    Raises:
        Invalid: field by field, what cannot be.
    """
    measure = _measure(new.measure)
    wrong: dict[str, str] = {}
    if problem := _target_problem(new.target):
        wrong["target"] = problem
    if new.ends_on < new.starts_on:
        wrong["ends_on"] = "Give a last day that is not before the first one."
    if new.user_id is not None and new.team_id is not None:
        wrong["user_id"] = "A goal belongs to a person or to a team, not to both."
    if wrong:
        raise Invalid("The goal needs correcting.", fields=wrong)
    return (new.currency or company().currency).upper() if measure.is_money else ""


def _target_problem(target: int) -> str:
    return "" if 0 < target <= LARGEST else "Give a number above 0."
