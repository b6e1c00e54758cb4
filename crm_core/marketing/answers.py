"""What comes back after a message: bounces, complaints, replies. Each mail is taken in once.

A report blocks an address only when it names a message of ours, or came to the return address of one: those
cannot be guessed, while anybody can send a mail that looks like a report.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Final

from crm_core.activity import interactions
from crm_core.activity.rules import LONGEST_BODY
from crm_core.activity.types import MailNames, NewInteraction
from crm_core.channels import mail_in, service_box
from crm_core.channels.mail_in import Incoming
from crm_core.kernel.access import Permission
from crm_core.kernel.values import emails
from crm_core.kernel.values.text import one_line
from crm_core.kernel.work import Work, use_case
from crm_core.marketing import links
from crm_core.people import consents, contacts, duplicates
from crm_core.people.consents import Proof
from crm_core.team import notices
from crm_core.team.notices import NewNotice
from db.models import Campaign, CampaignEvent, Contact, IncomingMail, Recipient, Suppression
from db.queries import mail_in as sql
from db.queries import sending as sending_sql
from db.upsert import insert_or_keep

MOST_SOFT: Final = 3
"""Messages that may come back from an address before it is left alone, though each might have arrived."""
MOST_KEPT: Final = 20
"""Names of answered messages that are kept with a reply: more are of a long thread, the nearest suffice."""
_KEPT_AS: Final = {"delay": "other", "delivered": "other", "complaint": "bounce"}


@dataclass(frozen=True)
class Taken:
    """What a mail was: ``reply``, ``bounce``, ``complaint``, ``auto``, ``delay``, ``delivered`` or ``other``.

    ``is_new`` is False for a mail that was taken in before. ``contact_id`` is whom it is from or about.
    """

    kind: str
    is_new: bool
    is_hard: bool = False
    contact_id: int | None = None


@dataclass(frozen=True)
class _Match:
    """What a mail is about: a message of a campaign, or a single mail; and to which address it went."""

    recipient: Recipient | None = None
    contact_id: int | None = None
    address: str = ""


@use_case(Permission.SETTINGS_MANAGE)
def take_in(work: Work, raw: bytes) -> Taken:
    """Take in one mail of the return mailbox: whatever it says happens in one transaction, and once.

    Raises:
        Invalid: there is nothing to read.
    """
    read = mail_in.read(raw)
    inside = work.as_system()
    if inside.scalar(sql.known(_name(read))) is not None:
        return Taken(read.verdict.kind, is_new=False)
    match = _matched(inside, read)
    is_for_service = service_box.is_for_service(inside, read.recipients)
    if is_for_service and match.contact_id is None:
        match = _Match(None, _stranger(inside, read))
    kind: str = read.verdict.kind
    if kind == "other" and match.contact_id is not None:
        kind = "reply"
    _keep(inside, read, kind, match)
    if kind == "reply":
        _reply(inside, read, match, is_for_service=is_for_service)
    elif kind == "bounce" and match.address:
        _bounce(inside, read, match)
    elif kind == "complaint" and match.address:
        _complaint(inside, read, match)
    return Taken(kind, True, read.verdict.is_hard, match.contact_id)


def _matched(work: Work, read: Incoming) -> _Match:
    """By the names of messages, by where it came back to, else (for what people write) by the address."""
    if read.named:
        for row in work.scalars(sql.recipients(read.named)):
            return _Match(row, _present(work, row.contact_id), row.address)
        for contact_id, address in work.tuples(sql.mails(read.named)):
            return _Match(None, _present(work, contact_id), address)
    came_back = links.returned(work, read.recipients)
    if came_back is not None:
        return _Match(came_back, _present(work, came_back.contact_id), came_back.address)
    if read.verdict.kind == "other" and read.from_address:
        found = work.scalars(sql.contacts(read.from_address))
        if len(found) == 1:
            return _Match(None, found[0])
    return _Match()


def _present(work: Work, contact_id: int | None) -> int | None:
    return work.scalar(sending_sql.present(contact_id)) if contact_id is not None else None


def _keep(work: Work, read: Incoming, kind: str, match: _Match) -> None:
    said = read.verdict
    verdict = {"kind": said.kind, "hard": said.is_hard, "status": said.status, "words": said.words}
    row = {
        "message_id": _name(read), "kind": _KEPT_AS.get(kind, kind), "from_address": read.from_address,
        "subject": read.subject, "recipient_id": match.recipient.id if match.recipient else None,
        "contact_id": match.contact_id, "verdict": verdict if kind != "reply" else {},
        "received_at": work.now,
    }  # fmt: skip
    work.add(IncomingMail(**row))
    work.flush()  # another worker that reads it at this moment ends here, with a conflict


def _stranger(work: Work, read: Incoming) -> int | None:
    """Who writes to the service: one of several with this address, or somebody new; machines are nobody."""
    is_person = read.verdict.kind == "other" and not read.is_of_a_list
    if not is_person or read.from_address in ("", service_box.address(work)):
        return None
    known = duplicates.with_email(work, [read.from_address])
    if known is not None:
        return known.id
    if not isinstance(emails.parse(read.from_address), str):
        return None
    name = one_line(read.from_name) or read.from_address.partition("@")[0]
    values = {"full_name": name, "email": read.from_address, "source": "mail"}
    return contacts.create(work, values, even_if_duplicate=True)


def _reply(work: Work, read: Incoming, match: _Match, *, is_for_service: bool) -> None:
    assert match.contact_id is not None  # noqa: S101 - for the type checker
    row = match.recipient
    if row is not None:
        row.replied_at = row.replied_at or work.now
        _event(work, row, "reply", read, {})
    new = NewInteraction(
        kind="email", contact_id=match.contact_id, subject=read.subject, body=read.text[:LONGEST_BODY],
        direction="in", happened_at=read.sent_at or work.now,
        mail=MailNames(_name(read), read.named[:MOST_KEPT], is_for_service),
    )  # fmt: skip
    interactions.log(work, new)
    contact = work.get(Contact, match.contact_id)
    # Of leads their owners learn anyway.
    if contact.owner_id is not None and not contact.lead_status:
        about = f" to “{work.get(Campaign, row.campaign_id).name}”" if row is not None else ""
        text = f"{contact.name} replied{about}"
        cause = f"reply:{_digest(read)}"
        notices.tell(work, NewNotice(contact.owner_id, "reply", text, "customer", contact.id, cause))


def _bounce(work: Work, read: Incoming, match: _Match) -> None:
    row, said = match.recipient, read.verdict
    is_often = False
    if row is not None:
        row.bounced_at = row.bounced_at or work.now
        _event(work, row, "bounce", read, {"hard": said.is_hard, "status": said.status, "words": said.words})
        if row.contact_id is not None:
            counted = work.scalar(sql.soft_bounces(row.contact_id, row.address.lower()))
            is_often = int(counted or 0) >= MOST_SOFT
    if said.is_hard or is_often:
        _block(work, match.address, "bounced", said.words)


def _complaint(work: Work, read: Incoming, match: _Match) -> None:
    row = match.recipient
    if row is not None:
        _event(work, row, "complaint", read, {})
    _block(work, match.address, "complained", "Reported as spam")
    if match.contact_id is not None:
        consents.opt_out(work, match.contact_id, Proof("Reported our message as spam"))


def _event(work: Work, row: Recipient, kind: str, read: Incoming, facts: dict[str, Any]) -> None:
    cause = f"{kind}:{row.id}:{_digest(read)}"
    happened = {
        "recipient_id": row.id, "kind": kind, "is_machine": False, "cause": cause,
        "happened_at": work.now, "contact_id": row.contact_id, "account_id": row.account_id, "facts": facts,
    }  # fmt: skip
    work.run(insert_or_keep(CampaignEvent, [happened], ("cause",)))


def _block(work: Work, address: str, reason: str, note: str) -> None:
    blocked = {
        "channel": "email", "address_key": address.lower(), "reason": reason, "note": note[:300],
        "happened_at": work.now,
    }  # fmt: skip
    work.run(insert_or_keep(Suppression, [blocked], ("channel", "address_key")))


def _name(read: Incoming) -> str:
    return read.message_id if len(read.message_id) <= mail_in.LONGEST_ID else f"<{_digest(read)}@long.id>"


def _digest(read: Incoming) -> str:
    return sha256(read.message_id.encode()).hexdigest()[:40]


def kinds(found: Sequence[Taken]) -> dict[str, int]:
    """How many mails of each kind were new, and how many were known."""
    counted: dict[str, int] = {}
    for one in found:
        name = one.kind if one.is_new else "known"
        counted[name] = counted.get(name, 0) + 1
    return counted
