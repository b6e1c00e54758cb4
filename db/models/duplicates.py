"""Records that may be the same, what was decided about them, and merges that can be parted again."""

from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy import Float, ForeignKey, Index, String, false, text
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, BigId, Json, Trace, facts, table_args, words

UNDER_WAY = text("state IN ('queued', 'running')")


class DuplicatePair(Trace, Base):
    """Two contacts (the first in ``contact_id``) or two accounts (``account_id``) that may be the same.

    ``verdict`` is what the thresholds make of the ``probability``: ``sure``, ``maybe`` or ``not``.
    ``is_strong`` says that the evidence is of several kinds, without which no pair is sure. ``state`` is what
    became of it: ``open``, ``low`` (not shown: below the thresholds of today), ``merged`` or ``dismissed`` (a
    person said that they are two; remembered for good).
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
    is_strong: Mapped[bool] = mapped_column(default=False, server_default=false())
    verdict: Mapped[str] = mapped_column(String(10))
    state: Mapped[str] = mapped_column(String(10))
    reasons: Mapped[dict[str, Any]] = facts()
    found_at: Mapped[datetime]
    decided_at: Mapped[datetime | None]


class Merge(Trace, Base):
    """One record went into another, which stands in ``contact_id`` or ``account_id``.

    ``before`` and ``after`` hold the columns of both, ``moved`` the rows that changed sides, ``removed`` rows
    that the other side had already, ``added`` rows that came of it. ``batch_id`` joins merges done at once.
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
    batch_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("duplicate_runs.id", ondelete="SET NULL"))
    before: Mapped[dict[str, Any]] = mapped_column(Json)
    after: Mapped[dict[str, Any]] = mapped_column(Json)
    moved: Mapped[dict[str, Any]] = mapped_column(Json)
    removed: Mapped[dict[str, Any]] = mapped_column(Json)
    added: Mapped[dict[str, Any]] = mapped_column(Json)
    merged_at: Mapped[datetime]
    undone_at: Mapped[datetime | None]


class DuplicateRun(Base):
    """Work on duplicates that takes longer than a click: a row with a state, so that work that died is found.

    ``act`` is ``search`` (all records), ``catch_up`` (those that are new or changed since the last search,
    against all), ``merge`` (all sure pairs) or ``part`` (all merges of the run ``batch_id``).
    ``state`` is ``queued``, ``running``, ``done`` or ``failed``. ``total`` and ``done`` count pairs,
    ``skipped`` those that were left; a search tells the records it compared and the pairs it found, and
    keeps in ``model`` what it learned about this base.
    """

    __tablename__ = "duplicate_runs"
    __table_args__ = table_args(
        # One at a time for each kind of record: a search replaces the very pairs that a merge works on.
        Index(
            "uq_duplicate_runs_under_way",
            "record",
            unique=True,
            sqlite_where=UNDER_WAY,
            postgresql_where=UNDER_WAY,
        ),
        Index(None, "record", "act", "id"),
        Index(None, "actor_id"),
        Index(None, "batch_id"),
    )
    noun: ClassVar[str] = "run"
    record: Mapped[str] = mapped_column(String(20))
    act: Mapped[str] = mapped_column(String(10))
    batch_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("duplicate_runs.id", ondelete="SET NULL"))
    state: Mapped[str] = mapped_column(String(10))
    message: Mapped[str] = words()
    actor_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("users.id", ondelete="SET NULL"))
    worker: Mapped[str] = words(120)
    records: Mapped[int] = mapped_column(default=0, server_default="0")
    sure: Mapped[int] = mapped_column(default=0, server_default="0")
    maybe: Mapped[int] = mapped_column(default=0, server_default="0")
    total: Mapped[int] = mapped_column(default=0, server_default="0")
    done: Mapped[int] = mapped_column(default=0, server_default="0")
    skipped: Mapped[int] = mapped_column(default=0, server_default="0")
    asked_at: Mapped[datetime]
    started_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
    heartbeat_at: Mapped[datetime | None]
    model: Mapped[dict[str, Any]] = facts()
