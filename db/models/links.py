"""Links of messages: whether they work, and visits by those that anybody may follow."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, SmallInteger, String, text
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, BigId, table_args, words

TO_ASK = text("next_try_at IS NOT NULL")


class LinkCheck(Base):
    """An address that stands in a message, and what was answered there when it was asked last.

    ``state`` is ``waiting``, ``good``, ``bad``, ``unsure`` (programs get no answer there) or ``inside`` (it
    lies in the own network and is not asked). It is asked at ``next_try_at``; empty: not again by itself.
    """

    __tablename__ = "link_checks"
    __table_args__ = table_args(
        Index(None, "url_digest", unique=True),
        Index("ix_link_checks_to_ask", "next_try_at", sqlite_where=TO_ASK, postgresql_where=TO_ASK),
    )
    url: Mapped[str] = words()
    url_digest: Mapped[str] = mapped_column(String(64))
    state: Mapped[str] = mapped_column(String(10))
    answer: Mapped[str] = words(200)
    attempts: Mapped[int] = mapped_column(SmallInteger, default=0, server_default="0")
    next_try_at: Mapped[datetime | None]
    asked_at: Mapped[datetime | None]


class LinkDay(Base):
    """How often a link of a post was followed on a day: by people, and by programs that look at links."""

    __tablename__ = "link_days"
    __table_args__ = table_args(Index(None, "link_id", "visited_on", unique=True))
    link_id: Mapped[int] = mapped_column(BigId, ForeignKey("tracked_links.id", ondelete="CASCADE"))
    visited_on: Mapped[date]
    people: Mapped[int] = mapped_column(default=0, server_default="0")
    machines: Mapped[int] = mapped_column(default=0, server_default="0")
