"""What the sample company wants to reach, and what runs by itself there: goals, scores, a journey."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from crm_core.activity.task_days import today
from crm_core.automation import journeys
from crm_core.data.sample_making import at, free
from crm_core.kernel.work import Work
from crm_core.sales import goals, lead_scores
from crm_core.sales.goal_measures import MEASURES, period_of, share_gone
from crm_core.sales.goal_types import NewGoal
from crm_core.sales.lead_rules import OPEN
from crm_core.team.company import company
from db.models import Goal, Journey, JourneyRun, JourneyStep
from db.queries import goals as goal_sql
from db.queries import journeys as journey_sql
from db.queries import sample as sample_sql
from db.seed import programme

MOST_SCORED = 500
"""The worker scores the others."""

_RUN = (
    "id", "journey_id", "version_id", "contact_id", "cause", "state", "reason", "position", "attempts",
    "chain", "created_at", "admitted_at", "due_at", "ended_at",
)  # fmt: skip
_STEP = ("run_id", "version_id", "contact_id", "place", "action", "outcome", "facts", "happened_at")


def add(work: Work, people: Sequence[dict[str, Any]]) -> dict[str, list[int]]:
    """Store it for the made-up people (each with its ``id``); returns what is not marked as made up."""
    leads = [one for one in people if one["lead_status"] in OPEN]
    lead_scores.rescore(work, [one["id"] for one in leads[:MOST_SCORED]])
    return {"goals": _goals(work), "journeys": [_journey(work, leads)]}


def remove(work: Work, made: dict[str, Any]) -> None:
    """Take away what ``add`` returned, as far as nobody did so before."""
    for name, model in (("goals", Goal), ("journeys", Journey)):
        for key in made.get(name, ()):
            if (row := work.session.get(model, key)) is not None:
                work.delete(row)
        work.run(sample_sql.delete_traces_of(model.__tablename__, made.get(name, ())))


def _goals(work: Work) -> list[int]:
    """Goals of the company for the running periods, where it has none of its own."""
    made = []
    for measure, period in programme.GOALS:
        first, last = period_of(today(), period)
        currency = company().currency if MEASURES[measure].is_money else ""
        if work.scalar(goal_sql.same(measure, (None, None), first, last, currency)) is not None:
            continue
        key = goals.add(at(work, work.now - timedelta(days=90)), NewGoal(measure, 1, first, last))
        reached = goals.get(work, key).value
        even = reached / max(share_gone(first, last, today()), 0.2) / programme.EASE
        work.get(Goal, key).target = _rounded(even)
        made.append(key)
    return made


def _rounded(number: float) -> int:
    """Two digits and noughts: nobody sets a goal of 1,234,567."""
    whole = max(10, round(number))
    step: int = 10 ** max(0, len(str(whole)) - 2)
    return -(-whole // step) * step


def _journey(work: Work, leads: Sequence[dict[str, Any]]) -> int:
    """A journey that looks after leads; the latest of them are on it, or through."""
    newest = sorted(leads, key=lambda one: (one["created_at"], one["id"]))[-programme.MOST_RUNS :]
    began = at(work, min((one["created_at"] for one in newest), default=work.now) - timedelta(days=1))
    name = free(work, Journey, programme.JOURNEY)
    key = journeys.create(began, name, programme.JOURNEY_STEPS, programme.JOURNEY_SAYS)
    number = journeys.publish(began, key)
    work.flush()
    version_id: int = work.scalar(journey_sql.version(key, number)).id
    runs: list[tuple[Any, ...]] = []
    steps: list[tuple[Any, ...]] = []
    for run_id, one in zip(work.reserve(JourneyRun, len(newest)), newest, strict=True):
        came, due_at = one["created_at"], one["created_at"] + timedelta(days=programme.WAIT_DAYS)
        is_over = due_at < work.now
        state, ended_at = ("done", due_at) if is_over else ("running", None)
        place, due = ("", None) if is_over else ("2", due_at)
        runs.append((
            run_id, key, version_id, one["id"], "once", state, "", place, 0, [], came, came, due, ended_at,
        ))  # fmt: skip
        done = [("1", "task", "done", came), ("2", "wait", "done" if is_over else "waiting", came)]
        done += [("3", "task", "done", due_at)] if is_over else []
        steps += [(run_id, version_id, one["id"], *what, {}, moment) for *what, moment in done]
    work.insert(JourneyRun, _RUN, runs)
    work.insert(JourneyStep, _STEP, steps)
    return key
