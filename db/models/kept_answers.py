"""Answers to questions about the whole company that take long to find."""

from datetime import date, datetime

from sqlalchemy import BigInteger, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, BigId, table_args, words


class KeptAnswer(Base):
    """What was answered when ``name`` was asked with ``arguments`` within a reach, and how things stood then.

    ``key`` tells questions and reaches apart. ``pulse`` is where the base stood and ``made_on`` the day in
    the company's time zone: while both are the same, so is the answer. ``asker_id`` (None: the system)
    asked last, ``seconds`` is how long it took to find out.
    """

    __tablename__ = "kept_answers"
    __table_args__ = table_args()
    key: Mapped[str] = mapped_column(String(64), unique=True)
    name: Mapped[str] = mapped_column(String(80))
    arguments: Mapped[str] = words()
    content: Mapped[str] = words()
    pulse: Mapped[int] = mapped_column(BigInteger)
    made_on: Mapped[date]
    made_at: Mapped[datetime]
    asked_at: Mapped[datetime]
    seconds: Mapped[float]
    asker_id: Mapped[int | None] = mapped_column(
        BigId, ForeignKey("users.id", ondelete="CASCADE"), index=True
    )
