"""Journeys, their versions, who is on them, and what was done at each step."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import Delete, Update, delete, func, select, update

from db.models import (
    Contact,
    Journey,
    JourneyRun,
    JourneyStep,
    JourneyVersion,
    Template,
    User,
)
from db.queries import Rows

HOUR = timedelta(hours=1)


def by_key(key: str) -> Rows:
    """The journey of this folded name."""
    return select(Journey).where(Journey.name_key == key)


def listed(states: Sequence[str]) -> Rows:
    """Journeys in these states (all without any) by name."""
    columns = (Journey.id, Journey.version, Journey.name, Journey.description, Journey.state, Journey.trigger)
    found = select(*columns, Journey.number, Journey.updated_at).order_by(Journey.name_key)
    return found.where(Journey.state.in_(states)) if states else found


def figures(journey_ids: Sequence[int]) -> Rows:
    """How many runs of these journeys are in each state: journey, state, number."""
    return (
        select(JourneyRun.journey_id, JourneyRun.state, func.count())
        .where(JourneyRun.journey_id.in_(journey_ids))
        .group_by(JourneyRun.journey_id, JourneyRun.state)
    )


def version(journey_id: int, number: int) -> Rows:
    """One published version."""
    return select(JourneyVersion).where(
        JourneyVersion.journey_id == journey_id, JourneyVersion.number == number
    )


def versions(journey_id: int) -> Rows:
    """Versions of a journey, the latest first, with who published them."""
    columns = (JourneyVersion.id, JourneyVersion.number, JourneyVersion.published_at)
    return (
        select(*columns, JourneyVersion.definition, JourneyVersion.messages, User.name.label("publisher"))
        .outerjoin(User, User.id == JourneyVersion.publisher_id)
        .where(JourneyVersion.journey_id == journey_id)
        .order_by(JourneyVersion.number.desc())
    )


def under_way(journey_id: int) -> Rows:
    """How many are on each version: version, number."""
    open_ones = JourneyRun.state.in_(("waiting", "running"))
    return (
        select(JourneyRun.version_id, func.count())
        .where(JourneyRun.journey_id == journey_id, open_ones)
        .group_by(JourneyRun.version_id)
    )


def runs(journey_id: int | None, contact_id: int | None, states: Sequence[str]) -> Rows:
    """Runs with their names, the latest first."""
    names = ("id", "journey_id", "contact_id", "cause", "state", "reason", "position")
    moments = ("created_at", "admitted_at", "due_at", "ended_at")
    columns = [getattr(JourneyRun, name) for name in (*names, *moments)]
    found = (
        select(*columns, Journey.name.label("journey"), JourneyVersion.number, Contact.name.label("contact"))
        .join(Journey, Journey.id == JourneyRun.journey_id)
        .join(JourneyVersion, JourneyVersion.id == JourneyRun.version_id)
        .join(Contact, Contact.id == JourneyRun.contact_id)
        .order_by(JourneyRun.id.desc())
    )
    if journey_id is not None:
        found = found.where(JourneyRun.journey_id == journey_id)
    if contact_id is not None:
        found = found.where(JourneyRun.contact_id == contact_id)
    return found.where(JourneyRun.state.in_(states)) if states else found


def run(run_id: int) -> Rows:
    """One run with its names."""
    return runs(None, None, ()).where(JourneyRun.id == run_id)


def steps(run_ids: Sequence[int]) -> Rows:
    """What was done on these runs, in order."""
    names = ("run_id", "place", "action", "outcome", "facts", "happened_at")
    columns = (getattr(JourneyStep, name) for name in names)
    return select(*columns).where(JourneyStep.run_id.in_(run_ids)).order_by(JourneyStep.id)


def outcomes(version_id: int) -> Rows:
    """How often each step of a version came out how: place, outcome, number."""
    return (
        select(JourneyStep.place, JourneyStep.outcome, func.count())
        .where(JourneyStep.version_id == version_id)
        .group_by(JourneyStep.place, JourneyStep.outcome)
    )


def stop_all(journey_id: int, why: str, now: datetime) -> Update:
    """End all runs of a journey that are under way."""
    open_ones = (JourneyRun.journey_id == journey_id, JourneyRun.state.in_(("waiting", "running")))
    values = {"state": "stopped", "reason": why, "ended_at": now, "due_at": None}
    return update(JourneyRun).where(*open_ones).values(values)


def forget_failure(run_id: int) -> Delete:
    """Take the mark of a failed step away, so that the step can be done again."""
    return delete(JourneyStep).where(JourneyStep.run_id == run_id, JourneyStep.outcome == "failed")


def template(name_key: str) -> Rows:
    """The template for e-mails of this folded name, unless it was put away."""
    return select(Template).where(
        Template.name_key == name_key, Template.archived_at.is_(None), Template.channel == "email"
    )
