"""What customers say about us: surveys, who was asked, what they answered, and the mood of their texts."""

from datetime import datetime
from typing import ClassVar

from sqlalchemy import ForeignKey, Index, SmallInteger, String, true
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, BigId, ContactChild, Sampled, SoftDeleted, Trace, Versioned, table_args, words


class Survey(Versioned, Base):
    """One question to customers. ``kind`` is ``nps``, ``csat``, ``ces`` or ``review``.

    ``salt`` seals the personal addresses of its answer page.
    """

    __tablename__ = "surveys"
    __table_args__ = table_args(Index(None, "name_key", unique=True))
    noun: ClassVar[str] = "survey"
    name: Mapped[str] = mapped_column(String(120))
    name_key: Mapped[str] = mapped_column(String(120))
    kind: Mapped[str] = mapped_column(String(10))
    question: Mapped[str] = words(300)
    comment_question: Mapped[str] = words(300)
    thanks: Mapped[str] = words(500)
    language: Mapped[str] = mapped_column(String(20), default="en", server_default="en")
    is_active: Mapped[bool] = mapped_column(default=True, server_default=true())
    salt: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]


class FeedbackRequest(ContactChild, Sampled, Base):
    """Somebody was asked, for one cause (``case 12 solved``), which is unique: nobody is asked twice for it.

    ``channel`` is ``mail`` or ``link``.
    """

    __tablename__ = "feedback_requests"
    __table_args__ = table_args(
        Index(None, "cause", unique=True),
        Index(None, "survey_id", "asked_at"),
        Index(None, "asked_at"),
        Index(None, "case_id"),
        Index(None, "order_id"),
        Index(None, "product_id"),
        Index(None, "actor_id"),
    )
    noun: ClassVar[str] = "request"
    survey_id: Mapped[int] = mapped_column(BigId, ForeignKey("surveys.id", ondelete="CASCADE"))
    cause: Mapped[str] = mapped_column(String(120))
    channel: Mapped[str] = mapped_column(String(10))
    case_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("cases.id", ondelete="SET NULL"))
    order_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("orders.id", ondelete="SET NULL"))
    product_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("products.id", ondelete="SET NULL"))
    actor_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("users.id", ondelete="SET NULL"))
    asked_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    answered_at: Mapped[datetime | None]


class Feedback(ContactChild, SoftDeleted, Sampled, Versioned, Base):
    """What a customer said: a score of its kind's scale, and mostly a comment.

    ``source`` is ``mail``, ``link``, ``import`` or ``phone``; ``actor_id`` who wrote it down, if not the
    customer. An answer that was changed stays one row; the trace keeps what it was.
    """

    __tablename__ = "feedback"
    __table_args__ = table_args(
        Index(None, "answered_at", "kind"),
        Index(None, "request_id", unique=True),
        Index(None, "survey_id"),
        Index(None, "case_id"),
        Index(None, "order_id"),
        Index(None, "product_id"),
        Index(None, "actor_id"),
    )
    noun: ClassVar[str] = "answer"
    kind: Mapped[str] = mapped_column(String(10))
    score: Mapped[int] = mapped_column(SmallInteger)
    comment: Mapped[str] = words()
    source: Mapped[str] = mapped_column(String(10))
    survey_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("surveys.id", ondelete="SET NULL"))
    request_id: Mapped[int | None] = mapped_column(
        BigId, ForeignKey("feedback_requests.id", ondelete="SET NULL")
    )
    case_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("cases.id", ondelete="SET NULL"))
    order_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("orders.id", ondelete="SET NULL"))
    product_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("products.id", ondelete="SET NULL"))
    actor_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("users.id", ondelete="SET NULL"))
    answered_at: Mapped[datetime]
    created_at: Mapped[datetime]


class TextSentiment(Trace, Base):
    """The mood of one text that a customer wrote: -100 (bad) to 100 (good), nothing where it was not scored.

    ``record`` and ``record_id`` name the row that holds the text; ``found`` is what reading its words said,
    ``score`` what counts: the same, or what ``actor_id`` corrected it to.
    """

    __tablename__ = "text_sentiments"
    __table_args__ = table_args(
        Index(None, "record", "record_id", unique=True),
        Index(None, "contact_id", "written_at"),
        Index(None, "account_id"),
        Index(None, "written_at"),
        Index(None, "actor_id"),
    )
    noun: ClassVar[str] = "mood"
    record: Mapped[str] = mapped_column(String(40))
    record_id: Mapped[int] = mapped_column(BigId)
    language: Mapped[str] = words(20)
    found: Mapped[int | None] = mapped_column(SmallInteger)
    score: Mapped[int | None] = mapped_column(SmallInteger)
    written_at: Mapped[datetime]
    scored_at: Mapped[datetime]
    corrected_at: Mapped[datetime | None]
