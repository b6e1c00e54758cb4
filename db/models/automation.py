"""What happens by itself: journeys with their versions, who is on them, and what was done at each step."""

from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy import ForeignKey, Index, SmallInteger, String, text
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, BigId, ContactChild, Json, Versioned, facts, table_args, words

AT_THE_DOOR = text("state = 'waiting'")
UNDER_WAY = text("state = 'running'")
PENDING = text("state = 'pending'")


class Journey(Versioned, Base):
    """Steps that contacts go through by themselves once something happens.

    ``state`` is ``draft``, ``live``, ``paused`` or ``archived``. ``draft`` is the definition as it is being
    written; ``number`` is the version that newcomers follow, 0 before the first was published, ``trigger``
    what brings them in. ``swept_at`` is until when times and marks of campaigns were looked through.
    """

    __tablename__ = "journeys"
    __table_args__ = table_args(
        Index(None, "name_key", unique=True), Index(None, "state", "trigger"), Index(None, "creator_id")
    )
    noun: ClassVar[str] = "journey"
    name: Mapped[str] = mapped_column(String(120))
    name_key: Mapped[str] = mapped_column(String(120))
    description: Mapped[str] = words()
    state: Mapped[str] = mapped_column(String(10), default="draft", server_default="draft")
    trigger: Mapped[str] = words(40)
    draft: Mapped[dict[str, Any]] = facts()
    number: Mapped[int] = mapped_column(default=0, server_default="0")
    swept_at: Mapped[datetime | None]
    creator_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("users.id", ondelete="SET NULL"))
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]


class JourneyVersion(Base):
    """A journey as it was published; who is on it stays on it. Never changed afterwards.

    ``messages`` says for the place of each step that writes which campaign and variant hold its words.
    """

    __tablename__ = "journey_versions"
    __table_args__ = table_args(Index(None, "journey_id", "number", unique=True), Index(None, "publisher_id"))
    noun: ClassVar[str] = "version"
    journey_id: Mapped[int] = mapped_column(BigId, ForeignKey("journeys.id", ondelete="CASCADE"))
    number: Mapped[int]
    definition: Mapped[dict[str, Any]] = facts()
    messages: Mapped[dict[str, Any]] = facts()
    publisher_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("users.id", ondelete="SET NULL"))
    published_at: Mapped[datetime]


class JourneyRun(ContactChild, Base):
    """One contact on one journey for one cause, which is unique: it starts once.

    ``state`` is ``waiting`` (for a place: see the limit per hour), ``running``, ``done``, ``stopped`` or
    ``failed``, with the ``reason`` in words. ``position`` is the place of the next step, due at ``due_at``.
    ``chain`` holds the journeys whose acts led here.
    """

    __tablename__ = "journey_runs"
    __table_args__ = table_args(
        Index(None, "journey_id", "contact_id", "cause", unique=True),
        Index(None, "journey_id", "admitted_at"),
        Index(None, "journey_id", "state", "id"),
        Index(None, "version_id"),
        Index(
            "ix_journey_runs_at_the_door", "journey_id", "id",
            sqlite_where=AT_THE_DOOR, postgresql_where=AT_THE_DOOR,
        ),
        Index("ix_journey_runs_due", "due_at", "id", sqlite_where=UNDER_WAY, postgresql_where=UNDER_WAY),
    )  # fmt: skip
    noun: ClassVar[str] = "run"
    journey_id: Mapped[int] = mapped_column(BigId, ForeignKey("journeys.id", ondelete="CASCADE"))
    version_id: Mapped[int] = mapped_column(BigId, ForeignKey("journey_versions.id", ondelete="CASCADE"))
    cause: Mapped[str] = mapped_column(String(160))
    state: Mapped[str] = mapped_column(String(10))
    reason: Mapped[str] = words(300)
    position: Mapped[str] = words(60)
    attempts: Mapped[int] = mapped_column(SmallInteger, default=0, server_default="0")
    chain: Mapped[list[Any]] = mapped_column(Json, default=list, server_default="[]")
    created_at: Mapped[datetime]
    admitted_at: Mapped[datetime | None]
    due_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]


class JourneyStep(ContactChild, Base):
    """What was done with a contact at one place of a journey: the mark that it is not done again.

    ``outcome`` is ``done``, ``skipped``, ``failed``, ``waiting``, ``yes`` or ``no``.
    """

    __tablename__ = "journey_steps"
    __table_args__ = table_args(
        Index(None, "run_id", "place", unique=True), Index(None, "version_id", "place", "outcome")
    )
    noun: ClassVar[str] = "step"
    run_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("journey_runs.id", ondelete="SET NULL"))
    version_id: Mapped[int] = mapped_column(BigId, ForeignKey("journey_versions.id", ondelete="CASCADE"))
    place: Mapped[str] = mapped_column(String(60))
    action: Mapped[str] = mapped_column(String(20))
    outcome: Mapped[str] = mapped_column(String(10))
    facts: Mapped[dict[str, Any]] = facts()
    happened_at: Mapped[datetime]


class WebhookCall(ContactChild, Base):
    """Something another system is told by a POST, once for each ``cause``; signed, and tried again.

    ``state`` is ``pending``, ``sent`` or ``failed`` (for good).
    """

    __tablename__ = "webhook_calls"
    __table_args__ = table_args(
        Index(None, "cause", unique=True),
        Index(
            "ix_webhook_calls_pending", "next_try_at", "id",
            sqlite_where=PENDING, postgresql_where=PENDING,
        ),
    )  # fmt: skip
    noun: ClassVar[str] = "call"
    cause: Mapped[str] = mapped_column(String(160))
    url: Mapped[str] = words()
    body: Mapped[dict[str, Any]] = facts()
    state: Mapped[str] = mapped_column(String(10))
    attempts: Mapped[int] = mapped_column(SmallInteger, default=0, server_default="0")
    answer: Mapped[str] = words(300)
    next_try_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
