"""What happened: one trace for everything, and the touchpoints with customers."""

from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, BigId, Json, Sampled, SoftDeleted, Trace, table_args, words


class Activity(Trace, Base):
    """One thing that happened: timeline, audit, automation and webhooks read these rows.

    ``happened_at`` may lie in the past of ``recorded_at``. Rows are only ever appended.
    """

    __tablename__ = "activities"
    __table_args__ = table_args(
        Index(None, "contact_id", "happened_at"),
        Index(None, "account_id", "happened_at"),
        Index(None, "subject_type", "subject_id"),
        Index(None, "actor_id", "recorded_at"),
        Index(None, "recorded_at"),
        Index(None, "name", "recorded_at"),
    )
    noun: ClassVar[str] = "activity"
    name: Mapped[str] = mapped_column(String(60))
    subject_type: Mapped[str] = mapped_column(String(40))
    subject_id: Mapped[int] = mapped_column(BigId)
    actor_name: Mapped[str] = words(200)
    happened_at: Mapped[datetime]
    recorded_at: Mapped[datetime]
    facts: Mapped[dict[str, Any]] = mapped_column(Json)


class Interaction(Trace, SoftDeleted, Sampled, Base):
    """A touchpoint with a customer: note, call, meeting, e-mail, chat or social post."""

    __tablename__ = "interactions"
    __table_args__ = table_args(
        Index(None, "contact_id", "happened_at"),
        Index(None, "account_id", "happened_at"),
        Index(None, "happened_at"),
        Index(None, "actor_id"),
    )
    noun: ClassVar[str] = "interaction"
    kind: Mapped[str] = mapped_column(String(20))
    direction: Mapped[str] = words(10)
    subject: Mapped[str] = words(500)
    body: Mapped[str] = words()
    outcome: Mapped[str] = words(60)
    duration_minutes: Mapped[int | None]
    happened_at: Mapped[datetime]
    created_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(default=1, server_default="1")
