"""What people decided about suggested next steps."""

from datetime import date, datetime
from typing import ClassVar

from sqlalchemy import BigInteger, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Assigned, Base, BigId, table_args, words


class ActionDecision(Assigned, Base):
    """Somebody (``owner_id``) decided about a suggestion: ``done``, ``snoozed`` (until a day) or ``refused``.

    ``kind`` is what was suggested, ``cause`` why, unique to what brought it: a new cause is a new suggestion.
    ``worth`` is what it was expected to bring, in minor units of ``currency``. The newest row of a person and
    cause counts; rows are only ever appended.
    """

    __tablename__ = "action_decisions"
    __table_args__ = table_args(
        Index(None, "owner_id", "cause", "decided_at"),
        Index(None, "kind", "decided_at"),
        Index(None, "contact_id", "decided_at"),
        Index(None, "account_id"),
        Index(None, "deal_id"),
    )
    noun: ClassVar[str] = "decision"
    kind: Mapped[str] = mapped_column(String(20))
    cause: Mapped[str] = mapped_column(String(120))
    decision: Mapped[str] = mapped_column(String(10))
    until_on: Mapped[date | None]
    deal_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("deals.id", ondelete="CASCADE"))
    worth: Mapped[int] = mapped_column(BigInteger, default=0, server_default="0")
    currency: Mapped[str] = words(3)
    decided_at: Mapped[datetime]
