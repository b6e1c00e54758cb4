"""Touchpoints for programs: notes, calls, meetings, e-mails, chats, posts."""

from dataclasses import replace
from datetime import datetime

from crm_core.activity import interactions
from crm_core.activity.types import InteractionDetail, NewInteraction
from crm_core.api.answers import Answer, with_version
from crm_core.api.calls import Call


def log(call: Call) -> Answer:
    """Write down a touchpoint with a contact or a company."""
    told = dict(call.values)
    moment = told.get("happened_at")
    new = NewInteraction(**{**told, "happened_at": datetime.fromisoformat(moment) if moment else None})
    number, is_new = call.once(
        lambda work: interactions.log(work, new), lambda: interactions.log(call.actor, new)
    )
    shown = with_version(interactions.get(call.actor, number))
    return shown.created(f"/api/v1/interactions/{number}", is_repeated=not is_new)


def get(call: Call) -> Answer:
    """Read one touchpoint."""
    return with_version(interactions.get(call.actor, call.id))


def change(call: Call) -> Answer:
    """Change what was written about a touchpoint; whom it is about and its kind stay."""
    stored = interactions.get(call.actor, call.id)
    version = stored.version if call.version is None else call.version
    interactions.change(call.actor, call.id, replace(_written(stored), **call.values), version=version)
    return get(call)


def delete(call: Call) -> Answer:
    """Delete a touchpoint; it can be restored."""
    interactions.delete(call.actor, call.id)
    return Answer(204)


def restore(call: Call) -> Answer:
    """Bring a deleted touchpoint back."""
    interactions.restore(call.actor, call.id)
    return get(call)


def _written(stored: InteractionDetail) -> NewInteraction:
    return NewInteraction(
        kind=stored.kind,
        contact_id=stored.contact_id,
        account_id=stored.account_id,
        subject=stored.subject,
        body=stored.body,
        direction=stored.direction,
        outcome=stored.outcome,
        duration_minutes=stored.duration_minutes,
        happened_at=stored.happened_at,
    )
