"""Touchpoints with customers: notes, calls, meetings, e-mails, chats, social posts."""

from dataclasses import asdict, replace
from datetime import datetime

from crm_core.activity import rules
from crm_core.activity.types import InteractionDetail, NewInteraction
from crm_core.kernel.access import Permission
from crm_core.kernel.errors import Conflict
from crm_core.kernel.values.text import clean
from crm_core.kernel.work import Work, use_case
from db.models import Account, Contact, Interaction
from db.queries import activity as sql


@use_case(Permission.INTERACTIONS_EDIT)
def log(work: Work, new: NewInteraction) -> int:
    """Write down a touchpoint with a contact or a company; returns its id."""
    new = replace(new, subject=clean(new.subject), body=clean(new.body))
    rules.check(new)
    account_id = new.account_id
    if new.contact_id is not None:
        account_id = work.get(Contact, new.contact_id).account_id
    elif account_id is not None:
        work.get(Account, account_id)
    happened_at = min(new.happened_at or work.now, work.now)
    row = work.add(
        Interaction(
            kind=new.kind,
            contact_id=new.contact_id,
            account_id=account_id,
            actor_id=work.actor.id,
            subject=new.subject,
            body=new.body,
            direction=new.direction,
            outcome=new.outcome,
            duration_minutes=new.duration_minutes,
            happened_at=happened_at,
            created_at=work.now,
        )
    )
    facts = {} if new.mail is None else {"mail": {**asdict(new.mail), "named": list(new.mail.named)}}
    work.record(rules.LOGGED[new.kind], row, happened_at=happened_at, **facts)
    _touch(work, row)
    return row.id


@use_case(Permission.INTERACTIONS_READ, read=True)
def get(work: Work, interaction_id: int) -> InteractionDetail:
    """One touchpoint."""
    return _detail(work.get(Interaction, interaction_id))


@use_case(Permission.INTERACTIONS_EDIT)
def change(work: Work, interaction_id: int, new: NewInteraction, *, version: int) -> None:
    """Replace what was written about a touchpoint; its contact and its kind stay.

    Raises:
        Conflict: somebody else changed it since ``version``.
    """
    row = work.fresh(Interaction, interaction_id, version)
    new = replace(
        new,
        kind=row.kind,
        contact_id=row.contact_id,
        account_id=row.account_id,
        subject=clean(new.subject),
        body=clean(new.body),
    )
    rules.check(new)
    row.subject, row.body = new.subject, new.body
    row.direction, row.outcome, row.duration_minutes = new.direction, new.outcome, new.duration_minutes
    row.version += 1
    work.record("interaction.changed", row, **work.changes(row))


@use_case(Permission.INTERACTIONS_EDIT)
def delete(work: Work, interaction_id: int) -> None:
    """Hide a touchpoint; it can be restored."""
    row = work.get(Interaction, interaction_id)
    row.deleted_at = work.now
    work.record("interaction.deleted", row)
    if row.contact_id is not None:
        work.run(sql.set_last_touch(row.contact_id, work.scalar(sql.last_touch(row.contact_id))))


@use_case(Permission.INTERACTIONS_EDIT)
def restore(work: Work, interaction_id: int) -> None:
    """Bring a deleted touchpoint back."""
    row = work.get(Interaction, interaction_id, with_deleted=True)
    if row.deleted_at is None:
        raise Conflict("This entry was not deleted.")
    row.deleted_at = None
    work.record("interaction.restored", row)
    _touch(work, row)


def _touch(work: Work, row: Interaction) -> None:
    """Notes are thoughts of our own: only the other kinds count as being in touch."""
    if row.kind == "note":
        return
    moment: datetime = row.happened_at
    if row.contact_id is not None:
        work.run(sql.touch_contact(row.contact_id, moment))
    if row.account_id is not None:
        work.run(sql.touch_account(row.account_id, moment))


def _detail(row: Interaction) -> InteractionDetail:
    return InteractionDetail(
        row.id,
        row.kind,
        row.contact_id,
        row.account_id,
        row.subject,
        row.body,
        row.direction,
        row.outcome,
        row.duration_minutes,
        row.happened_at,
        row.actor_id,
        row.version,
    )
