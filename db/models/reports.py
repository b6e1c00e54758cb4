"""Reports as people built them, dashboards that show several, and when they are mailed."""

from datetime import date, datetime
from typing import Any, ClassVar

from sqlalchemy import ForeignKey, Index, String, true
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, BigId, Json, SoftDeleted, table_args, words


class SavedReport(SoftDeleted, Base):
    """A question about numbers under a name; ``shared`` is empty, ``team`` (that of its owner) or ``all``.

    ``definition`` is what ``crm_core.insights.report_definitions`` checks: measures, split, filters, chart.
    """

    __tablename__ = "saved_reports"
    __table_args__ = table_args(Index(None, "user_id"))
    noun: ClassVar[str] = "report"
    name: Mapped[str] = mapped_column(String(120))
    user_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("users.id", ondelete="CASCADE"))
    shared: Mapped[str] = words(10)
    definition: Mapped[dict[str, Any]] = mapped_column(Json)
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]


class Dashboard(SoftDeleted, Base):
    """Reports side by side: ``tiles`` in their order, each with the number of its report and its width."""

    __tablename__ = "dashboards"
    __table_args__ = table_args(Index(None, "user_id"))
    noun: ClassVar[str] = "dashboard"
    name: Mapped[str] = mapped_column(String(120))
    user_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("users.id", ondelete="CASCADE"))
    shared: Mapped[str] = words(10)
    tiles: Mapped[list[Any]] = mapped_column(Json, default=list, server_default="[]")
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]


class ReportSchedule(Base):
    """When a report or a dashboard is mailed to which users, as a file.

    ``rhythm`` is ``day``, ``week`` (on ``day`` 0 to 6, Monday first) or ``month`` (on ``day`` 1 to 28), at
    ``hour`` in the company's time zone. ``last_due_on`` is the last day that was dealt with: the same day is
    never dealt with twice.
    """

    __tablename__ = "report_schedules"
    __table_args__ = table_args(Index(None, "report_id"), Index(None, "dashboard_id"), Index(None, "user_id"))
    noun: ClassVar[str] = "schedule"
    report_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("saved_reports.id", ondelete="CASCADE"))
    dashboard_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("dashboards.id", ondelete="CASCADE"))
    user_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("users.id", ondelete="CASCADE"))
    rhythm: Mapped[str] = mapped_column(String(10))
    day: Mapped[int] = mapped_column(default=0, server_default="0")
    hour: Mapped[int]
    recipients: Mapped[list[Any]] = mapped_column(Json)
    format: Mapped[str] = mapped_column(String(10))
    only_if_any: Mapped[bool] = mapped_column(default=True, server_default=true())
    is_active: Mapped[bool] = mapped_column(default=True, server_default=true())
    last_due_on: Mapped[date | None]
    created_at: Mapped[datetime]
