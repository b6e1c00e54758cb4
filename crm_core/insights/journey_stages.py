"""How relationships grow: from the first contact to customers who speak for us."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from crm_core.insights import customer_sets
from crm_core.insights.customer_sets import EVERYBODY, CustomerSet
from crm_core.insights.kept_answers import kept
from crm_core.insights.purchase_days import begin_of, day_of, local_day
from crm_core.kernel.access import Permission
from crm_core.kernel.errors import Invalid
from crm_core.kernel.paging import Page, Paging
from crm_core.kernel.work import Work, use_case
from crm_core.team.company import company
from db.queries import cohorts as sql

STAGES: Final = ("exploratory", "basic", "collaborative", "interconnected")
"""We know them; we were in touch; they bought; they brought somebody else."""

_STEPS = ("basic", "buying", "speaking")


@dataclass(frozen=True)
class StageStep:
    """One stage: who got there or further, who stands there now, and how it went on from the stage before.

    ``median_days`` is how long those who got here took from the stage before; ``drop`` the share of those at
    the stage before who have not got here.
    """

    stage: str
    reached: int
    stands: int
    median_days: int | None
    drop: float | None


@dataclass(frozen=True)
class StagePerson:
    """Somebody who got to a stage, and on which day."""

    contact_id: int
    name: str
    on: date


@use_case(Permission.REPORTS_READ, read=True)
@kept()
def report(work: Work, as_of: date | None = None, which: CustomerSet = EVERYBODY) -> tuple[StageStep, ...]:
    """The stages of the contacts of a set that this person sees, by what had happened by a day (None: today).

    Notes are no touch. Whoever bought before anything else counts as met and in touch on that day.
    """
    day = as_of or local_day(work.now)
    until = begin_of(day + timedelta(days=1))
    rows = work.tuples(sql.steps(company().time_zone, min(until, work.now), customer_sets.ids(work, which)))
    by_step: dict[str, dict[int | None, int]] = {step: {} for step in _STEPS}
    for row in rows:
        by_step[row.step][row.days] = row.contacts
    reached = [sum(by_step[_STEPS[0]].values())]
    middles: list[int | None] = [None]
    for step in _STEPS:
        taken = {days: many for days, many in by_step[step].items() if days is not None}
        reached.append(sum(taken.values()))
        middles.append(_middle(taken))
    return tuple(
        StageStep(
            stage,
            reached[place],
            reached[place] - (reached[place + 1] if place + 1 < len(STAGES) else 0),
            middles[place],
            1 - reached[place] / reached[place - 1] if place and reached[place - 1] else None,
        )
        for place, stage in enumerate(STAGES)
    )


@use_case(Permission.REPORTS_READ, read=True)
def people(
    work: Work,
    stage: str,
    as_of: date | None = None,
    *,
    only_here: bool = False,
    paging: Paging = Paging(),  # noqa: B008 - frozen
    which: CustomerSet = EVERYBODY,
) -> Page[StagePerson]:
    """The contacts that got to a stage, the latest first; ``only_here``: those that stand there now.

    Raises:
        Invalid: there is no such stage.
    """
    if stage not in STAGES:
        hint = f"Choose one of: {', '.join(STAGES)}."
        raise Invalid("There is no such stage.", fields={"stage": hint})
    until = min(begin_of((as_of or local_day(work.now)) + timedelta(days=1)), work.now)
    among = customer_sets.ids(work, which)
    told = sql.people(company().time_zone, until, STAGES.index(stage), among, only_here=only_here)

    def person(contact_id: int, name: str, day: int) -> StagePerson:
        return StagePerson(contact_id, name, day_of(day))

    return work.page(told, paging, person)


def _middle(counts: Mapping[int, int]) -> int | None:
    """The median of whole days, of which there may be many alike."""
    half, seen = sum(counts.values()) / 2, 0
    for days in sorted(counts):
        seen += counts[days]
        if seen >= half:
            return days
    return None
