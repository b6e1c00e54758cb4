"""What workers ask and change about journeys: who may begin, whose step is due, and for whom it holds."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, Update, func, select, true, update

from db.models import Contact, Journey, JourneyRun, JourneyStep, JourneyVersion, Recipient
from db.queries import Rows
from db.queries.channel_addresses import address
from db.queries.consent_gate import Gate, reason
from db.queries.lists import listed as one_of

HOUR = timedelta(hours=1)


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


def lock_people(contact_ids: Sequence[int]) -> Rows:
    """These contacts, for one transaction at a time; rows that point to them are written all the same."""
    chosen = select(Contact.id).where(Contact.id.in_(contact_ids)).order_by(Contact.id)
    return chosen.with_for_update(key_share=True)


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


def waves(campaign_id: int, contact_ids: Sequence[int]) -> Rows:
    """The last message of a campaign to each of these contacts: contact, wave."""
    ours = (Recipient.campaign_id == campaign_id, one_of(Recipient.contact_id, contact_ids))
    return select(Recipient.contact_id, func.max(Recipient.wave)).where(*ours).group_by(Recipient.contact_id)


def reasons(contact_ids: Sequence[int], gate: Gate) -> Rows:
    """Why these contacts may not be written to: contact, address, reason (empty: they may)."""
    columns = (Contact.id, address(gate.channel).label("address"), reason(gate).label("why"))
    found = select(*columns).where(one_of(Contact.id, contact_ids)).order_by(Contact.id)
    return found.execution_options(with_deleted=True)


def swept(journey_id: int, at: datetime) -> Update:
    """Note until when a journey looked for causes; forms that are open stay valid."""
    return update(Journey).where(Journey.id == journey_id).values(swept_at=at)


def everybody() -> Any:
    """The condition that every contact fulfils."""
    return true()
