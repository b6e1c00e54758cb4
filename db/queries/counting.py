"""Counting without reading a whole table."""

from typing import Any

from sqlalchemy import Select, func, select


def capped(statement: Select[Any], cap: int) -> Select[Any]:
    """How many rows a statement has, but never more than ``cap``: the engine stops there."""
    limited = statement.order_by(None).limit(cap).offset(None).subquery()
    return select(func.count()).select_from(limited)
