"""Who works in the background, and how each piece of that work went last."""

from datetime import datetime
from typing import ClassVar

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, table_args, words


class Worker(Base):
    """A process that does the background work; it renews ``seen_at`` as long as it is alive."""

    __tablename__ = "workers"
    __table_args__ = table_args()
    noun: ClassVar[str] = "worker"
    name: Mapped[str] = mapped_column(String(120), unique=True)
    began_at: Mapped[datetime]
    seen_at: Mapped[datetime]


class WorkTurn(Base):
    """A piece of background work: when it last went well, when it last failed, and with which sentence.

    ``failures`` counts those in a row, 0 after it went well. ``worker`` holds a piece that only one may do
    at a time, since ``held_at``; it is empty in between.
    """

    __tablename__ = "work_turns"
    __table_args__ = table_args()
    noun: ClassVar[str] = "piece of work"
    name: Mapped[str] = mapped_column(String(40), unique=True)
    worker: Mapped[str] = words(120)
    held_at: Mapped[datetime | None]
    done_at: Mapped[datetime | None]
    failed_at: Mapped[datetime | None]
    sentence: Mapped[str] = words(500)
    failures: Mapped[int] = mapped_column(default=0, server_default="0")
