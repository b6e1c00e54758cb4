"""What users should see, and whether they did."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Update, func, select, update

from db.models import Notice
from db.queries import Rows


def of_cause(cause: str) -> Rows:
    """The notice that something brought about."""
    return select(Notice.id).where(Notice.cause == cause)


def of_user(user_id: int) -> Rows:
    """The notices of one user: unread ones first, then the latest first."""
    columns = (Notice.id, Notice.kind, Notice.text, Notice.place, Notice.place_id)
    return (
        select(*columns, Notice.created_at, Notice.read_at)
        .where(Notice.user_id == user_id)
        .order_by(Notice.read_at.is_not(None), Notice.created_at.desc(), Notice.id.desc())
    )


def unread_of(user_id: int, cap: int) -> Rows:
    """How many notices one user has not read, counted up to a cap."""
    rows = select(Notice.id).where(Notice.user_id == user_id, Notice.read_at.is_(None)).limit(cap)
    return select(func.count()).select_from(rows.subquery())


def read(user_id: int, notice_ids: Sequence[int] | None, now: datetime) -> Update:
    """Note that one user read these notices, or all."""
    statement = update(Notice).where(Notice.user_id == user_id, Notice.read_at.is_(None))
    if notice_ids is not None:
        statement = statement.where(Notice.id.in_(notice_ids))
    return statement.values(read_at=now)
