"""Goals, and what was forecast when."""

from datetime import date, datetime
from typing import Any, ClassVar

from sqlalchemy import BigInteger, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, BigId, Json, Owned, facts, table_args, words


class Goal(Base):
    """What a person (``user_id``), a team (``team_id``) or the company (neither) wants to reach in a period.

    ``target`` is in the unit of the measure: minor units of ``currency``, or a count; scores in hundredths.
    """

    __tablename__ = "goals"
    __table_args__ = table_args(
        Index(None, "user_id", "starts_on"),
        Index(None, "team_id", "starts_on"),
        Index(None, "measure", "starts_on"),
    )
    noun: ClassVar[str] = "goal"
    measure: Mapped[str] = mapped_column(String(60))
    user_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("users.id", ondelete="CASCADE"))
    team_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("teams.id", ondelete="CASCADE"))
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    target: Mapped[int] = mapped_column(BigInteger)
    currency: Mapped[str] = words(3)
    version: Mapped[int] = mapped_column(default=1, server_default="1")
    created_at: Mapped[datetime]


class ForecastSnapshot(Owned, Base):
    """What was forecast on a day for a month, for one owner and pipeline, in minor units of ``currency``.

    ``month_on`` is the first day of the month. ``won`` is what was won in it already. ``expected``,
    ``low`` and ``high`` come from the simulation (10th and 90th percentile). Never changed afterwards.
    """

    __tablename__ = "forecast_snapshots"
    __table_args__ = table_args(
        Index(None, "taken_on", "month_on", "owner_id", "pipeline_id", "currency"),
        Index(None, "month_on", "taken_on"),
        Index(None, "owner_id", "taken_on"),
        Index(None, "pipeline_id"),
    )
    noun: ClassVar[str] = "forecast"
    taken_on: Mapped[date]
    month_on: Mapped[date]
    pipeline_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("pipelines.id", ondelete="CASCADE"))
    currency: Mapped[str] = mapped_column(String(3))
    open_deals: Mapped[int]
    open_amount: Mapped[int] = mapped_column(BigInteger)
    won: Mapped[int] = mapped_column(BigInteger)
    weighted: Mapped[int] = mapped_column(BigInteger)
    committed: Mapped[int] = mapped_column(BigInteger)
    best_case: Mapped[int] = mapped_column(BigInteger)
    expected: Mapped[int] = mapped_column(BigInteger)
    low: Mapped[int] = mapped_column(BigInteger)
    high: Mapped[int] = mapped_column(BigInteger)


class FittedModel(Base):
    """A model learned from the own history: its numbers, how good it was on held-out data, and when."""

    __tablename__ = "fitted_models"
    __table_args__ = table_args(Index(None, "name", "fitted_at"))
    noun: ClassVar[str] = "model"
    name: Mapped[str] = mapped_column(String(60))
    numbers: Mapped[dict[str, Any]] = mapped_column(Json)
    quality: Mapped[dict[str, Any]] = facts()
    is_in_use: Mapped[bool] = mapped_column(default=False)
    fitted_at: Mapped[datetime]
