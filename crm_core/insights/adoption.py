"""Who works with Rapport, and in which areas: to see who could use a hand, never to rank people."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from crm_core.insights import asking
from crm_core.insights.periods import Period
from crm_core.kernel.access import Actor, Permission
from crm_core.kernel.work import Work, use_case
from db.queries import adoption as sql

AREAS: Final = (*sql.AREAS, sql.OTHER)


@dataclass(frozen=True)
class PersonUse:
    """What one person did: acts by area, when last, and the open deals with and without a next step."""

    user_id: int
    name: str
    acts: Mapping[str, int]
    last_at: datetime | None
    deals: int
    planned: int

    @property
    def total(self) -> int:
        """All acts."""
        return sum(self.acts.values())

    @property
    def next_step_share(self) -> float | None:
        """The share of the open deals with a task ahead; None without deals."""
        return self.planned / self.deals if self.deals else None


@dataclass(frozen=True)
class AdoptionReport:
    """Those whom the asker may see, by name, and the mean of the whole team by area.

    ``is_whole`` says that all within reach are listed; else it is only oneself. ``colleagues`` is how many
    the mean is made of, ``active`` how many of them did something.
    """

    people: tuple[PersonUse, ...]
    mean: Mapping[str, float]
    mean_next_step: float | None
    colleagues: int
    active: int
    is_whole: bool


@use_case(Permission.REPORTS_READ, read=True)
def report(work: Work, period: Period) -> AdoptionReport:
    """What people did in a period. Without ``ADOPTION_READ`` one sees oneself beside the mean of the team."""
    actor = work.actor
    since, until = asking.begin_of(period.since), asking.begin_of(period.until + timedelta(days=1))
    # Means are made of everybody, also of those whose rows the asker does not see.
    everything = work.as_system()
    acts: dict[int, dict[str, int]] = defaultdict(dict)
    last: dict[int, datetime] = {}
    for user_id, area, count, last_at in everything.tuples(sql.acts(since, until)):
        acts[user_id][area] = count
        last[user_id] = max(last.get(user_id, last_at), last_at)
    steps = {row.owner_id: (row.deals, int(row.planned)) for row in everything.tuples(sql.next_steps())}
    team = [
        (
            row.team_id,
            PersonUse(
                row.id, row.name, dict(acts.get(row.id, {})), last.get(row.id), *steps.get(row.id, (0, 0))
            ),
        )
        for row in everything.tuples(sql.colleagues())
        if row.is_active or row.id in acts
    ]
    own_team = next((team_id for team_id, one in team if one.user_id == actor.id), None)
    whole = [one for team_id, one in team if _sees_all(actor) or team_id == own_team]
    deals = sum(one.deals for one in whole)
    return AdoptionReport(
        people=tuple(one for _, one in team if _is_shown(actor, one.user_id)),
        mean={area: sum(one.acts.get(area, 0) for one in whole) / max(len(whole), 1) for area in AREAS},
        mean_next_step=sum(one.planned for one in whole) / deals if deals else None,
        colleagues=len(whole),
        active=sum(1 for one in whole if one.total),
        is_whole=actor.may(Permission.ADOPTION_READ),
    )


def _is_shown(actor: Actor, user_id: int) -> bool:
    if actor.may(Permission.ADOPTION_READ):
        return actor.scope.covers(user_id)
    return user_id == actor.id


def _sees_all(actor: Actor) -> bool:
    return actor.may(Permission.ADOPTION_READ) and actor.scope.is_everything
