"""Records that may be the same, what was decided about them, and merges that can be parted again."""

from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy import Float, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, BigId, Json, Trace, facts, table_args


class DuplicatePair(Trace, Base):
    """Two contacts (the first in ``contact_id``) or two accounts (``account_id``) that may be the same.

    ``verdict`` is what the model says: ``sure`` or ``maybe``. ``state`` is what became of it: ``open``,
    ``merged`` or ``dismissed`` (a person said that they are two; remembered for good).
    """

    __tablename__ = "duplicate_pairs"
    __table_args__ = table_args(
        Index(None, "record", "left_id", "right_id", unique=True),
        Index(None, "record", "state", "probability"),
        Index(None, "contact_id"),
        Index(None, "account_id"),
        Index(None, "actor_id"),
    )
    noun: ClassVar[str] = "pair"
    record: Mapped[str] = mapped_column(String(20))
    left_id: Mapped[int] = mapped_column(BigId)
    right_id: Mapped[int] = mapped_column(BigId)
    probability: Mapped[float] = mapped_column(Float)
    verdict: Mapped[str] = mapped_column(String(10))
    state: Mapped[str] = mapped_column(String(10))
    reasons: Mapped[dict[str, Any]] = facts()
    found_at: Mapped[datetime]
    decided_at: Mapped[datetime | None]


class Merge(Trace, Base):
    """One record went into another, which stands in ``contact_id`` or ``account_id``.

    ``before`` and ``after`` hold the columns of both, ``moved`` the rows that changed sides, ``removed`` rows
    that the other side had already, ``added`` rows that came of it. ``batch`` joins merges done at once.
    """

    __tablename__ = "merges"
    __table_args__ = table_args(
        Index(None, "record", "keep_id"),
        Index(None, "record", "drop_id"),
        Index(None, "contact_id"),
        Index(None, "account_id"),
        Index(None, "actor_id"),
        Index(None, "batch_id"),
    )
    noun: ClassVar[str] = "merge"
    record: Mapped[str] = mapped_column(String(20))
    keep_id: Mapped[int] = mapped_column(BigId)
    drop_id: Mapped[int] = mapped_column(BigId)
    batch_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("activities.id", ondelete="SET NULL"))
    before: Mapped[dict[str, Any]] = mapped_column(Json)
    after: Mapped[dict[str, Any]] = mapped_column(Json)
    moved: Mapped[dict[str, Any]] = mapped_column(Json)
    removed: Mapped[dict[str, Any]] = mapped_column(Json)
    added: Mapped[dict[str, Any]] = mapped_column(Json)
    merged_at: Mapped[datetime]
    undone_at: Mapped[datetime | None]
