"""How long a text may be: read from the tables, so that no second list of limits exists."""

from functools import cache

from sqlalchemy import inspect

from db.base import Base


@cache
def of(model: type[Base]) -> dict[str, int]:
    """The longest text, in characters, of every column that has a limit."""
    limits: dict[str, int] = {}
    for attribute in inspect(model).column_attrs:
        length = getattr(attribute.columns[0].type, "length", None)
        if isinstance(length, int):
            limits[attribute.key] = length
    return limits
