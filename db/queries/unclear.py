"""Messages that may or may not have arrived, and what a person says about them."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, Update, func, select, update

from db.models import Recipient
from db.queries import Rows


def count(campaign_id: int, left: str) -> Rows:
    """How many of a campaign nobody said anything about."""
    return select(func.count(Recipient.id)).where(*_asked(campaign_id, (), left))


def send_again(campaign_id: int, recipient_ids: Sequence[int], left: str, now: datetime) -> Update:
    """Let them wait to be sent again."""
    chosen = _asked(campaign_id, recipient_ids, left)
    values = {"state": "pending", "worker": "", "reason": "", "next_try_at": now}
    return update(Recipient).where(*chosen).values(**values)


def leave(campaign_id: int, recipient_ids: Sequence[int], left: str) -> Update:
    """Note that somebody left them as they are."""
    return update(Recipient).where(*_asked(campaign_id, recipient_ids, left)).values(reason=left)


def _asked(campaign_id: int, recipient_ids: Sequence[int], left: str) -> tuple[ColumnElement[bool], ...]:
    chosen = (Recipient.campaign_id == campaign_id, Recipient.state == "unclear", Recipient.reason != left)
    return (*chosen, Recipient.id.in_(recipient_ids)) if recipient_ids else chosen
