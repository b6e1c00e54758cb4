"""What customers ask and complain about: cases, what was said in them, and answers that are at hand."""

from datetime import datetime
from typing import ClassVar

from sqlalchemy import ForeignKey, Index, SmallInteger, String, text
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, BigId, ContactChild, Json, Sampled, SoftDeleted, Versioned, table_args, words

TO_ANSWER = text("first_response_at IS NULL AND response_breached_at IS NULL AND deleted_at IS NULL")
TO_SOLVE = text("resolution_due_at IS NOT NULL AND resolution_breached_at IS NULL AND deleted_at IS NULL")


class Case(ContactChild, SoftDeleted, Sampled, Versioned, Base):
    """A question, problem, complaint or request of a customer.

    ``owner_id`` is who looks after it, None for nobody yet; ``status`` and ``priority`` are those of
    ``service/rules.py``. The clock: ``response_due_at`` is when the first answer is promised,
    ``resolution_due_at`` when the solution is, None while the clock stands still (``paused_at``).
    ``paused_seconds`` is the business time of all pauses that are over. ``response_seconds`` and
    ``resolution_seconds`` are the business time that it took, ``…_in_time`` whether the promise was kept,
    None where there was none; ``…_breached_at`` is when somebody noticed that it was not. ``cause`` is
    what opened it, unique, so that the same cause opens it once. ``is_unanswered``: the customer wrote last.
    """

    __tablename__ = "cases"
    __table_args__ = table_args(
        Index(None, "number", unique=True),
        Index(None, "cause", unique=True),
        Index(None, "contact_id", "opened_at"),
        Index(None, "account_id", "opened_at"),
        Index(None, "status", "opened_at"),
        Index(None, "owner_id", "status", "opened_at"),
        Index(None, "opened_at"),
        Index(None, "solved_at"),
        Index("ix_cases_to_answer", "response_due_at", sqlite_where=TO_ANSWER, postgresql_where=TO_ANSWER),
        Index("ix_cases_to_solve", "resolution_due_at", sqlite_where=TO_SOLVE, postgresql_where=TO_SOLVE),
        Index(None, "product_id"),
        Index(None, "order_id"),
        Index(None, "merged_into_id"),
    )
    noun: ClassVar[str] = "case"
    contact_id: Mapped[int] = mapped_column(BigId, ForeignKey("contacts.id", ondelete="CASCADE"))
    account_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("accounts.id", ondelete="SET NULL"))
    owner_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("users.id", ondelete="SET NULL"))
    number: Mapped[int]
    subject: Mapped[str] = mapped_column(String(300))
    kind: Mapped[str] = mapped_column(String(12))
    status: Mapped[str] = mapped_column(String(10))
    priority: Mapped[str] = mapped_column(String(10))
    channel: Mapped[str] = mapped_column(String(10))
    tags: Mapped[list[str]] = mapped_column(Json, default=list, server_default="[]")
    product_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("products.id", ondelete="SET NULL"))
    order_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("orders.id", ondelete="SET NULL"))
    merged_into_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("cases.id", ondelete="SET NULL"))
    cause: Mapped[str | None] = mapped_column(String(160))
    opened_at: Mapped[datetime]
    first_response_at: Mapped[datetime | None]
    solved_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    response_due_at: Mapped[datetime | None]
    resolution_due_at: Mapped[datetime | None]
    paused_at: Mapped[datetime | None]
    paused_seconds: Mapped[int] = mapped_column(default=0, server_default="0")
    response_seconds: Mapped[int | None]
    resolution_seconds: Mapped[int | None]
    is_response_in_time: Mapped[bool | None]
    is_resolution_in_time: Mapped[bool | None]
    response_breached_at: Mapped[datetime | None]
    resolution_breached_at: Mapped[datetime | None]
    reopened_count: Mapped[int] = mapped_column(SmallInteger, default=0, server_default="0")
    last_message_at: Mapped[datetime]
    is_unanswered: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]


class CaseMessage(ContactChild, Base):
    """A touchpoint that belongs to a case: a message in or out, or a note among colleagues.

    The words stand in the touchpoint. ``message_id`` is the name of the mail that it came or went as;
    ``mail_id`` the mail that takes it to the customer.
    """

    __tablename__ = "case_messages"
    __table_args__ = table_args(
        Index(None, "case_id", "id"),
        Index(None, "interaction_id", unique=True),
        Index(None, "mail_id"),
        Index(None, "message_id"),
    )
    noun: ClassVar[str] = "message"
    case_id: Mapped[int] = mapped_column(BigId, ForeignKey("cases.id", ondelete="CASCADE"))
    interaction_id: Mapped[int] = mapped_column(BigId, ForeignKey("interactions.id", ondelete="CASCADE"))
    mail_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("mails.id", ondelete="SET NULL"))
    message_id: Mapped[str] = words(200)


class KnownAnswer(SoftDeleted, Sampled, Versioned, Base):
    """A text for a question that many ask, with fields as templates have them, and what follows from it.

    ``then`` is the status that the case gets, empty to leave it; ``tags`` are added to it.
    """

    __tablename__ = "known_answers"
    __table_args__ = table_args(Index(None, "title"))
    noun: ClassVar[str] = "answer"
    title: Mapped[str] = mapped_column(String(120))
    body: Mapped[str] = words()
    then: Mapped[str] = words(10)
    tags: Mapped[list[str]] = mapped_column(Json, default=list, server_default="[]")
    used_count: Mapped[int] = mapped_column(default=0, server_default="0")
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
