"""Whom one may write to, in one place: of every person of an audience, why not, or nothing."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, case, exists, func, or_, select
from sqlalchemy.orm import aliased

from db.models import Campaign, Consent, Contact, Recipient, Suppression
from db.queries.channel_addresses import address, address_key

COUNTED = ("pending", "sending", "sent", "unclear")
"""States of messages that a person got, will get, or may have got."""


@dataclass(frozen=True)
class Gate:
    """What is asked about a contact before a message of a campaign.

    ``channel`` is the one that people consent to: ``email``, ``sms``, ``phone``, ``post`` or ``social``.
    ``needs_consent``: only those who agreed; else all who did not refuse. At most ``cap`` messages of all
    campaigns since ``since``; 0 for no limit.
    """

    campaign_id: int
    channel: str
    purpose: str
    needs_consent: bool
    cap: int
    since: datetime


def reason(gate: Gate) -> ColumnElement[str]:
    """Why a contact gets nothing, the weightiest reason; empty for those who may get it."""
    said = _opt(gate)
    wanted = said == "in" if gate.needs_consent else said != "out"
    return case(
        (Contact.deleted_at.is_not(None), "deleted"),
        (address(gate.channel) == "", "no_address"),
        (said == "out", "opted_out"),
        *([(_left_elsewhere(gate), "opted_out")] if gate.channel == "email" else []),
        (_suppressed(gate), "suppressed"),
        (~wanted, "no_consent"),
        *([(_often(gate) >= gate.cap, "too_often")] if gate.cap else []),
        else_="",
    )


def _opt(gate: Gate) -> Any:
    """What holds about this channel and purpose: in, out, or unknown."""
    if gate.channel == "email" and gate.purpose == "marketing":
        return Contact.email_opt  # kept from the consents
    one = aliased(Consent)
    newest = (
        select(case((one.is_granted, "in"), else_="out"))
        .where(one.contact_id == Contact.id, one.channel == gate.channel, one.purpose == gate.purpose)
        .order_by(one.happened_at.desc(), one.id.desc())
        .limit(1)
    )
    return func.coalesce(newest.scalar_subquery(), "unknown")


def _left_elsewhere(gate: Gate) -> ColumnElement[bool]:
    """Did a file of results say that the person unsubscribed, and nothing since that they agreed again?"""
    row = aliased(Recipient)
    later = exists().where(
        Consent.contact_id == Contact.id, Consent.channel == gate.channel, Consent.is_granted,
        Consent.import_id.is_(None), Consent.happened_at > row.unsubscribed_at,
    )  # fmt: skip
    return exists().where(
        row.contact_id == Contact.id, row.unsubscribed_at.is_not(None), row.campaign_id == Campaign.id,
        Campaign.state == "imported", ~later,
    )  # fmt: skip


def _suppressed(gate: Gate) -> ColumnElement[bool]:
    """Is the address blocked? Who unsubscribed comes back by a later consent of their own, not by a file."""
    later = exists().where(
        Consent.contact_id == Contact.id, Consent.channel == gate.channel, Consent.is_granted,
        Consent.import_id.is_(None), Consent.happened_at > Suppression.happened_at,
    )  # fmt: skip
    return exists().where(
        Suppression.channel == gate.channel, Suppression.address_key == address_key(gate.channel),
        or_(Suppression.reason != "unsubscribed", ~later),
    )  # fmt: skip


def _often(gate: Gate) -> Any:
    other = aliased(Recipient)
    return (
        select(func.count())
        .where(
            other.contact_id == Contact.id,
            other.campaign_id != gate.campaign_id,
            or_(
                and_(other.sent_at.is_not(None), other.sent_at >= gate.since),
                and_(other.sent_at.is_(None), other.state.in_(COUNTED)),
            ),
        )
        .scalar_subquery()
    )
