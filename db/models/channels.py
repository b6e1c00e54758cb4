"""What goes out: one row a mail, with a state, so that mail that was interrupted is found again."""

from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, BigId, facts, table_args, words

WAITING = text("state = 'pending'")


class Mail(Base):
    """One message to one address. ``cause`` is unique: the same cause writes once.

    ``state`` is ``pending``, ``sending``, ``sent``, ``failed`` (for good) or ``unclear`` (the connection
    broke after the text was handed over: never sent again by itself). ``message_id`` is fixed before the
    first attempt. ``user_id`` is set when it is for a user of ours.
    """

    __tablename__ = "mails"
    __table_args__ = table_args(
        Index("ix_mails_waiting", "next_try_at", "id", sqlite_where=WAITING, postgresql_where=WAITING),
        Index(None, "state", "id"),
        Index(None, "cause", unique=True),
        Index(None, "message_id", unique=True),
        Index(None, "contact_id"),
        Index(None, "user_id"),
    )
    noun: ClassVar[str] = "mail"
    cause: Mapped[str] = mapped_column(String(160))
    purpose: Mapped[str] = mapped_column(String(40))
    to_address: Mapped[str] = mapped_column(String(254))
    subject: Mapped[str] = words(500)
    body_text: Mapped[str] = words()
    body_html: Mapped[str] = words()
    headers: Mapped[dict[str, Any]] = facts()
    attachments: Mapped[dict[str, Any]] = facts()
    message_id: Mapped[str] = mapped_column(String(200))
    state: Mapped[str] = mapped_column(String(10))
    attempts: Mapped[int] = mapped_column(default=0, server_default="0")
    answer: Mapped[str] = words(500)
    worker: Mapped[str] = words(120)
    contact_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("contacts.id", ondelete="SET NULL"))
    user_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("users.id", ondelete="SET NULL"))
    next_try_at: Mapped[datetime]
    created_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
