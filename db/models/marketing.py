"""Whom we write to and what: segments, templates, campaigns with their variants."""

from datetime import date, datetime
from typing import Any, ClassVar

from sqlalchemy import BigInteger, ForeignKey, Index, SmallInteger, String, text
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, BigId, ContactChild, Sampled, Versioned, facts, table_args, words

STAYING = text("left_at IS NULL")


class Segment(Versioned, Sampled, Base):
    """A named part of all contacts: by a ``rule`` (a line of the rule language), or a static list.

    A persona is a segment with a ``portrait``: who they are, what they want. ``size`` was counted at
    ``counted_at``. ``tree`` is the rule as it was checked, for statements that have no words to read.
    """

    __tablename__ = "segments"
    __table_args__ = table_args(Index(None, "name_key", unique=True), Index(None, "creator_id"))
    noun: ClassVar[str] = "segment"
    name: Mapped[str] = mapped_column(String(120))
    name_key: Mapped[str] = mapped_column(String(120))
    description: Mapped[str] = words()
    rule: Mapped[str] = words()
    tree: Mapped[dict[str, Any]] = facts()
    is_static: Mapped[bool] = mapped_column(default=False)
    portrait: Mapped[dict[str, Any]] = facts()
    size: Mapped[int | None]
    counted_at: Mapped[datetime | None]
    archived_at: Mapped[datetime | None]
    creator_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("users.id", ondelete="SET NULL"))
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]


class SegmentStay(ContactChild, Base):
    """A contact is in a segment from ``entered_at`` until ``left_at``; members of a static list stay."""

    __tablename__ = "segment_stays"
    __table_args__ = table_args(
        Index(
            "uq_segment_stays_open",
            "segment_id",
            "contact_id",
            unique=True,
            sqlite_where=STAYING,
            postgresql_where=STAYING,
        ),
        Index(None, "segment_id", "entered_at"),
        Index(None, "segment_id", "left_at"),
    )
    segment_id: Mapped[int] = mapped_column(BigId, ForeignKey("segments.id", ondelete="CASCADE"))
    entered_at: Mapped[datetime]
    left_at: Mapped[datetime | None]


class SegmentDay(Base):
    """How large a segment was on a day, and how many entered and left it since the day before."""

    __tablename__ = "segment_days"
    __table_args__ = table_args(Index(None, "segment_id", "counted_on", unique=True))
    segment_id: Mapped[int] = mapped_column(BigId, ForeignKey("segments.id", ondelete="CASCADE"))
    counted_on: Mapped[date]
    size: Mapped[int]
    entered: Mapped[int]
    left: Mapped[int]


class Template(Versioned, Sampled, Base):
    """A message that waits for names: subject, HTML and text with personal fields, for one channel."""

    __tablename__ = "templates"
    __table_args__ = table_args(Index(None, "name_key", unique=True))
    noun: ClassVar[str] = "template"
    name: Mapped[str] = mapped_column(String(120))
    name_key: Mapped[str] = mapped_column(String(120))
    channel: Mapped[str] = mapped_column(String(10))
    subject: Mapped[str] = words(500)
    preheader: Mapped[str] = words(300)
    body_html: Mapped[str] = words()
    body_text: Mapped[str] = words()
    archived_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]


class Campaign(Versioned, Sampled, Base):
    """One message (or several variants of it) to one audience over one channel.

    ``channel`` is ``email``, ``sms``, ``call``, ``post`` or ``social``. ``state`` is ``draft``,
    ``scheduled``, ``sending``, ``paused``, ``done``, ``cancelled`` or ``imported``. The audience is
    ``segment_id``, else ``rule``. ``holdout`` is the share, in basis points, that gets nothing; ``salt``
    fixes who that is, for ever. ``plan`` holds schedule, send window, throttle and goal, ``audience``
    what was counted when it was sent. Money is in minor units of ``currency``; conversions count for
    ``window_days`` after sending.
    """

    __tablename__ = "campaigns"
    __table_args__ = table_args(
        Index(None, "name_key", unique=True),
        Index(None, "state", "scheduled_at"),
        Index(None, "segment_id"),
        Index(None, "creator_id"),
        Index(None, "sender_id"),
        Index(None, "import_id"),
    )
    noun: ClassVar[str] = "campaign"
    name: Mapped[str] = mapped_column(String(200))
    name_key: Mapped[str] = mapped_column(String(200))
    channel: Mapped[str] = mapped_column(String(10))
    purpose: Mapped[str] = mapped_column(String(40), default="marketing", server_default="marketing")
    state: Mapped[str] = mapped_column(String(10))
    segment_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("segments.id", ondelete="SET NULL"))
    rule: Mapped[str] = words()
    holdout: Mapped[int] = mapped_column(SmallInteger, default=0, server_default="0")
    salt: Mapped[str] = mapped_column(String(32))
    goal: Mapped[str] = mapped_column(String(20), default="converted", server_default="converted")
    window_days: Mapped[int] = mapped_column(default=14, server_default="14")
    plan: Mapped[dict[str, Any]] = facts()
    audience: Mapped[dict[str, Any]] = facts()
    budget: Mapped[int | None] = mapped_column(BigInteger)
    cost: Mapped[int] = mapped_column(BigInteger, default=0, server_default="0")
    cost_each: Mapped[int] = mapped_column(BigInteger, default=0, server_default="0")
    currency: Mapped[str] = words(3)
    scheduled_at: Mapped[datetime | None]
    started_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
    creator_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("users.id", ondelete="SET NULL"))
    sender_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("users.id", ondelete="SET NULL"))
    import_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("imports.id", ondelete="SET NULL"))
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]


class CampaignVariant(Base):
    """One way to say it. ``share`` is its weight among the variants; the hold-out is called ``holdout``."""

    __tablename__ = "campaign_variants"
    __table_args__ = table_args(Index(None, "campaign_id", "name", unique=True), Index(None, "template_id"))
    noun: ClassVar[str] = "variant"
    campaign_id: Mapped[int] = mapped_column(BigId, ForeignKey("campaigns.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(String(60))
    share: Mapped[int] = mapped_column(default=1, server_default="1")
    template_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("templates.id", ondelete="SET NULL"))
    subject: Mapped[str] = words(500)
    preheader: Mapped[str] = words(300)
    body_html: Mapped[str] = words()
    body_text: Mapped[str] = words()
