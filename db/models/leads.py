"""Leads: where they come from, how promising they are, who gets them, and what became of them."""

from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from db.base import Base, BigId, ContactChild, Json, facts, table_args, words


class LeadScore(ContactChild, Base):
    """How promising a lead is, 0 to 100, with the reasons; ``model`` is ``rules`` or ``learned``."""

    __tablename__ = "lead_scores"
    __table_args__ = table_args(
        Index("uq_lead_scores_contact_id", "contact_id", unique=True),
        Index(None, "score"),
        Index(None, "scored_at"),
    )
    score: Mapped[int]
    reasons: Mapped[list[Any]] = mapped_column(Json, default=list)
    model: Mapped[str] = mapped_column(String(10))
    scored_at: Mapped[datetime]


class LeadConversion(ContactChild, Base):
    """A lead became a customer with an account and a deal: exactly once, and with the way back."""

    __tablename__ = "lead_conversions"
    __table_args__ = table_args(
        Index("uq_lead_conversions_contact_id", "contact_id", unique=True),
        Index(None, "account_id"),
        Index(None, "deal_id"),
        Index(None, "actor_id"),
    )
    noun: ClassVar[str] = "conversion"
    account_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("accounts.id", ondelete="SET NULL"))
    deal_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("deals.id", ondelete="SET NULL"))
    actor_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("users.id", ondelete="SET NULL"))
    before: Mapped[dict[str, Any]] = facts()
    converted_at: Mapped[datetime]


class AssignmentRule(Base):
    """Who gets new leads: the first active rule that holds, by position.

    ``method`` is ``turns`` (one after the other), ``load`` (who has fewest open leads) or ``person``.
    ``rule`` is a line of the rule language, empty for all leads. ``last_user_id`` is whose turn it was.
    """

    __tablename__ = "assignment_rules"
    noun: ClassVar[str] = "assignment rule"
    name: Mapped[str] = mapped_column(String(120), unique=True)
    position: Mapped[int] = mapped_column(default=0)
    rule: Mapped[str] = words()
    method: Mapped[str] = mapped_column(String(10))
    user_ids: Mapped[list[Any]] = mapped_column(Json, default=list)
    last_user_id: Mapped[int | None] = mapped_column(BigId)
    is_active: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[datetime]


class WebForm(Base):
    """A form on a public page that turns a visitor into a lead. ``slug`` is its address."""

    __tablename__ = "web_forms"
    noun: ClassVar[str] = "form"
    slug: Mapped[str] = mapped_column(String(80), unique=True)
    name: Mapped[str] = mapped_column(String(120))
    fields: Mapped[list[Any]] = mapped_column(Json, default=list)
    texts: Mapped[dict[str, Any]] = facts()
    source: Mapped[str] = words(120)
    tags: Mapped[list[str]] = mapped_column(Json, default=list, server_default="[]")
    is_active: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[datetime]


class FormSubmission(Base):
    """What a visitor sent. ``cause`` is the key of the opened form: sent twice, it is taken once.

    ``verdict`` is ``taken``, ``held`` (looks like spam, waits for a person) or ``refused``.
    """

    __tablename__ = "form_submissions"
    __table_args__ = table_args(
        Index(None, "form_id", "submitted_at"), Index(None, "contact_id"), Index(None, "cause", unique=True)
    )
    noun: ClassVar[str] = "submission"
    form_id: Mapped[int] = mapped_column(BigId, ForeignKey("web_forms.id", ondelete="CASCADE"))
    contact_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("contacts.id", ondelete="SET NULL"))
    cause: Mapped[str] = mapped_column(String(80))
    answers: Mapped[dict[str, Any]] = facts()
    verdict: Mapped[str] = mapped_column(String(10))
    reason: Mapped[str] = words(200)
    address_digest: Mapped[str] = words(64)
    submitted_at: Mapped[datetime]
