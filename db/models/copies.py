"""Copies of everything: exports for people, and the backups of every night."""

from datetime import date, datetime
from typing import Any, ClassVar

from sqlalchemy import BigInteger, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, BigId, facts, table_args, words

OF_A_NIGHT = text("due_on IS NOT NULL")


class Copy(Base):
    """A copy of everything: a row with a state, so that one worker makes it and work that died is found.

    ``act`` is ``export``, ``backup`` or ``import`` (everything was read in). ``state`` is ``queued``,
    ``running``, ``done`` or ``failed``. ``due_on`` is the night that a backup belongs to. ``checked_at`` is
    when a backup was read back and compared, ``check_result`` how. ``file_path`` is empty once it is swept.
    """

    __tablename__ = "copies"
    __table_args__ = table_args(
        Index(
            "uq_copies_due_on", "due_on", unique=True, sqlite_where=OF_A_NIGHT, postgresql_where=OF_A_NIGHT
        ),
        Index(None, "act", "state", "id"),
        Index(None, "actor_id"),
        Index(None, "export_id"),
    )
    noun: ClassVar[str] = "copy"
    act: Mapped[str] = mapped_column(String(10))
    state: Mapped[str] = mapped_column(String(10))
    due_on: Mapped[date | None]
    message: Mapped[str] = words()
    actor_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("users.id", ondelete="SET NULL"))
    export_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("exports.id", ondelete="SET NULL"))
    file_path: Mapped[str] = words(500)
    file_size: Mapped[int] = mapped_column(BigInteger, default=0, server_default="0")
    digest: Mapped[str] = words(64)
    row_count: Mapped[int] = mapped_column(BigInteger, default=0, server_default="0")
    total: Mapped[int] = mapped_column(BigInteger, default=0, server_default="0")
    done: Mapped[int] = mapped_column(BigInteger, default=0, server_default="0")
    attempts: Mapped[int] = mapped_column(default=0, server_default="0")
    check_result: Mapped[dict[str, Any]] = facts()
    worker: Mapped[str] = words(120)
    heartbeat_at: Mapped[datetime | None]
    asked_at: Mapped[datetime]
    started_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
    checked_at: Mapped[datetime | None]
