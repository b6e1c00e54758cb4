"""Users, teams and how far they see."""

from typing import Any

from sqlalchemy import Select, func, select

from db.models import Team, User


def by_id(user_id: int) -> Select[Any]:
    """One user."""
    return select(User).where(User.id == user_id)


def by_username(username: str) -> Select[Any]:
    """The user of this sign-in name, whatever its case."""
    return select(User).where(func.lower(User.username) == username.lower())


def ids_of_team(team_id: int) -> Select[Any]:
    """Everybody in a team, also those who cannot sign in any more: their records stay the team's."""
    return select(User.id).where(User.team_id == team_id).order_by(User.id)


def everybody() -> Select[Any]:
    """All users with the names of their teams, by name."""
    return select(User, Team.name.label("team")).outerjoin(Team, Team.id == User.team_id).order_by(User.name)
