"""What all tables have in common: names of constraints, types, and the marks that say whose a row is."""

from datetime import UTC, datetime
from typing import Any, ClassVar

from sqlalchemy import (
    JSON,
    BigInteger,
    DateTime,
    Dialect,
    ForeignKey,
    Integer,
    MetaData,
    String,
    Text,
    TypeDecorator,
    false,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase, Mapped, MappedColumn, declared_attr, mapped_column

CONSTRAINT_NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}

BigId = BigInteger().with_variant(Integer(), "sqlite")
Json = JSON().with_variant(JSONB(), "postgresql")


class UtcDateTime(TypeDecorator[datetime]):
    """An instant: aware on the way in and on the way out, stored in UTC, on both engines."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, _dialect: Dialect) -> datetime | None:
        """Refuse naive times, turn the others to UTC."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("An instant needs a time zone.")
        return value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, _dialect: Dialect) -> datetime | None:
        """Give the stored UTC time its zone back."""
        return value.replace(tzinfo=UTC) if value else None


class Base(DeclarativeBase):
    """A table with a stable id: numbers of deleted rows are never given to others."""

    metadata = MetaData(naming_convention=CONSTRAINT_NAMES)
    type_annotation_map: ClassVar[dict[Any, Any]] = {
        datetime: UtcDateTime,
        dict[str, Any]: Json,
        list[Any]: Json,
        list[str]: Json,
    }
    __table_args__: Any = {"sqlite_autoincrement": True}  # noqa: RUF012 - SQLAlchemy reads it so
    noun: ClassVar[str] = "record"
    id: Mapped[int] = mapped_column(BigId, primary_key=True)


def table_args(*parts: Any) -> tuple[Any, ...]:
    """Indexes and constraints of one table, with the options that every table has."""
    return (*parts, {"sqlite_autoincrement": True})


def words(length: int | None = None) -> MappedColumn[str]:
    """A text that may be empty but is never missing; without a length it may be long."""
    return mapped_column(String(length) if length else Text(), default="", server_default="")


def facts() -> MappedColumn[dict[str, Any]]:
    """A small object of named values, empty by default."""
    return mapped_column(Json, default=dict, server_default="{}")


class Owned:
    """A row that belongs to one user (or to nobody yet); the scope of a session decides who sees it."""

    # Without an index: each table has one that begins with the owner and goes on as its lists are sorted.
    owner_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("users.id", ondelete="SET NULL"))


class ContactChild:
    """A row that is seen exactly when its contact is."""

    contact_id: Mapped[int] = mapped_column(BigId, ForeignKey("contacts.id", ondelete="CASCADE"), index=True)


class AccountChild:
    """A row that is seen exactly when its account is."""

    account_id: Mapped[int] = mapped_column(BigId, ForeignKey("accounts.id", ondelete="CASCADE"), index=True)


class ImportChild:
    """A row that is seen exactly when its import is: it holds what stood in somebody's file."""

    import_id: Mapped[int] = mapped_column(BigId, ForeignKey("imports.id", ondelete="CASCADE"))


class DealChild:
    """A row that is seen exactly when its deal is."""

    deal_id: Mapped[int] = mapped_column(BigId, ForeignKey("deals.id", ondelete="CASCADE"))


class OrderChild:
    """A row that is seen exactly when its order is."""

    order_id: Mapped[int] = mapped_column(BigId, ForeignKey("orders.id", ondelete="CASCADE"))


class MemberChild:
    """A row that is seen exactly when the contact of its membership is."""

    membership_id: Mapped[int] = mapped_column(BigId, ForeignKey("memberships.id", ondelete="CASCADE"))


class Assigned:
    """Work for one user, mostly about a customer: seen by whoever sees that user's rows or that customer."""

    owner_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("users.id", ondelete="SET NULL"))
    contact_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("contacts.id", ondelete="CASCADE"))
    account_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("accounts.id", ondelete="CASCADE"))


class Trace:
    """A row about a contact, else about an account, else about an act of a user: seen with that one."""

    contact_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("contacts.id", ondelete="CASCADE"))
    account_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("accounts.id", ondelete="CASCADE"))
    actor_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("users.id", ondelete="SET NULL"))


class SoftDeleted:
    """A row that is hidden when deleted and can be restored."""

    deleted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Versioned:
    """A row that people edit: a save of an old version is a conflict, not a lost update."""

    version: Mapped[int] = mapped_column(Integer, nullable=False, server_default="1")

    @declared_attr.directive
    def __mapper_args__(cls) -> dict[str, Any]:
        return {"version_id_col": cls.__dict__.get("version") or cls.__table__.c.version}  # type: ignore[attr-defined]


class Sampled:
    """A row that may come from the sample company, and goes away with it."""

    is_sample: Mapped[bool] = mapped_column(default=False, server_default=false())
