"""The cast of all tests: the same people, with the same parts, everywhere.

Olga owns everything (admin). Mia manages Ann and Bob, who sell and see only their own. Mark does
marketing, Sue supports, Vera looks on. Guest may nothing.
"""

from dataclasses import dataclass
from datetime import UTC, datetime

import bcrypt

from crm_core.kernel.access import OPERATOR, USUAL_REACH, Actor, Role
from crm_core.kernel.work import begin
from crm_core.team.actors import actor_of
from db.models import Team, User

PASSWORD = "correct horse battery staple"
# A low cost keeps tests quick; the app itself never makes such a hash.
PASSWORD_HASH = bcrypt.hashpw(PASSWORD.encode(), bcrypt.gensalt(4)).decode()
MONDAY = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)

PARTS = {
    "olga": ("Olga Orlova", Role.ADMIN),
    "mia": ("Mia Meyer", Role.MANAGER),
    "ann": ("Ann Archer", Role.SALES),
    "bob": ("Bob Brandt", Role.SALES),
    "mark": ("Mark Moss", Role.MARKETING),
    "sue": ("Sue Stone", Role.SUPPORT),
    "vera": ("Vera Voss", Role.VIEWER),
}
GUEST = Actor(None, "Guest")


@dataclass(frozen=True)
class Cast:
    """Everybody who can sign in, as actors."""

    olga: Actor
    mia: Actor
    ann: Actor
    bob: Actor
    mark: Actor
    sue: Actor
    vera: Actor

    @property
    def everybody(self) -> dict[str, Actor]:
        """The actors by their first names."""
        return {name: getattr(self, name) for name in PARTS}


def hire() -> Cast:
    """Put the whole cast into the connected database."""
    with begin(OPERATOR) as work:
        team = work.add(Team(name="North"))
        work.flush()
        users = {name: work.add(_user(name, *part, team)) for name, part in PARTS.items()}
        work.flush()
        return Cast(**{name: actor_of(work, user) for name, user in users.items()})


def _user(username: str, name: str, role: Role, team: Team) -> User:
    return User(
        username=username,
        name=name,
        email=f"{username}@rapport.test",
        password_hash=PASSWORD_HASH,
        role=role,
        reach=USUAL_REACH[role],
        team_id=team.id if role in (Role.MANAGER, Role.SALES) else None,
        created_at=MONDAY,
    )
