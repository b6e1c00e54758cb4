"""An insert that gives way to a row that is there already: the one statement that both engines write alike
but SQLAlchemy has no common word for."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Executable
from sqlalchemy.dialects import postgresql, sqlite

from db.base import Base
from db.session import current


def insert_or_keep(model: type[Base], rows: Sequence[dict[str, Any]], unique: Sequence[str]) -> Executable:
    """Insert rows; one whose ``unique`` columns exist already is left as it is."""
    statement: Executable = (
        _insert(model).values(list(rows)).on_conflict_do_nothing(index_elements=list(unique))
    )
    return statement


def insert_or_add(model: type[Base], row: dict[str, Any], unique: Sequence[str], number: str) -> Executable:
    """Insert a row, or add its ``number`` to the one that is there: in one step, whoever else writes."""
    statement = _insert(model).values(row)
    total = getattr(model, number) + getattr(statement.excluded, number)
    raised: Executable = statement.on_conflict_do_update(index_elements=list(unique), set_={number: total})
    return raised


def _insert(model: type[Base]) -> Any:
    return sqlite.insert(model) if current().is_sqlite else postgresql.insert(model)
