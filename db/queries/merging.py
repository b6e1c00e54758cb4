"""Moving everything that refers to one record over to another: found from the tables themselves."""

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import Delete, Index, Update, delete, insert, or_, select, update
from sqlalchemy.orm import Mapper

from db.base import Base
from db.models import DuplicatePair, Membership, Merge, PurchaseTotal, Referrer, User
from db.queries import Rows

# Kept by those who know what they mean: a reaction to the merge, or nobody.
BOOKS = (DuplicatePair, Merge, Membership, PurchaseTotal, Referrer)
EVERY = {"with_deleted": True}


def references(model: type[Base]) -> Iterator[tuple[type[Base], str]]:
    """Every table and column that refers to records of this kind."""
    for mapper in sorted(Base.registry.mappers, key=lambda one: one.class_.__tablename__):
        if mapper.class_ in BOOKS:
            continue
        for column in mapper.local_table.columns:
            if any(key.column.table is model.__table__ for key in column.foreign_keys):
                yield mapper.class_, mapper.get_property_by_column(column).key


def referring(model: type[Base], column: str, key: int) -> Rows:
    """The rows of a table that refer to this record."""
    found = select(model).where(getattr(model, column) == key).order_by(model.id)
    return found.execution_options(**EVERY)


def unique_with(model: type[Base], column: str) -> list[tuple[str, ...]]:
    """For each unique index that this column is part of: the other columns of the index."""
    mapper: Mapper[Any] = model.__mapper__
    named = [
        [mapper.get_property_by_column(part).key for part in index.columns]
        for index in mapper.local_table.indexes  # type: ignore[attr-defined]
        if isinstance(index, Index) and index.unique
    ]
    return [tuple(name for name in names if name != column) for names in named if column in names]


def move(model: type[Base], column: str, keys: Sequence[int], to: int, only_from: int) -> Update:
    """Let these rows refer to another record, as far as they still refer to the first one."""
    chosen = model.id.in_(keys), getattr(model, column) == only_from
    return update(model).where(*chosen).values({column: to}).execution_options(**EVERY)


def remove(model: type[Base], keys: Sequence[int]) -> Delete:
    """Remove these rows."""
    return delete(model).where(model.id.in_(keys)).execution_options(**EVERY)


def put_back(model: type[Base], row: dict[str, Any]) -> Any:
    """Insert a row that was removed, with the number it had."""
    return insert(model).values(row)


def set_columns(model: type[Base], key: int, values: dict[str, Any]) -> Update:
    """Set columns of one row, deleted or not."""
    return update(model).where(model.id == key).values(values).execution_options(**EVERY)


def standing(record: str, keep_id: int, after_id: int) -> Rows:
    """Later merges of the same record that were not undone, the newest first."""
    same = or_(Merge.keep_id == keep_id, Merge.drop_id == keep_id)
    return (
        select(Merge)
        .where(Merge.record == record, same, Merge.id > after_id, Merge.undone_at.is_(None))
        .order_by(Merge.id.desc())
    )


def of_batch(batch_id: int) -> Rows:
    """The merges that were done at once and not undone, the newest first."""
    found = select(Merge.id).where(Merge.batch_id == batch_id, Merge.undone_at.is_(None))
    return found.order_by(Merge.id.desc())


def recent(record: str) -> Rows:
    """Merges, the newest first, with those who made them."""
    names = ("id", "keep_id", "drop_id", "batch_id", "before", "after", "merged_at", "undone_at")
    columns = (getattr(Merge, name) for name in names)
    return (
        select(*columns, User.name.label("by"))
        .join(User, User.id == Merge.actor_id, isouter=True)
        .where(Merge.record == record)
        .order_by(Merge.id.desc())
    )


def settle_pairs(record: str, keep_id: int, drop_id: int, state: str, before: str) -> Update:
    """Note on the pair of these two what became of it."""
    low, high = min(keep_id, drop_id), max(keep_id, drop_id)
    return (
        update(DuplicatePair)
        .where(
            DuplicatePair.record == record,
            DuplicatePair.left_id == low,
            DuplicatePair.right_id == high,
            DuplicatePair.state == before,
        )
        .values(state=state)
    )
