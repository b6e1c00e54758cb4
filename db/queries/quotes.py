"""Quotes of deals, and the number that the next one gets."""

from sqlalchemy import select

from db.models import Quote, Setting, User
from db.queries import Rows


def of_deal(deal_id: int) -> Rows:
    """The quotes of a deal with the names of those who made them, the latest first."""
    told = select(Quote, User.name.label("by")).outerjoin(User, User.id == Quote.actor_id)
    return told.where(Quote.deal_id == deal_id).order_by(Quote.id.desc())


def counter(name: str) -> Rows:
    """The setting that counts quotes; nobody else takes a number until the transaction ends."""
    return select(Setting).where(Setting.name == name).with_for_update()
