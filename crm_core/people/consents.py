"""What contacts agreed to and took back. Rows are only ever added; the latest one holds."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from crm_core.kernel.access import Permission
from crm_core.kernel.errors import Invalid
from crm_core.kernel.values.text import clean, fold
from crm_core.kernel.work import Work, use_case
from crm_core.people.rules import CHANNELS
from crm_core.people.types import ConsentEntry
from db import lengths
from db.models import Consent, Contact
from db.queries import consents as sql

MARKETING = "marketing"
_OUT = frozenset(
    ("unsubscribed", "cleaned", "opted out", "opted-out", "opt-out", "removed", "blocked", "complained")
)
_IN = frozenset(("subscribed", "opted in", "opted-in", "opt-in", "confirmed"))


@dataclass(frozen=True)
class Proof:
    """How one knows of a consent: where it was given or taken back, and when (None: now)."""

    source: str
    happened_at: datetime | None = None
    channel: str = "email"
    purpose: str = MARKETING


@use_case(Permission.CONTACTS_EDIT)
def opt_out(work: Work, contact_id: int, proof: Proof) -> None:
    """The contact no longer wants this. Doing it again changes nothing.

    Raises:
        NotFound: no such contact within reach. Invalid: no source, or a channel that does not exist.
    """
    _append(work, work.get(Contact, contact_id), proof, is_granted=False)


@use_case(Permission.CONTACTS_EDIT)
def opt_in(work: Work, contact_id: int, proof: Proof) -> None:
    """The contact agreed to this; ``proof.source`` says how one knows.

    Raises:
        NotFound: no such contact within reach. Invalid: no source, or a channel that does not exist.
    """
    _append(work, work.get(Contact, contact_id), proof, is_granted=True)


@use_case(Permission.CONTACTS_READ, read=True)
def of_contact(work: Work, contact_id: int) -> list[ConsentEntry]:
    """Everything a contact agreed to or took back, the latest first."""
    work.get(Contact, contact_id)
    return work.rows(sql.of_contact(contact_id), ConsentEntry)


def said(typed: Mapping[str, Any]) -> bool | None:
    """Does a record say that its contact agreed to e-mail? None: it says nothing. “No” outweighs “yes”."""
    status = fold(typed.get("subscription_status") or "")
    if typed.get("unsubscribed") or typed.get("email_consent") is False or status in _OUT:
        return False
    if typed.get("email_consent") or status in _IN or typed.get("opt_in_at"):
        return True
    return None


def take_over(work: Work, contact: Contact, typed: Mapping[str, Any], source: str) -> None:
    """Keep what the consent fields of a form or a program say.

    Raises:
        Invalid: they say yes, but the contact opted out before; that needs a consent with its own source.
    """
    word = said(typed)
    if word is None:
        return
    if word and contact.email_opt == "out":
        hint = "This contact opted out. Record the new consent with its source instead."
        raise Invalid("Some fields need correcting.", fields={"email_consent": hint})
    at = typed.get("opt_in_at") if word else None
    _append(work, contact, Proof(source, at), is_granted=word)


def _append(work: Work, contact: Contact, proof: Proof, *, is_granted: bool) -> None:
    source = _checked_source(proof)
    newest = work.scalar(sql.newest(contact.id, proof.channel, proof.purpose))
    said_before = newest is not None and newest.is_granted == is_granted
    if said_before and proof.happened_at is None and (not is_granted or newest.source == source):
        return
    at = min(proof.happened_at or work.now, work.now)
    work.add(
        Consent(
            contact_id=contact.id, channel=proof.channel, purpose=proof.purpose, is_granted=is_granted,
            source=source, happened_at=at, recorded_at=work.now, actor_id=work.actor.id,
        )
    )  # fmt: skip
    work.flush()
    holds = work.scalar(sql.newest(contact.id, "email", MARKETING))
    opt = contact.email_opt if holds is None else "in" if holds.is_granted else "out"
    if opt != contact.email_opt:
        contact.email_opt, contact.updated_at = opt, work.now
    name = "consent.granted" if is_granted else "consent.withdrawn"
    work.record(name, contact, channel=proof.channel, purpose=proof.purpose, source=source, happened_at=at)


def _checked_source(proof: Proof) -> str:
    source = clean(proof.source)
    wrong = {}
    if not source:
        wrong["source"] = "Say where this is known from, as in “signed form of 3 May”."
    elif len(source) > lengths.of(Consent)["source"]:
        wrong["source"] = "The source is too long."
    if proof.channel not in CHANNELS:
        wrong["channel"] = f"A channel is one of {', '.join(CHANNELS)}."
    if not 0 < len(proof.purpose) <= lengths.of(Consent)["purpose"]:
        wrong["purpose"] = "Name the purpose in a word or two."
    if wrong:
        raise Invalid("This consent needs correcting.", fields=wrong)
    return source
