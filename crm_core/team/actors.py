"""Turns a user row into somebody who may act: permissions from the role, scope from the reach."""

from crm_core.kernel.access import RIGHTS, Actor, Permission, Reach, Role
from crm_core.kernel.work import Work
from db.models import User
from db.queries import users as sql
from db.scope import Scope


def actor_of(work: Work, user: User) -> Actor:
    """What this user may do and see right now, by the row as it stands."""
    role = Role(user.role)
    # Somebody else knows the password: until it is changed, changing it is all that may be done.
    rights = frozenset({Permission.PROFILE_USE}) if user.must_change_password else RIGHTS[role]
    return Actor(user.id, user.name, role, rights, scope_of(work, user))


def scope_of(work: Work, user: User) -> Scope:
    """Own records; those of the team and nobody's; or all."""
    if user.reach == Reach.ALL:
        return Scope(owner_ids=None, user_id=user.id)
    if user.reach == Reach.TEAM and user.team_id is not None:
        return Scope(tuple(work.scalars(sql.ids_of_team(user.team_id))), unowned=True, user_id=user.id)
    return Scope((user.id,), unowned=user.reach == Reach.TEAM, user_id=user.id)
