"""Words to the planner where it cannot know better."""

from typing import Any

from sqlalchemy import ColumnElement, func, literal_column

from db.session import current


def rare(condition: ColumnElement[bool]) -> ColumnElement[bool]:
    """This condition leaves next to nothing: begin with it.

    Without statistics SQLite takes every index for equally good, and begins with all rows of an owner.
    Postgres always has its own numbers.
    """
    if not current().is_sqlite:
        return condition
    hinted: Any = func.likelihood(condition, literal_column("0.00001"))
    return hinted  # type: ignore[no-any-return]
