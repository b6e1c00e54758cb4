"""How well the records are kept: what was counted each day, what people said is right, and long repairs."""

from datetime import date, datetime
from typing import Any, ClassVar

from sqlalchemy import BigInteger, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, BigId, Trace, facts, table_args, words
from db.models.duplicates import UNDER_WAY


class QualityDay(Base):
    """What one owner's records of a kind lacked on a day (``owner_key`` 0: nobody's).

    ``counts`` holds the records that each check finds, by its key; ``score_sum`` adds up their scores of 0
    to 100. The newest day is the work list, all days are the trend.
    """

    __tablename__ = "quality_days"
    __table_args__ = table_args(Index(None, "record", "day_on", "owner_key", unique=True))
    noun: ClassVar[str] = "day"
    record: Mapped[str] = mapped_column(String(20))
    day_on: Mapped[date]
    owner_key: Mapped[int] = mapped_column(BigId)
    records: Mapped[int] = mapped_column(BigInteger)
    score_sum: Mapped[int] = mapped_column(BigInteger)
    counts: Mapped[dict[str, Any]] = facts()
    counted_at: Mapped[datetime]


class QualityDismissal(Trace, Base):
    """Somebody said that what a check finds in this record is right: it is not listed again."""

    __tablename__ = "quality_dismissals"
    __table_args__ = table_args(
        Index(None, "record", "finding", "record_id", unique=True),
        Index(None, "contact_id"),
        Index(None, "account_id"),
        Index(None, "actor_id"),
    )
    noun: ClassVar[str] = "decision"
    record: Mapped[str] = mapped_column(String(20))
    finding: Mapped[str] = mapped_column(String(40))
    record_id: Mapped[int] = mapped_column(BigId)
    dismissed_at: Mapped[datetime]


class QualityRun(Base):
    """A count, a repair of many records, or its undo: a row with a state, so that work that died is found.

    ``act`` is ``count``, ``repair`` or ``undo`` (of the run ``repair_id``). ``above`` is the last record
    (or trace) that is done, ``steps_from`` and ``steps_to`` span the traces that a repair left.
    """

    __tablename__ = "quality_runs"
    __table_args__ = table_args(
        # One at a time for each kind of record: two would mend the same values in two ways.
        Index(
            "uq_quality_runs_under_way",
            "record",
            unique=True,
            sqlite_where=UNDER_WAY,
            postgresql_where=UNDER_WAY,
        ),
        Index(None, "record", "act", "id"),
        Index(None, "actor_id"),
        Index(None, "repair_id"),
    )
    noun: ClassVar[str] = "run"
    record: Mapped[str] = mapped_column(String(20))
    act: Mapped[str] = mapped_column(String(10))
    finding: Mapped[str] = words(40)
    repair: Mapped[str] = words(40)
    repair_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("quality_runs.id", ondelete="SET NULL"))
    options: Mapped[dict[str, Any]] = facts()
    state: Mapped[str] = mapped_column(String(10))
    message: Mapped[str] = words()
    actor_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("users.id", ondelete="SET NULL"))
    worker: Mapped[str] = words(120)
    above: Mapped[int] = mapped_column(BigInteger, default=0, server_default="0")
    steps_from: Mapped[int] = mapped_column(BigInteger, default=0, server_default="0")
    steps_to: Mapped[int] = mapped_column(BigInteger, default=0, server_default="0")
    total: Mapped[int] = mapped_column(default=0, server_default="0")
    done: Mapped[int] = mapped_column(default=0, server_default="0")
    kept: Mapped[int] = mapped_column(default=0, server_default="0")
    asked_at: Mapped[datetime]
    started_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
    heartbeat_at: Mapped[datetime | None]
