"""Counting without reading a whole table."""

from sqlalchemy import func, select

from db.queries import Rows


def capped(statement: Rows, cap: int) -> Rows:
    """How many rows a statement has, but never more than ``cap``: the engine stops there."""
    limited = statement.order_by(None).limit(cap).offset(None).subquery()
    counted = select(func.count()).select_from(limited)
    return counted.execution_options(**statement.get_execution_options())
