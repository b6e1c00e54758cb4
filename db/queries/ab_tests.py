"""Tests of variants: who was in them, and who waits for their winner."""

from datetime import datetime

from sqlalchemy import Update, case, func, select, update

from db.models import Campaign, Recipient
from db.queries import Rows


def standing(campaign_id: int, rest_id: int) -> Rows:
    """(messages of the test, those of them that still are to leave, people who wait, last message)."""
    is_test = Recipient.variant_id != rest_id
    is_open = Recipient.state.in_(("pending", "sending"))
    left = Recipient.state.in_(("sent", "unclear", "failed", "pending", "sending"))
    return select(
        func.count(case((is_test & left, 1))), func.count(case((is_test & is_open, 1))),
        func.count(case((~is_test & is_open & Recipient.next_try_at.is_(None), 1))),
        func.max(case((is_test, Recipient.sent_at))),
    ).where(Recipient.campaign_id == campaign_id, Recipient.wave == 0)  # fmt: skip


def release(rest_id: int, now: datetime) -> Update:
    """Let everybody who waits for the winner have it from now on."""
    waiting = (Recipient.state == "pending", Recipient.next_try_at.is_(None))
    return update(Recipient).where(Recipient.variant_id == rest_id, *waiting).values(next_try_at=now)


def under_way() -> Rows:
    """Campaigns whose messages leave."""
    return select(Campaign).where(Campaign.state == "sending").order_by(Campaign.id)
