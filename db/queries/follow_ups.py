"""A second message to those who did not open the first, and contacts by what they did with a campaign."""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Insert, Select, and_, case, func, insert, literal, select

from db.models import Contact, Recipient
from db.queries.campaign_results import people
from db.queries.campaigns import seen
from db.queries.channel_addresses import address
from db.queries.consent_gate import Gate, reason
from db.scope import Scope

_SILENT = (
    Recipient.state == "sent", Recipient.opened_at.is_(None), Recipient.clicked_at.is_(None),
    Recipient.replied_at.is_(None), Recipient.bounced_at.is_(None), Recipient.unsubscribed_at.is_(None),
)  # fmt: skip
"""Who got a message and did nothing with it that a person does; what machines opened does not count."""


def count_again(gate: Gate, before: datetime) -> Select[Any]:
    """How many would get a second message: those who did not open the first and still may be written to."""
    return (
        select(func.count())
        .select_from(Recipient)
        .join(Contact, Contact.id == Recipient.contact_id)
        .where(*_first(gate, before), reason(gate) == "")
    )


def write_again(gate: Gate, before: datetime, due_at: datetime, scope: Scope) -> Insert:
    """Write a second row for everybody who did not open the first message; with the reason where not."""
    why = reason(gate)
    state = case((why != "", "excluded"), else_="pending")
    rows = (
        select(
            Recipient.campaign_id, Recipient.variant_id, Recipient.contact_id, literal(1), state, why,
            func.substr(address(gate.channel), 1, 254),
            case((state == "pending", literal(due_at, Recipient.next_try_at.type))),
        )
        .join(Contact, Contact.id == Recipient.contact_id)
        .where(*_first(gate, before), seen(scope))
    )  # fmt: skip
    columns = (
        "campaign_id", "variant_id", "contact_id", "wave", "state", "reason", "address", "next_try_at",
    )  # fmt: skip
    return insert(Recipient).from_select(columns, rows)


def who_did(campaign_id: int, measure: str, variant: str, without: str, scope: Scope) -> ColumnElement[bool]:
    """Contacts behind a number of a campaign, of those that this scope sees."""
    found = people(campaign_id, measure, variant, without).order_by(None).subquery()
    return and_(Contact.id.in_(select(found.c.contact_id)), seen(scope))


def who_did_not_open(campaign_id: int, scope: Scope) -> ColumnElement[bool]:
    """Contacts who got a campaign and opened no message of it."""
    mine = Recipient.campaign_id == campaign_id
    got = select(Recipient.contact_id).where(mine, Recipient.wave == 0, *_SILENT)
    did = select(Recipient.contact_id).where(
        mine,
        Recipient.contact_id.is_not(None),
        func.coalesce(Recipient.opened_at, Recipient.clicked_at).is_not(None),
    )
    return and_(Contact.id.in_(got), Contact.id.not_in(did), seen(scope))


def _first(gate: Gate, before: datetime) -> tuple[ColumnElement[bool], ...]:
    mine = (Recipient.campaign_id == gate.campaign_id, Recipient.wave == 0, Recipient.sent_at <= before)
    return (*mine, *_SILENT)
