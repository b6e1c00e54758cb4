"""Turns a user row into somebody who may act: permissions from the role, scope from the reach."""

from typing import Protocol

from crm_core.kernel.access import RIGHTS, Actor, Permission, Reach, Role
from crm_core.kernel.work import Work
from db.queries import users as sql
from db.scope import Scope


class Person(Protocol):
    """What decides about a person: a whole row of users, or these columns of one."""

    @property
    def id(self) -> int:
        """The number of the user."""

    @property
    def name(self) -> str:
        """The full name."""

    @property
    def role(self) -> str:
        """A value of ``Role``."""

    @property
    def reach(self) -> str:
        """A value of ``Reach``."""

    @property
    def team_id(self) -> int | None:
        """The team, if any."""

    @property
    def must_change_password(self) -> bool:
        """Does somebody else know the password?"""


def actor_of(work: Work, user: Person) -> Actor:
    """What this user may do and see right now, by the row as it stands."""
    role = Role(user.role)
    # Somebody else knows the password: until it is changed, changing it is all that may be done.
    rights = frozenset({Permission.PROFILE_USE}) if user.must_change_password else RIGHTS[role]
    return Actor(user.id, user.name, role, rights, scope_of(work, user))


def scope_of(work: Work, user: Person) -> Scope:
    """Own records; those of the team and nobody's; or all."""
    if user.reach == Reach.ALL:
        return Scope(owner_ids=None, user_id=user.id)
    if user.reach == Reach.TEAM and user.team_id is not None:
        return Scope(tuple(work.scalars(sql.ids_of_team(user.team_id))), unowned=True, user_id=user.id)
    return Scope((user.id,), unowned=user.reach == Reach.TEAM, user_id=user.id)
