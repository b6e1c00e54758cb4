"""Users, teams and how far they see."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Update, func, select, update

from db.models import Team, User
from db.queries import Rows


def by_username(username: str) -> Rows:
    """The user of this sign-in name, which is stored in lower case."""
    return select(User).where(User.username == username)


def ids_of_team(team_id: int) -> Rows:
    """Everybody in a team, also those who cannot sign in any more: their records stay the team's."""
    return select(User.id).where(User.team_id == team_id).order_by(User.id)


def everybody() -> Rows:
    """All users with the names of their teams, by name."""
    return (
        select(
            User.id,
            User.username,
            User.name,
            User.email,
            User.role,
            User.reach,
            User.team_id,
            Team.name.label("team"),
            User.is_active,
            User.is_sample,
            User.must_change_password,
            User.created_at,
            User.last_seen_at,
        )
        .outerjoin(Team, Team.id == User.team_id)
        .order_by(User.name, User.id)
    )


def assignable(owner_ids: Sequence[int] | None) -> Rows:
    """Ids and names of those of these users (None: of all) who can sign in, by name."""
    statement = select(User.id, User.name).where(User.is_active).order_by(User.name, User.id)
    return statement if owner_ids is None else statement.where(User.id.in_(owner_ids))


def admins(role: str) -> Rows:
    """How many real people of this role there are; those of the sample company do not count."""
    return select(func.count()).select_from(User).where(User.role == role, User.is_sample.is_(False))


def active_admins(role: str) -> Rows:
    """The ids of those who can run the place, locked so that two of them cannot leave at once."""
    return (
        select(User.id)
        .where(User.role == role, User.is_active, User.is_sample.is_(False))
        .order_by(User.id)
        .with_for_update()
    )


def seen(user_id: int, at: Any) -> Update:
    """Note that a user was here."""
    return update(User).where(User.id == user_id).values(last_seen_at=at)


def teams() -> Rows:
    """All teams with the number of members who can sign in, by name."""
    return (
        select(Team.id, Team.name, func.count(User.id).label("members"))
        .outerjoin(User, (User.team_id == Team.id) & User.is_active)
        .group_by(Team.id, Team.name)
        .order_by(Team.name)
    )
