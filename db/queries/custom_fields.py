"""Fields that the admin added."""

from sqlalchemy import func, select

from db.models import CustomField
from db.queries import Rows


def of(record: str, *, with_hidden: bool = False) -> Rows:
    """The fields of a kind of record, in their order."""
    statement = select(CustomField).where(CustomField.record == record)
    if not with_hidden:
        statement = statement.where(CustomField.is_active)
    return statement.order_by(CustomField.position, CustomField.id)


def last_position(record: str) -> Rows:
    """The highest position, or nothing."""
    return select(func.max(CustomField.position)).where(CustomField.record == record)
