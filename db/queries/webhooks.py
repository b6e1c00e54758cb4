"""Calls to other systems that wait."""

from datetime import datetime
from typing import Any

from sqlalchemy import Select, select

from db.models import WebhookCall


def due(now: datetime, limit: int) -> Select[Any]:
    """Calls to other systems whose time has come, for one worker at a time."""
    chosen = (WebhookCall.state == "pending", WebhookCall.next_try_at <= now)
    return (
        select(WebhookCall)
        .where(*chosen)
        .order_by(WebhookCall.next_try_at, WebhookCall.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
