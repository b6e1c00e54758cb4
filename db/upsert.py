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


def insert_or_add(
    model: type[Base], rows: Sequence[dict[str, Any]], unique: Sequence[str], numbers: Sequence[str]
) -> Executable:
    """Insert rows, or add their ``numbers`` to those that are there: in one step, whoever else writes.

    Rows are locked in the order given: two who write the same ones in one order never wait in a circle.
    """
    statement = _insert(model).values(list(rows))
    totals = {name: getattr(model, name) + getattr(statement.excluded, name) for name in numbers}
    raised: Executable = statement.on_conflict_do_update(index_elements=list(unique), set_=totals)
    return raised


def _insert(model: type[Base]) -> Any:
    return sqlite.insert(model) if current().is_sqlite else postgresql.insert(model)
