"""What happened: one trace for everything, and the touchpoints with customers."""

from datetime import date, datetime
from typing import Any, ClassVar

from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Assigned, Base, BigId, Json, Sampled, SoftDeleted, Trace, Versioned, table_args, words
from db.models.people import IMPORTED, PRESENT

DUE = text("status = 'open' AND deleted_at IS NULL")
REMINDING = text("status = 'open' AND deleted_at IS NULL AND reminded_at IS NULL AND remind_at IS NOT NULL")


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
        Index("ix_interactions_by_contact", "contact_id", "happened_at", "id", "kind", "deleted_at"),
        Index(None, "account_id", "happened_at"),
        Index("ix_interactions_happened_at", "happened_at", "kind", "direction", "contact_id", "deleted_at"),
        Index(None, "actor_id"),
        Index(
            "uq_interactions_origin_external_id",
            "origin",
            "external_id",
            unique=True,
            sqlite_where=PRESENT,
            postgresql_where=PRESENT,
        ),
        Index("ix_interactions_import_id", "import_id", sqlite_where=IMPORTED, postgresql_where=IMPORTED),
    )
    noun: ClassVar[str] = "interaction"
    kind: Mapped[str] = mapped_column(String(20))
    direction: Mapped[str] = words(10)
    subject: Mapped[str] = words(500)
    body: Mapped[str] = words()
    outcome: Mapped[str] = words(60)
    duration_minutes: Mapped[int | None]
    happened_at: Mapped[datetime]
    actor_label: Mapped[str] = words(200)
    origin: Mapped[str] = words(60)
    external_id: Mapped[str | None] = mapped_column(String(200))
    import_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("imports.id", ondelete="SET NULL"))
    created_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(default=1, server_default="1")


class Task(Assigned, SoftDeleted, Sampled, Versioned, Base):
    """Something to do, to call or to meet for; ``owner_id`` is who does it, ``creator_id`` who asked for it.

    ``due_on`` is the day in the company's time zone; calls and meetings may also have ``starts_at`` and a
    duration. ``status`` is ``open``, ``done`` or ``cancelled``. ``repeats`` is empty or ``daily``,
    ``weekly``, ``monthly``, ``yearly``, each ``repeat_every``-th time; ``series_id`` is the first task of
    a series and ``series_on`` the day by its rhythm, whatever day it is put off to. ``cause`` is what made
    it, unique, so that the same cause makes it once.
    """

    __tablename__ = "tasks"
    __table_args__ = table_args(
        Index("ix_tasks_by_owner", "owner_id", "due_on", "id", sqlite_where=DUE, postgresql_where=DUE),
        Index("ix_tasks_by_due", "due_on", "id", sqlite_where=DUE, postgresql_where=DUE),
        Index("ix_tasks_by_reminder", "remind_at", sqlite_where=REMINDING, postgresql_where=REMINDING),
        Index(None, "owner_id", "done_at"),
        Index(None, "contact_id", "due_on"),
        Index(None, "account_id", "due_on"),
        Index(None, "deal_id", "status", "due_on"),
        Index(None, "starts_at"),
        Index(None, "creator_id"),
        Index(None, "series_id", "series_on", unique=True),
        Index(None, "interaction_id"),
        Index(None, "cause", unique=True),
    )
    noun: ClassVar[str] = "task"
    kind: Mapped[str] = mapped_column(String(12))
    title: Mapped[str] = mapped_column(String(300))
    notes: Mapped[str] = words()
    priority: Mapped[str] = mapped_column(String(10), default="normal", server_default="normal")
    status: Mapped[str] = mapped_column(String(10))
    due_on: Mapped[date | None]
    starts_at: Mapped[datetime | None]
    duration_minutes: Mapped[int | None]
    remind_at: Mapped[datetime | None]
    reminded_at: Mapped[datetime | None]
    outcome: Mapped[str] = words(60)
    done_at: Mapped[datetime | None]
    deal_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("deals.id", ondelete="CASCADE"))
    interaction_id: Mapped[int | None] = mapped_column(
        BigId, ForeignKey("interactions.id", ondelete="SET NULL")
    )
    creator_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("users.id", ondelete="SET NULL"))
    repeats: Mapped[str] = words(10)
    repeat_every: Mapped[int] = mapped_column(default=1, server_default="1")
    series_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("tasks.id", ondelete="SET NULL"))
    series_on: Mapped[date | None]
    cause: Mapped[str | None] = mapped_column(String(120))
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
