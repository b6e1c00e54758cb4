"""Customers: contacts and accounts, how to reach them, what they are tagged with and agreed to."""

from datetime import datetime
from typing import Any, ClassVar

from sqlalchemy import BigInteger, ForeignKey, Index, String, TextClause, text
from sqlalchemy.orm import Mapped, MappedColumn, mapped_column

from db.base import (
    AccountChild,
    Base,
    BigId,
    ContactChild,
    Json,
    Owned,
    Sampled,
    SoftDeleted,
    Versioned,
    facts,
    table_args,
    words,
)

PRESENT = text("deleted_at IS NULL AND external_id IS NOT NULL")
IMPORTED = text("import_id IS NOT NULL")
DELETED = text("deleted_at IS NOT NULL")
# Lists never show deleted rows: without them an index alone can count and page.
LISTED = text("deleted_at IS NULL")
OPTED_OUT = text("deleted_at IS NULL AND email_opt = 'out'")
LEADS = text("deleted_at IS NULL AND lead_status != ''")


def listed(name: str, *columns: str, where: TextClause = LISTED) -> Index:
    """An index in the order of a list, over the rows that lists show; the last columns only filter.

    What the rows have in common stands in it too: else SQLite opens every row to see that it is so.
    """
    return Index(name, *columns, "deleted_at", sqlite_where=where, postgresql_where=where)


def folded(length: int) -> MappedColumn[str]:
    """A folded text that is compared and sorted letter by letter, whatever the language of the database."""
    return mapped_column(String(length).with_variant(String(length, collation="C"), "postgresql"))


class Account(Owned, SoftDeleted, Sampled, Versioned, Base):
    """A company that we deal with.

    ``name_key`` is the folded name, for matching and sorting. ``origin`` and ``external_id`` name the
    record in the system that it came from.
    """

    __tablename__ = "accounts"
    __table_args__ = table_args(
        Index(
            "uq_accounts_origin_external_id",
            "origin",
            "external_id",
            unique=True,
            sqlite_where=PRESENT,
            postgresql_where=PRESENT,
        ),
        listed("ix_accounts_by_name", "name_key", "id"),
        listed("ix_accounts_by_owner", "owner_id", "name_key", "id"),
        Index(None, "domain"),
        Index("ix_accounts_import_id", "import_id", sqlite_where=IMPORTED, postgresql_where=IMPORTED),
        Index("ix_accounts_deleted_at", "deleted_at", "id", sqlite_where=DELETED, postgresql_where=DELETED),
    )
    noun: ClassVar[str] = "company"
    name: Mapped[str] = mapped_column(String(300))
    name_key: Mapped[str] = folded(300)
    website: Mapped[str] = words(500)
    domain: Mapped[str] = words(255)
    industry: Mapped[str] = words(120)
    type: Mapped[str] = words(60)
    employees: Mapped[int | None]
    annual_revenue: Mapped[int | None] = mapped_column(BigInteger)
    currency: Mapped[str] = words(3)
    phone: Mapped[str] = words(60)
    street: Mapped[str] = words(300)
    city: Mapped[str] = words(120)
    state: Mapped[str] = words(120)
    postal_code: Mapped[str] = words(30)
    country: Mapped[str] = words(2)
    description: Mapped[str] = words()
    parent_id: Mapped[int | None] = mapped_column(
        BigId, ForeignKey("accounts.id", ondelete="SET NULL"), index=True
    )
    custom: Mapped[dict[str, Any]] = facts()
    origin: Mapped[str] = words(60)
    external_id: Mapped[str | None] = mapped_column(String(200))
    import_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("imports.id", ondelete="SET NULL"))
    search_text: Mapped[str] = words()
    last_touch_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]


class Contact(Owned, SoftDeleted, Sampled, Versioned, Base):
    """A person, with the values that lists show. Further e-mails, phones, handles: ``ContactPoint``.

    ``name`` is what people read, ``name_key`` its folded form for sorting (last name first), ``company``
    the name of the account, repeated here so that long lists need no join. ``birthday`` is ISO text,
    ``--MM-DD`` when the year is unknown; ``birth_day`` is month * 100 + day. ``email_opt`` is what the
    consents add up to: ``unknown``, ``in`` or ``out``. ``first_touch_at`` is kept by the database itself, for
    reports about all contacts; notes do not count.
    """

    __tablename__ = "contacts"
    __table_args__ = table_args(
        Index(
            "uq_contacts_origin_external_id",
            "origin",
            "external_id",
            unique=True,
            sqlite_where=PRESENT,
            postgresql_where=PRESENT,
        ),
        listed("ix_contacts_by_name", "name_key", "id", "owner_id"),
        listed("ix_contacts_by_owner", "owner_id", "name_key", "id", "lifecycle"),
        listed("ix_contacts_by_lifecycle", "lifecycle", "name_key", "id", "owner_id"),
        listed("ix_contacts_by_creation", "created_at", "id", "owner_id"),
        listed("ix_contacts_by_touch", "last_touch_at", "id", "owner_id"),
        listed("ix_contacts_by_opt_out", "name_key", "id", "owner_id", "email_opt", where=OPTED_OUT),
        listed("ix_contacts_by_owner_opt_out", "owner_id", "name_key", "id", "email_opt", where=OPTED_OUT),
        Index("ix_contacts_leads", "lead_status", "id", sqlite_where=LEADS, postgresql_where=LEADS),
        Index(None, "email"),
        Index(None, "phone"),
        Index(None, "mobile"),
        Index(None, "account_id", "name_key"),
        Index("ix_contacts_import_id", "import_id", sqlite_where=IMPORTED, postgresql_where=IMPORTED),
        Index("ix_contacts_deleted_at", "deleted_at", "id", sqlite_where=DELETED, postgresql_where=DELETED),
    )
    noun: ClassVar[str] = "contact"
    salutation: Mapped[str] = words(60)
    first_name: Mapped[str] = words(200)
    middle_name: Mapped[str] = words(200)
    last_name: Mapped[str] = words(200)
    name: Mapped[str] = mapped_column(String(600))
    name_key: Mapped[str] = folded(600)
    job_title: Mapped[str] = words(200)
    department: Mapped[str] = words(200)
    account_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("accounts.id", ondelete="SET NULL"))
    company: Mapped[str] = words(300)
    email: Mapped[str] = words(254)
    email_opt: Mapped[str] = mapped_column(String(10), default="unknown")
    phone: Mapped[str] = words(60)
    mobile: Mapped[str] = words(60)
    street: Mapped[str] = words(300)
    city: Mapped[str] = words(120)
    state: Mapped[str] = words(120)
    postal_code: Mapped[str] = words(30)
    country: Mapped[str] = words(2)
    birthday: Mapped[str] = words(10)
    birth_day: Mapped[int | None]
    language: Mapped[str] = words(35)
    time_zone: Mapped[str] = words(60)
    lifecycle: Mapped[str] = words(40)
    lead_status: Mapped[str] = words(60)
    rating: Mapped[str] = words(40)
    source: Mapped[str] = words(120)
    campaign: Mapped[str] = words(200)
    industry: Mapped[str] = words(120)
    preferred_channel: Mapped[str] = words(20)
    likes: Mapped[str] = words()
    dislikes: Mapped[str] = words()
    notes: Mapped[str] = words()
    card_number: Mapped[str] = words(60)
    custom: Mapped[dict[str, Any]] = facts()
    origin: Mapped[str] = words(60)
    external_id: Mapped[str | None] = mapped_column(String(200))
    import_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("imports.id", ondelete="SET NULL"))
    search_text: Mapped[str] = words()
    first_touch_at: Mapped[datetime | None]
    last_touch_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]


class ContactPoint(ContactChild, Base):
    """A further way to reach a contact, or a handle: e-mail, phone, website, LinkedIn, X, …

    ``value_key`` is the normalised value that matching compares.
    """

    __tablename__ = "contact_points"
    __table_args__ = table_args(
        Index(None, "kind", "value_key"), Index(None, "contact_id", "kind", "value_key", unique=True)
    )
    noun: ClassVar[str] = "contact detail"
    kind: Mapped[str] = mapped_column(String(20))
    value: Mapped[str] = mapped_column(String(500))
    value_key: Mapped[str] = mapped_column(String(500))
    label: Mapped[str] = words(60)


class Tag(Base):
    """A word that contacts and accounts can be marked with."""

    __tablename__ = "tags"
    noun: ClassVar[str] = "tag"
    name: Mapped[str] = mapped_column(String(120))
    name_key: Mapped[str] = mapped_column(String(120), unique=True)
    import_id: Mapped[int | None] = mapped_column(
        BigId, ForeignKey("imports.id", ondelete="SET NULL"), index=True
    )


class ContactTag(ContactChild, Base):
    """A contact is marked with a tag."""

    __tablename__ = "contact_tags"
    __table_args__ = table_args(Index(None, "contact_id", "tag_id", unique=True), Index(None, "tag_id"))
    tag_id: Mapped[int] = mapped_column(BigId, ForeignKey("tags.id", ondelete="CASCADE"))


class AccountTag(AccountChild, Base):
    """An account is marked with a tag."""

    __tablename__ = "account_tags"
    __table_args__ = table_args(Index(None, "account_id", "tag_id", unique=True), Index(None, "tag_id"))
    tag_id: Mapped[int] = mapped_column(BigId, ForeignKey("tags.id", ondelete="CASCADE"))


class Consent(ContactChild, Base):
    """What a contact agreed to or took back, with its proof. Only ever appended to."""

    __tablename__ = "consents"
    noun: ClassVar[str] = "consent"
    channel: Mapped[str] = mapped_column(String(20))
    purpose: Mapped[str] = mapped_column(String(40))
    is_granted: Mapped[bool]
    source: Mapped[str] = mapped_column(String(200))
    happened_at: Mapped[datetime]
    recorded_at: Mapped[datetime]
    actor_id: Mapped[int | None] = mapped_column(
        BigId, ForeignKey("users.id", ondelete="SET NULL"), index=True
    )
    import_id: Mapped[int | None] = mapped_column(
        BigId, ForeignKey("imports.id", ondelete="SET NULL"), index=True
    )


class CustomField(Base):
    """A field that the admin added: its values stand in the ``custom`` column of the records."""

    __tablename__ = "custom_fields"
    __table_args__ = table_args(Index(None, "record", "name", unique=True))
    noun: ClassVar[str] = "custom field"
    record: Mapped[str] = mapped_column(String(20))
    name: Mapped[str] = mapped_column(String(60))
    label: Mapped[str] = mapped_column(String(120))
    type: Mapped[str] = mapped_column(String(20))
    choices: Mapped[list[str]] = mapped_column(Json, default=list)
    is_active: Mapped[bool] = mapped_column(default=True)
    position: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime]


class SavedView(Base):
    """A list as somebody likes it: columns, filter, order. Private, or shared with everyone."""

    __tablename__ = "saved_views"
    noun: ClassVar[str] = "view"
    record: Mapped[str] = mapped_column(String(20))
    name: Mapped[str] = mapped_column(String(120))
    user_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("users.id", ondelete="CASCADE"), index=True)
    is_shared: Mapped[bool] = mapped_column(default=False)
    state: Mapped[dict[str, Any]] = mapped_column(Json)
    created_at: Mapped[datetime]


class ContactCount(Base):
    """How many contacts each owner has at each lifecycle stage (``owner_key`` 0: nobody's).

    Kept in the transaction that changes contacts; ``doctor`` recounts and compares.
    """

    __tablename__ = "contact_counts"
    __table_args__ = table_args(Index(None, "owner_key", "lifecycle", unique=True))
    owner_key: Mapped[int] = mapped_column(BigId)
    lifecycle: Mapped[str] = mapped_column(String(40))
    count: Mapped[int] = mapped_column(BigInteger)
