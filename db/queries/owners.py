"""Users as owners of records: who is meant by a name."""

from sqlalchemy import func, or_, select

from db.models import User
from db.queries import Rows


def by_id(user_id: int) -> Rows:
    """The user of this number."""
    return select(User).where(User.id == user_id)


def name_of(user_id: int) -> Rows:
    """What the user of this number is called."""
    return select(User.name).where(User.id == user_id)


def named(text: str) -> Rows:
    """The users whose e-mail, sign-in name or name this is, whatever its case."""
    wanted = text.strip().lower()
    names = (User.email, User.username, User.name)
    return select(User).where(or_(*(func.lower(name) == wanted for name in names))).order_by(User.id)
