"""The trace of everything that happened, as an auditor reads it."""

from datetime import datetime
from typing import Any

from sqlalchemy import Select, select

from db.models import Activity


def entries(actor_id: int | None, name: str | None, since: datetime | None) -> Select[Any]:
    """What happened, the latest first; narrowed to one person, to names that begin so, or to a time."""
    statement = select(
        Activity.id,
        Activity.recorded_at,
        Activity.happened_at,
        Activity.actor_id,
        Activity.actor_name,
        Activity.name,
        Activity.subject_type,
        Activity.subject_id,
        Activity.facts,
    ).order_by(Activity.recorded_at.desc(), Activity.id.desc())
    if actor_id is not None:
        statement = statement.where(Activity.actor_id == actor_id)
    if name:
        statement = statement.where(Activity.name.startswith(name, autoescape=True))
    if since is not None:
        statement = statement.where(Activity.recorded_at >= since)
    return statement
