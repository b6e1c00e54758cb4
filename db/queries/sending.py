"""Messages of campaigns on their way: who waits, who holds them, and where each one stands."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Update, select, update

from db.models import Campaign, CampaignVariant, Contact, Recipient, User
from db.queries import Rows


def lock(campaign_id: int) -> Rows:
    """The campaign while it is sending, for one worker at a time."""
    chosen = (Campaign.id == campaign_id, Campaign.state == "sending")
    return select(Campaign).where(*chosen).with_for_update(skip_locked=True)


def due(campaign_id: int, now: datetime, limit: int) -> Rows:
    """Recipients whose time has come, in the order of their times."""
    columns = (Recipient.id, Recipient.contact_id, Recipient.variant_id, Recipient.address)
    return (
        select(*columns, Recipient.message_id, Recipient.attempts, Recipient.wave)
        .where(
            Recipient.campaign_id == campaign_id, Recipient.state == "pending", Recipient.next_try_at <= now
        )
        .order_by(Recipient.next_try_at, Recipient.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )


def people(contact_ids: Sequence[int]) -> Rows:
    """What templates may say about these contacts."""
    columns = (
        "id", "salutation", "first_name", "middle_name", "last_name", "name", "job_title", "department",
        "company", "industry", "email", "phone", "mobile", "street", "postal_code", "city", "state",
        "country", "language", "lifecycle", "time_zone", "custom", "email_opt",
    )  # fmt: skip
    return (
        select(*(getattr(Contact, name) for name in columns), User.name.label("owner_name"))
        .outerjoin(User, User.id == Contact.owner_id)
        .where(Contact.id.in_(contact_ids))
    )


def variants(campaign_id: int) -> Rows:
    """What the variants of a campaign say."""
    columns = (CampaignVariant.id, CampaignVariant.subject, CampaignVariant.preheader)
    return select(*columns, CampaignVariant.body_html, CampaignVariant.body_text).where(
        CampaignVariant.campaign_id == campaign_id
    )


def hold(recipient_ids: Sequence[int], worker: str, until: datetime) -> Update:
    """Take waiting recipients that this transaction has locked."""
    chosen = (Recipient.id.in_(recipient_ids), Recipient.state == "pending")
    return update(Recipient).where(*chosen).values(worker=worker, next_try_at=until)


def wait(recipient_ids: Sequence[int], until: datetime) -> Update:
    """Let waiting recipients wait until their hours begin."""
    chosen = (Recipient.id.in_(recipient_ids), Recipient.state == "pending")
    return update(Recipient).where(*chosen).values(next_try_at=until)


def let_go(recipient_ids: Sequence[int], worker: str, values: Mapping[str, Any]) -> Update:
    """Put held recipients back whose messages were not begun."""
    chosen = (Recipient.id.in_(recipient_ids), Recipient.state == "pending", Recipient.worker == worker)
    return update(Recipient).where(*chosen).values(worker="", **values)


def start(recipient_ids: Sequence[int], worker: str, until: datetime) -> Update:
    """Say that the texts of held messages leave now; not if their campaign was stopped."""
    running = select(Campaign.id).where(Campaign.state == "sending")
    chosen = (Recipient.id.in_(recipient_ids), Recipient.state == "pending", Recipient.worker == worker)
    return (
        update(Recipient)
        .where(*chosen, Recipient.campaign_id.in_(running))
        .values(state="sending", next_try_at=until)
    )


def started(recipient_ids: Sequence[int], worker: str) -> Rows:
    """Which of these messages this worker has begun."""
    chosen = (Recipient.id.in_(recipient_ids), Recipient.state == "sending", Recipient.worker == worker)
    return select(Recipient.id).where(*chosen)


def settle(recipient_ids: Sequence[int], worker: str, values: Mapping[str, Any]) -> Update:
    """Note what became of messages; their sender knows better than the sweep, however late."""
    states = ("pending", "sending", "unclear")
    chosen = (Recipient.id.in_(recipient_ids), Recipient.worker == worker, Recipient.state.in_(states))
    return update(Recipient).where(*chosen).values(**values)


def stuck(now: datetime) -> Rows:
    """A message whose sender was not heard of since it began."""
    return select(Recipient.id).where(*_stuck(now)).limit(1)


def call_unclear(now: datetime) -> Update:
    """Say of such messages that nobody knows whether they arrived; not of those that are just settled."""
    why = "The sender stopped in the middle; it may have arrived."
    # Two who change the same rows in different orders would wait for each other.
    free = select(Recipient.id).where(*_stuck(now)).with_for_update(skip_locked=True, of=Recipient)
    return (
        update(Recipient)
        .where(Recipient.id.in_(free), *_stuck(now))
        .values(state="unclear", attempts=Recipient.attempts + 1, reason=why, next_try_at=None)
    )


def _stuck(now: datetime) -> tuple[Any, ...]:
    running = select(Campaign.id).where(Campaign.state.in_(("sending", "paused", "cancelled")))
    return (
        Recipient.campaign_id.in_(running), Recipient.state == "sending", Recipient.next_try_at < now,
    )  # fmt: skip


def recipient(recipient_id: int) -> Rows:
    """One recipient, or nothing."""
    return select(Recipient).where(Recipient.id == recipient_id)


def present(contact_id: int) -> Rows:
    """The contact, unless it is deleted."""
    return select(Contact.id).where(Contact.id == contact_id)


def owners(contact_ids: Sequence[int]) -> Rows:
    """Contacts with their companies and those of their owners who can still sign in."""
    is_there = (User.id == Contact.owner_id) & User.is_active
    return (
        select(Contact.id, Contact.account_id, User.id.label("owner_id"))
        .outerjoin(User, is_there)
        .where(Contact.id.in_(contact_ids))
    )
