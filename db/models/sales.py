"""Selling: pipelines and their stages, deals with their lines, people and quotes."""

from datetime import date, datetime
from typing import Any, ClassVar

from sqlalchemy import BigInteger, ForeignKey, Index, SmallInteger, String
from sqlalchemy.orm import Mapped, mapped_column

from db.base import (
    Base,
    BigId,
    DealChild,
    Json,
    Owned,
    Sampled,
    SoftDeleted,
    Versioned,
    facts,
    table_args,
    words,
)
from db.models.people import IMPORTED, LISTED, PRESENT, listed


class Pipeline(Base):
    """A way of selling with its own stages. An archived one keeps its deals and takes no new ones."""

    __tablename__ = "pipelines"
    noun: ClassVar[str] = "pipeline"
    name: Mapped[str] = mapped_column(String(120), unique=True)
    position: Mapped[int] = mapped_column(default=0)
    archived_at: Mapped[datetime | None]
    created_at: Mapped[datetime]


class Stage(Base):
    """One step of a pipeline. ``probability`` is the share of deals, in percent, that are won from here.

    ``rot_days`` is how long a deal may stay before it needs care; ``required_fields`` must be filled to
    enter. An archived stage lives on in the history of deals; no deal enters it any more.
    """

    __tablename__ = "stages"
    __table_args__ = table_args(Index(None, "pipeline_id", "name_key", unique=True))
    noun: ClassVar[str] = "stage"
    pipeline_id: Mapped[int] = mapped_column(BigId, ForeignKey("pipelines.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(String(120))
    name_key: Mapped[str] = mapped_column(String(120))
    position: Mapped[int] = mapped_column(default=0)
    probability: Mapped[int] = mapped_column(SmallInteger)
    rot_days: Mapped[int | None]
    required_fields: Mapped[list[str]] = mapped_column(Json, default=list, server_default="[]")
    archived_at: Mapped[datetime | None]


class Deal(Owned, SoftDeleted, Sampled, Versioned, Base):
    """A sale that may come. ``status`` is ``open``, ``won`` or ``lost``; a closed deal keeps its last stage.

    ``amount`` is in minor units of ``currency``. ``judgement`` is what the owner thinks, apart from the
    stage: empty, ``commit``, ``best`` or ``omit``. ``opened_at`` is when selling began, ``stage_since``
    when the present stage was entered, ``closed_at`` when it was won or lost. ``owner_name`` keeps the
    name of a seller who is not a user here. ``rank`` orders the cards of a column, lowest first.
    """

    __tablename__ = "deals"
    __table_args__ = table_args(
        Index(
            "uq_deals_origin_external_id",
            "origin",
            "external_id",
            unique=True,
            sqlite_where=PRESENT,
            postgresql_where=PRESENT,
        ),
        listed("ix_deals_by_stage", "stage_id", "status", "rank", "id", "owner_id", "amount", "currency"),
        listed("ix_deals_by_owner", "owner_id", "status", "close_on", "id", "amount", "currency"),
        listed("ix_deals_by_close", "status", "close_on", "id", "owner_id", "amount", "currency"),
        listed("ix_deals_by_closing", "status", "closed_at", "id", "owner_id", "amount", "currency"),
        Index("ix_deals_by_pipeline", "pipeline_id", "status", sqlite_where=LISTED, postgresql_where=LISTED),
        Index(None, "contact_id", "status"),
        Index(None, "account_id", "status"),
        Index("ix_deals_import_id", "import_id", sqlite_where=IMPORTED, postgresql_where=IMPORTED),
    )
    noun: ClassVar[str] = "deal"
    name: Mapped[str] = mapped_column(String(300))
    pipeline_id: Mapped[int] = mapped_column(BigId, ForeignKey("pipelines.id"))
    stage_id: Mapped[int] = mapped_column(BigId, ForeignKey("stages.id"))
    status: Mapped[str] = mapped_column(String(10))
    amount: Mapped[int | None] = mapped_column(BigInteger)
    currency: Mapped[str] = words(3)
    probability: Mapped[int | None] = mapped_column(SmallInteger)
    judgement: Mapped[str] = words(10)
    close_on: Mapped[date | None]
    opened_at: Mapped[datetime]
    stage_since: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    lost_reason: Mapped[str] = words(200)
    contact_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("contacts.id", ondelete="SET NULL"))
    account_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("accounts.id", ondelete="SET NULL"))
    owner_name: Mapped[str] = words(200)
    source: Mapped[str] = words(120)
    description: Mapped[str] = words()
    rank: Mapped[int] = mapped_column(BigInteger, default=0, server_default="0")
    custom: Mapped[dict[str, Any]] = facts()
    origin: Mapped[str] = words(60)
    external_id: Mapped[str | None] = mapped_column(String(200))
    import_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("imports.id", ondelete="SET NULL"))
    search_text: Mapped[str] = words()
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]


class StageChange(DealChild, Base):
    """A deal entered a stage, was closed or opened again. Only ever appended to.

    ``from_stage_id`` is empty for the first one. ``status``, ``amount`` and ``currency`` are those from
    then on.
    """

    __tablename__ = "stage_changes"
    __table_args__ = table_args(
        Index(None, "deal_id", "changed_at"),
        Index(None, "changed_at"),
        Index(None, "from_stage_id"),
        Index(None, "to_stage_id", "changed_at"),
        Index(None, "actor_id"),
        Index("ix_stage_changes_import_id", "import_id", sqlite_where=IMPORTED, postgresql_where=IMPORTED),
    )
    noun: ClassVar[str] = "stage change"
    from_stage_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("stages.id"))
    to_stage_id: Mapped[int] = mapped_column(BigId, ForeignKey("stages.id"))
    status: Mapped[str] = mapped_column(String(10))
    amount: Mapped[int | None] = mapped_column(BigInteger)
    currency: Mapped[str] = words(3)
    changed_at: Mapped[datetime]
    recorded_at: Mapped[datetime]
    actor_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("users.id", ondelete="SET NULL"))
    import_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("imports.id", ondelete="SET NULL"))


class DealLine(DealChild, Base):
    """What a deal is about. ``quantity`` is in thousandths, prices and totals in minor units of the deal.

    ``list_price`` is what the catalogue said when the line was written, ``discount`` what is taken off
    the line.
    """

    __tablename__ = "deal_lines"
    __table_args__ = table_args(
        Index(None, "deal_id", "position"),
        Index(None, "product_id"),
        Index("ix_deal_lines_import_id", "import_id", sqlite_where=IMPORTED, postgresql_where=IMPORTED),
    )
    noun: ClassVar[str] = "line"
    product_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("products.id", ondelete="SET NULL"))
    name: Mapped[str] = mapped_column(String(300))
    quantity: Mapped[int] = mapped_column(BigInteger)
    list_price: Mapped[int | None] = mapped_column(BigInteger)
    unit_price: Mapped[int] = mapped_column(BigInteger)
    discount: Mapped[int] = mapped_column(BigInteger, default=0, server_default="0")
    total: Mapped[int] = mapped_column(BigInteger)
    position: Mapped[int] = mapped_column(default=0)
    import_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("imports.id", ondelete="SET NULL"))


class DealContact(DealChild, Base):
    """A person who has a part in a deal: decides, uses, advises, pays."""

    __tablename__ = "deal_contacts"
    __table_args__ = table_args(Index(None, "deal_id", "contact_id", unique=True), Index(None, "contact_id"))
    contact_id: Mapped[int] = mapped_column(BigId, ForeignKey("contacts.id", ondelete="CASCADE"))
    role: Mapped[str] = words(60)


class Quote(DealChild, Base):
    """An offer as it was sent: ``content`` holds lines, prices and addressee, whatever the deal becomes."""

    __tablename__ = "quotes"
    __table_args__ = table_args(Index(None, "deal_id"), Index(None, "actor_id"))
    noun: ClassVar[str] = "quote"
    number: Mapped[str] = mapped_column(String(40), unique=True)
    content: Mapped[dict[str, Any]] = mapped_column(Json)
    total: Mapped[int] = mapped_column(BigInteger)
    currency: Mapped[str] = mapped_column(String(3))
    valid_until: Mapped[date]
    actor_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("users.id", ondelete="SET NULL"))
    created_at: Mapped[datetime]
