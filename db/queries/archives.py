"""Whole tables out and in again, row by row as they are stored: for those alone who may see everything."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, Delete, and_, delete, func, null, select

from db.base import Base
from db.models import Setting
from db.queries import Rows

EVERY = {"with_deleted": True}
OF_THE_MACHINE = ("worker_seen_at",)
"""Settings that tell how an installation is, not what the company set."""

SECRET = ("password", "secret", "token")
"""Settings with such a word in their name stay where they are."""

NULL = null()
"""Nothing, also in a column of JSON, where None would be stored as the JSON word ``null``."""


def rows_above(model: type[Base], names: Sequence[str], above: int, limit: int) -> Rows:
    """The next rows after an id with these columns, deleted ones too."""
    statement = select(model.id, *(getattr(model, name) for name in names)).where(model.id > above)
    if model is Setting:
        statement = statement.where(_of_the_company())
    return statement.order_by(model.id).limit(limit).execution_options(**EVERY)


def row_count(model: type[Base]) -> Rows:
    """How many rows ``rows_above`` gives in all."""
    statement = select(func.count()).select_from(model)
    if model is Setting:
        statement = statement.where(_of_the_company())
    return statement.execution_options(**EVERY)


def any_row(model: type[Base]) -> Rows:
    """The id of some row, deleted or not."""
    return select(model.id).limit(1).execution_options(**EVERY)


def empty(model: type[Base]) -> Delete:
    """Remove all rows of a table."""
    statement = delete(model)
    if model is Setting:
        statement = statement.where(_of_the_company())
    return statement.execution_options(**EVERY)


def _of_the_company() -> ColumnElement[bool]:
    open_ones = (Setting.name.not_like(f"%{word}%") for word in SECRET)
    return and_(Setting.name.not_in(OF_THE_MACHINE), *open_ones)
