"""Records of any kind as imports read them, and what tells whether somebody used one since."""

from collections.abc import Collection
from typing import Any

from sqlalchemy import ColumnElement, exists, false, inspect, or_, select

from db.base import Base
from db.models import Activity
from db.queries import Rows
from db.queries.lists import listed


def records(model: Any, ids: Collection[int], columns: Collection[str]) -> Rows:
    """These columns of these records."""
    return select(*(getattr(model, name) for name in columns)).where(listed(model.id, ids))


def by_column(column: Any, values: Collection[Any]) -> Rows:
    """Which records have one of these values in a column: (value, id), the oldest first."""
    return select(column, column.class_.id).where(listed(column, values)).order_by(column.class_.id)


def by_external_id(model: Any, origin: str, values: Collection[str]) -> Rows:
    """Records that came from this system with one of these ids: (external id, id)."""
    return select(model.external_id, model.id).where(
        model.origin == origin, listed(model.external_id, values)
    )


def made(
    table: tuple[Any, str],
    parts: Collection[type[Base]],
    which: Collection[int] | int,
    above: int,
    limit: int,
) -> Rows:
    """Records that an import made, above this id: (id, name, used since).

    Args:
        table: the model, and its column that people know a record by.
        parts: tables of what belongs to a record itself, so that it is no use by others.
        which: the number of the import, or the ids themselves where the table does not name imports.
        above: the last id that was dealt with.
        limit: how many at most.
    """
    model, title = table
    chosen = model.import_id == which if isinstance(which, int) else listed(model.id, which)
    statement = select(model.id, getattr(model, title), _used(model, parts).label("used"))
    statement = statement.where(chosen, model.id > above).order_by(model.id).limit(limit)
    return statement.execution_options(with_deleted=True)


def traces(table: str, ids: Collection[int]) -> Rows:
    """What happened to these records: (record, name, facts)."""
    columns = (Activity.subject_id, Activity.name, Activity.facts)
    chosen = (Activity.subject_type == table, listed(Activity.subject_id, ids))
    return select(*columns).where(*chosen).order_by(Activity.id)


def _used(model: Any, parts: Collection[type[Base]]) -> ColumnElement[bool]:
    """Changed since, or named by a row of another table."""
    table = inspect(model).local_table
    naming: list[ColumnElement[bool]] = []
    for mapper in Base.registry.mappers:
        other: Any = mapper.class_
        if other in parts or other is model:
            continue
        naming += [
            exists().where(getattr(other, column.key) == model.id)
            for column in mapper.columns
            if any(key.column.table is table for key in column.foreign_keys)
        ]
    changed = model.version > 1 if hasattr(model, "version") else false()
    return or_(changed, *naming)
