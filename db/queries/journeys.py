"""Journeys, their versions, who is on them, and what was done at each step."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Delete, Select, Update, case, delete, func, select, true, update

from db.models import (
    Contact,
    Journey,
    JourneyRun,
    JourneyStep,
    JourneyVersion,
    Recipient,
    Template,
    User,
    WebhookCall,
)
from db.queries import Rows
from db.queries.consent_gate import Gate, reason
from db.queries.lists import listed as one_of

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


def live() -> Rows:
    """Live journeys with the version that newcomers follow: journey, version, trigger, swept."""
    return (
        select(Journey.id, JourneyVersion.id.label("version_id"), Journey.trigger, Journey.swept_at)
        .join(JourneyVersion, JourneyVersion.journey_id == Journey.id)
        .where(Journey.state == "live", JourneyVersion.number == Journey.number)
        .order_by(Journey.id)
    )


def definitions(version_ids: Sequence[int]) -> Rows:
    """What these versions say: version, definition, messages."""
    columns = (JourneyVersion.id, JourneyVersion.definition, JourneyVersion.messages)
    return select(*columns).where(JourneyVersion.id.in_(version_ids))


def lock(journey_id: int) -> Select[Any]:
    """A live journey, for one worker at a time."""
    chosen = (Journey.id == journey_id, Journey.state == "live")
    return select(Journey).where(*chosen).with_for_update(skip_locked=True)


def begun(journey_id: int, now: datetime) -> Rows:
    """How many began within the last hour."""
    lately = (JourneyRun.journey_id == journey_id, JourneyRun.admitted_at > now - HOUR)
    return select(func.count()).select_from(JourneyRun).where(*lately)


def at_the_door(journey_id: int, limit: int) -> Rows:
    """Those who wait for a place, in the order of their coming."""
    chosen = (JourneyRun.journey_id == journey_id, JourneyRun.state == "waiting")
    return select(JourneyRun.id).where(*chosen).order_by(JourneyRun.id).limit(limit)


def admit(run_ids: Sequence[int], place: str, now: datetime) -> Update:
    """Let them begin at their first step."""
    values = {"state": "running", "position": place, "admitted_at": now, "due_at": now}
    return (
        update(JourneyRun).where(one_of(JourneyRun.id, run_ids), JourneyRun.state == "waiting").values(values)
    )


def due(now: datetime, limit: int) -> Rows:
    """Runs of live journeys whose next step is due, for one worker at a time."""
    return _due(now).order_by(JourneyRun.due_at, JourneyRun.id).limit(limit)


def _due(now: datetime) -> Rows:
    columns = (JourneyRun.id, JourneyRun.journey_id, JourneyRun.version_id, JourneyRun.contact_id)
    going = select(Journey.id).where(Journey.state == "live")
    return (
        select(*columns, JourneyRun.position, JourneyRun.chain, JourneyRun.cause, JourneyRun.attempts)
        .where(JourneyRun.state == "running", JourneyRun.due_at <= now, JourneyRun.journey_id.in_(going))
        .with_for_update(of=JourneyRun, skip_locked=True)
    )


def one_due(run_id: int, now: datetime) -> Rows:
    """The same for one run."""
    return _due(now).where(JourneyRun.id == run_id)


def people(contact_ids: Sequence[int]) -> Rows:
    """Contacts that are still there: id, name, owner, time zone, e-mail."""
    columns = (Contact.id, Contact.name, Contact.owner_id, Contact.time_zone, Contact.email)
    return select(*columns).where(one_of(Contact.id, contact_ids))


def matching(contact_ids: Sequence[int], condition: Any) -> Rows:
    """Which of these contacts fulfil a condition."""
    return select(Contact.id).where(one_of(Contact.id, contact_ids), condition)


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


def woken(run_ids: Sequence[int]) -> Rows:
    """Where these runs were waiting: run, place."""
    waiting = (one_of(JourneyStep.run_id, run_ids), JourneyStep.outcome == "waiting")
    return select(JourneyStep.run_id, JourneyStep.place).where(*waiting)


def settle_waits(run_ids: Sequence[int], outcome: str) -> Update:
    """Say of waits how they ended."""
    waiting = (one_of(JourneyStep.run_id, run_ids), JourneyStep.outcome == "waiting")
    return update(JourneyStep).where(*waiting).values(outcome=outcome)


def plans(version_ids: Sequence[int]) -> Rows:
    """What these versions do: version, name of the journey, definition, messages."""
    columns = (JourneyVersion.id, Journey.name, JourneyVersion.definition, JourneyVersion.messages)
    found = select(*columns).join(Journey, Journey.id == JourneyVersion.journey_id)
    return found.where(JourneyVersion.id.in_(version_ids))


def is_due(now: datetime) -> Rows:
    """A run whose next step is due."""
    return ids_due(now, 1)


def ids_due(now: datetime, limit: int) -> Rows:
    """The runs of live journeys whose next step is due."""
    going = select(Journey.id).where(Journey.state == "live")
    chosen = (JourneyRun.state == "running", JourneyRun.due_at <= now, JourneyRun.journey_id.in_(going))
    return select(JourneyRun.id).where(*chosen).order_by(JourneyRun.due_at, JourneyRun.id).limit(limit)


def fail(run_id: int, why: str, now: datetime) -> Update:
    """End a run that cannot go on."""
    values = {"state": "failed", "reason": why, "ended_at": now, "due_at": None}
    return update(JourneyRun).where(JourneyRun.id == run_id, JourneyRun.state == "running").values(values)


def stop_all(journey_id: int, why: str, now: datetime) -> Update:
    """End all runs of a journey that are under way."""
    open_ones = (JourneyRun.journey_id == journey_id, JourneyRun.state.in_(("waiting", "running")))
    values = {"state": "stopped", "reason": why, "ended_at": now, "due_at": None}
    return update(JourneyRun).where(*open_ones).values(values)


def forget_failure(run_id: int) -> Delete:
    """Take the mark of a failed step away, so that the step can be done again."""
    return delete(JourneyStep).where(JourneyStep.run_id == run_id, JourneyStep.outcome == "failed")


def waves(campaign_id: int, contact_ids: Sequence[int]) -> Rows:
    """The last message of a campaign to each of these contacts: contact, wave."""
    ours = (Recipient.campaign_id == campaign_id, one_of(Recipient.contact_id, contact_ids))
    return select(Recipient.contact_id, func.max(Recipient.wave)).where(*ours).group_by(Recipient.contact_id)


def reasons(contact_ids: Sequence[int], gate: Gate) -> Rows:
    """Why these contacts may not be written to: contact, address, reason (empty: they may)."""
    columns = (Contact.id, Contact.email, reason(gate).label("why"))
    found = select(*columns).where(one_of(Contact.id, contact_ids)).order_by(Contact.id)
    return found.execution_options(with_deleted=True)


def template(name_key: str) -> Rows:
    """The template for e-mails of this folded name, unless it was put away."""
    return select(Template).where(
        Template.name_key == name_key, Template.archived_at.is_(None), Template.channel == "email"
    )


def calls_due(now: datetime, limit: int) -> Select[Any]:
    """Calls to other systems whose time has come, for one worker at a time."""
    chosen = (WebhookCall.state == "pending", WebhookCall.next_try_at <= now)
    return (
        select(WebhookCall)
        .where(*chosen)
        .order_by(WebhookCall.next_try_at, WebhookCall.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )


def failing(version_ids: Sequence[int]) -> Rows:
    """How many steps of these versions failed and how many were done: version, failed, done."""
    failed = func.count(case((JourneyStep.outcome == "failed", 1)))
    return (
        select(JourneyStep.version_id, failed, func.count())
        .where(JourneyStep.version_id.in_(version_ids))
        .group_by(JourneyStep.version_id)
    )


def swept(journey_id: int, at: datetime) -> Update:
    """Note until when a journey looked for causes; forms that are open stay valid."""
    return update(Journey).where(Journey.id == journey_id).values(swept_at=at)


def everybody() -> Any:
    """The condition that every contact fulfils."""
    return true()
