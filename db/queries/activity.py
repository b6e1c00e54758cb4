"""Touchpoints and the trace of what happened."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Update, case, cast, func, literal, null, or_, select, union_all, update

from db.base import UtcDateTime
from db.models import (
    Account,
    Activity,
    Campaign,
    CampaignVariant,
    CaseMessage,
    Contact,
    Import,
    Interaction,
    Recipient,
    User,
)
from db.queries import Rows

ENTRY = (
    Activity.id,
    Activity.name,
    Activity.actor_id,
    Activity.actor_name,
    Activity.happened_at,
    Activity.contact_id,
    Activity.account_id,
    Activity.facts,
    func.coalesce(Contact.name, Account.name, "").label("about"),
    Interaction.id.label("interaction_id"),
    Interaction.subject,
    Interaction.body,
    Interaction.direction,
    Interaction.outcome,
    Interaction.duration_minutes,
    func.coalesce(CaseMessage.case_id, case((Activity.subject_type == "cases", Activity.subject_id))).label(
        "case_id"
    ),
)

RECEIVED = "campaign.received"

# A deleted entry is not shown at all; once it is restored, nobody needs to read that it was away.
TAKEN_BACK = ("interaction.deleted", "interaction.restored")


def _entries() -> Rows:
    is_shown = or_(Activity.subject_type != "interactions", Interaction.id.is_not(None))
    return (
        select(*ENTRY)
        .outerjoin(
            Interaction, (Activity.subject_type == "interactions") & (Interaction.id == Activity.subject_id)
        )
        .outerjoin(CaseMessage, CaseMessage.interaction_id == Interaction.id)
        .outerjoin(Contact, Contact.id == Activity.contact_id)
        .outerjoin(Account, Account.id == Activity.account_id)
        .where(is_shown, Activity.name.not_in(TAKEN_BACK))
    )


def of_contact(contact_id: int, names: Sequence[str]) -> Rows:
    """The timeline of a contact, latest first; all names when none are given.

    Messages of campaigns are read where they stand: a second row for each would double the largest table.
    """
    happened = _entries().where(Activity.contact_id == contact_id)
    if names:
        happened = happened.where(Activity.name.in_(names))
    if names and RECEIVED not in names:
        return happened.order_by(Activity.happened_at.desc(), Activity.id.desc())
    both = union_all(happened, _received(contact_id)).subquery()
    return select(both).order_by(both.c.happened_at.desc(), both.c.id.desc())


def _received(contact_id: int) -> Rows:
    """Messages of campaigns that a contact got, in the shape of entries; their ids are below zero."""
    said: dict[str, Any] = {
        "id": -Recipient.id, "name": literal(RECEIVED), "happened_at": Recipient.sent_at,
        "contact_id": Recipient.contact_id, "actor_name": literal(""), "about": literal(""),
        "direction": literal("out"), "subject": CampaignVariant.subject, "body": Campaign.name,
        "outcome": Campaign.channel,
    }  # fmt: skip
    columns = [said.get(one.key, cast(null(), one.type)).label(one.key) for one in ENTRY]
    return (
        select(*columns)
        .join(Campaign, Campaign.id == Recipient.campaign_id)
        .join(CampaignVariant, CampaignVariant.id == Recipient.variant_id)
        .where(Recipient.contact_id == contact_id, Recipient.sent_at.is_not(None))
    )


def of_account(account_id: int, names: Sequence[str]) -> Rows:
    """The timeline of a company: what happened to it and to its people, latest first."""
    found = _entries().where(Activity.account_id == account_id)
    return _latest_first(found, names)


def of_deal(deal_id: int) -> Rows:
    """What happened to a deal, latest first."""
    found = _entries().where(Activity.subject_type == "deals", Activity.subject_id == deal_id)
    return _latest_first(found, ())


def recent(since: datetime, limit: int) -> Rows:
    """What was recorded lately about contacts and companies, latest first."""
    about = or_(Activity.contact_id.is_not(None), Activity.account_id.is_not(None))
    return (
        _entries()
        .where(Activity.recorded_at >= since, about)
        .order_by(Activity.recorded_at.desc(), Activity.id.desc())
        .limit(limit)
    )


def user_names(user_ids: Collection[int]) -> Rows:
    """What these users are called."""
    return select(User.id, User.name).where(User.id.in_(user_ids))


def arrival_of_contact(contact_id: int) -> Rows:
    """The file that a contact came in with, and when it was brought in."""
    brought_at = func.coalesce(Import.started_at, Import.created_at, type_=UtcDateTime)
    columns = (Import.file_name, brought_at.label("brought_at"))
    return select(*columns).join(Contact, Contact.import_id == Import.id).where(Contact.id == contact_id)


def touch_contact(contact_id: int, happened_at: datetime) -> Update:
    """Move the last touch of a contact forward; open forms of it stay valid."""
    later = or_(Contact.last_touch_at.is_(None), Contact.last_touch_at < happened_at)
    return update(Contact).where(Contact.id == contact_id, later).values(last_touch_at=happened_at)


def touch_account(account_id: int, happened_at: datetime) -> Update:
    """Move the last touch of a company forward."""
    later = or_(Account.last_touch_at.is_(None), Account.last_touch_at < happened_at)
    return update(Account).where(Account.id == account_id, later).values(last_touch_at=happened_at)


def last_touch(contact_id: int) -> Rows:
    """When a contact was last in touch with us, by its touchpoints."""
    return select(func.max(Interaction.happened_at)).where(
        Interaction.contact_id == contact_id, Interaction.kind != "note"
    )


def wrong_first_touches(limit: int) -> Rows:
    """Contacts whose kept first touch is not that of their touchpoints: contact, kept one, true one."""
    counted = (
        Interaction.contact_id.is_not(None),
        Interaction.kind != "note",
        Interaction.deleted_at.is_(None),
    )
    first = func.min(Interaction.happened_at).label("at")
    truth = select(Interaction.contact_id, first).where(*counted).group_by(Interaction.contact_id).subquery()
    told = select(Contact.id, Contact.first_touch_at, truth.c.at)
    told = told.outerjoin(truth, truth.c.contact_id == Contact.id)
    told = told.where(Contact.first_touch_at.is_distinct_from(truth.c.at)).order_by(Contact.id).limit(limit)
    return told.execution_options(with_deleted=True)


def set_last_touch(contact_id: int, happened_at: datetime | None) -> Update:
    """Store the last touch of a contact after one was taken away."""
    return update(Contact).where(Contact.id == contact_id).values(last_touch_at=happened_at)


def _latest_first(found: Rows, names: Sequence[str]) -> Rows:
    chosen = found.where(Activity.name.in_(names)) if names else found
    return chosen.order_by(Activity.happened_at.desc(), Activity.id.desc())
