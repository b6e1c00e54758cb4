"""Whose goals a person may follow and set: those of which all rows are within reach."""

from collections.abc import Mapping
from typing import Any

from crm_core.kernel.errors import NotAllowed
from crm_core.kernel.work import Work
from crm_core.sales.goal_measures import MEASURES
from db.queries import goals as sql


def may_see(work: Work, row: Any, people: Mapping[int, int | None]) -> bool:
    """Does this person see every row that may count for a goal?"""
    if row.measure not in MEASURES:
        return False
    if work.actor.scope.is_everything:
        return True
    if row.user_id is not None:
        return work.actor.scope.covers(row.user_id)
    return row.team_id is not None and sees_team(work, row.team_id, people)


def sees_team(work: Work, team_id: int, people: Mapping[int, int | None]) -> bool:
    """Does this person see all that the people of a team do?"""
    scope = work.actor.scope
    if scope.is_everything:
        return True
    return scope.unowned and all(scope.covers(one) for one, team in people.items() if team == team_id)


def require(work: Work, user_id: int | None, team_id: int | None) -> None:
    """Refuse unless the person or team is within reach.

    Raises:
        NotAllowed: it is not.
    """
    scope = work.actor.scope
    if scope.is_everything:
        return
    is_mine = (
        scope.covers(user_id) if user_id else bool(team_id) and sees_team(work, team_id or 0, people(work))
    )
    if not is_mine:
        raise NotAllowed("This goal is beyond your reach: set goals for the people and teams whom you see.")


def counted(row: Any, people: Mapping[int, int | None]) -> set[int] | None:
    """The people who count for a goal; None for everybody and nobody."""
    if row.user_id is not None:
        return {row.user_id}
    if row.team_id is not None:
        return {one for one, team in people.items() if team == row.team_id}
    return None


def people(work: Work) -> dict[int, int | None]:
    """Everybody, with the team of each."""
    return {row.id: row.team_id for row in work.tuples(sql.members())}
