"""What the tables look like, told without SQLAlchemy: for whatever has to do with all of them alike."""

import inspect as python
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Date,
    Float,
    Integer,
    Numeric,
    UniqueConstraint,
)
from sqlalchemy.schema import ForeignKeyConstraint, sort_tables_and_constraints

import db.models  # noqa: F401 - fills the registry
from db.base import Base, UtcDateTime

KINDS: tuple[tuple[type[Any], str], ...] = (
    (UtcDateTime, "instant"),
    (Date, "date"),
    (Boolean, "yes/no"),
    (JSON, "json"),
    (Float, "number"),
    (Numeric, "decimal"),
    (BigInteger, "integer"),
    (Integer, "integer"),
)


@dataclass(frozen=True)
class ColumnShape:
    """One column. ``kind`` is one of ``KINDS``, or ``text``; ``references`` is ``table.column`` or empty.

    ``is_late`` says that it refers to a row which may be stored after its own (a parent, or a circle).
    """

    name: str
    kind: str
    length: int | None
    is_nullable: bool
    is_unique: bool
    references: str
    is_late: bool
    default: Any


@dataclass(frozen=True)
class TableShape:
    """One table with its model; ``meaning`` is the first sentence of the model's docstring, ``about`` all."""

    name: str
    model: type[Base]
    noun: str
    meaning: str
    about: str
    columns: tuple[ColumnShape, ...]


@cache
def shapes() -> tuple[TableShape, ...]:
    """All tables, each behind those that it refers to (but for ``is_late`` columns)."""
    model_of: dict[str, type[Base]] = {
        mapper.class_.__tablename__: mapper.class_ for mapper in Base.registry.mappers
    }
    tables = sorted(Base.metadata.tables.values(), key=lambda table: table.name)
    ordered: list[str] = []
    late: set[tuple[str, str]] = set()
    for table, keys in sort_tables_and_constraints(tables):  # type: ignore[no-untyped-call]
        if table is not None:
            ordered.append(table.name)
            keys = {key for key in table.foreign_key_constraints if key.referred_table is table}
        late |= {(key.table.name, name) for key in keys for name in _names(key)}
    return tuple(_shape(model_of[name], late) for name in ordered)


def _names(key: ForeignKeyConstraint) -> Iterator[str]:
    return (column.name for column in key.columns)


def _shape(model: type[Base], late: set[tuple[str, str]]) -> TableShape:
    table: Any = model.__table__
    columns = tuple(_column(column, (table.name, column.name) in late) for column in table.columns)
    about = " ".join((python.getdoc(model) or "").replace("``", "").split())
    meaning = about.partition(". ")[0].rstrip(".") + "."
    return TableShape(table.name, model, model.noun, meaning, about, columns)


def _column(column: Column[Any], is_late: bool) -> ColumnShape:
    key = next(iter(column.foreign_keys), None)
    default: Any = column.default
    return ColumnShape(
        column.name,
        next((kind for type_, kind in KINDS if isinstance(column.type, type_)), "text"),
        getattr(column.type, "length", None),
        bool(column.nullable),
        _is_unique(column),
        str(key.target_fullname) if key else "",
        is_late,
        default.arg if default is not None and default.is_scalar else None,
    )


def _is_unique(column: Column[Any]) -> bool:
    indexes: list[Any] = [index for index in column.table.indexes if index.unique]
    constraints = [each for each in column.table.constraints if isinstance(each, UniqueConstraint)]
    return bool(column.unique) or any(column.name in each.columns for each in [*indexes, *constraints])
