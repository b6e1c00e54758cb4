"""Secret addresses of calendars."""

from datetime import datetime

from sqlalchemy import Update, select, update

from db.models import CalendarFeed, User
from db.queries import Rows


def of_user(user_id: int) -> Rows:
    """The feed of a user."""
    return select(CalendarFeed).where(CalendarFeed.user_id == user_id)


def by_digest(digest: str) -> Rows:
    """The user behind a feed who can sign in, with the digest and when it was read last."""
    return (
        select(User, CalendarFeed.token_digest, CalendarFeed.last_read_at)
        .join(CalendarFeed, CalendarFeed.user_id == User.id)
        .where(CalendarFeed.token_digest == digest, User.is_active, User.must_change_password.is_(False))
    )


def note_read(user_id: int, now: datetime) -> Update:
    """Note that a program read the feed."""
    return update(CalendarFeed).where(CalendarFeed.user_id == user_id).values(last_read_at=now)
