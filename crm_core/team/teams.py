"""Teams: people who see each other's records."""

from crm_core.kernel.access import Permission
from crm_core.kernel.errors import Invalid
from crm_core.kernel.work import Work, use_case
from crm_core.team import rules
from crm_core.team.types import TeamRow
from db.models import Team
from db.queries import users as sql

LONGEST_NAME = 120


@use_case(Permission.USERS_MANAGE, read=True)
def search(work: Work) -> list[TeamRow]:
    """All teams, by name."""
    return work.rows(sql.teams(), TeamRow)


@use_case(Permission.USERS_MANAGE)
def add(work: Work, name: str) -> int:
    """A new team without members; returns its id.

    Raises:
        Invalid: the name cannot be one.
        Conflict: another team has this name.
    """
    team = work.add(Team(name=_checked(name)))
    work.record("team.added", team, team=team.name)
    return team.id


@use_case(Permission.USERS_MANAGE)
def rename(work: Work, team_id: int, name: str) -> None:
    """Call a team something else.

    Raises:
        NotFound: there is no such team.
        Invalid: the name cannot be one.
        Conflict: another team has this name.
    """
    team = work.get(Team, team_id)
    team.name = _checked(name)
    changes = work.changes(team)
    if changes["changes"]:
        work.record("team.renamed", team, **changes)


@use_case(Permission.USERS_MANAGE)
def remove(work: Work, team_id: int) -> None:
    """Dissolve a team; its members stay, without a team."""
    team = work.get(Team, team_id)
    work.record("team.removed", team, team=team.name)
    work.delete(team)


def _checked(name: str) -> str:
    tidy = rules.plain(name)
    problem = rules.name_problem(tidy, LONGEST_NAME)
    if problem is not None:
        raise Invalid("The team was not saved.", fields={"name": problem})
    return tidy
