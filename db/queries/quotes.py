"""Quotes of deals, and the number that the next one gets."""

from datetime import datetime

from sqlalchemy import Executable, select

from db.models import Quote, Setting, User
from db.queries import Rows
from db.upsert import insert_or_keep


def of_deal(deal_id: int) -> Rows:
    """The quotes of a deal with the names of those who made them, the latest first."""
    told = select(Quote, User.name.label("by")).outerjoin(User, User.id == Quote.actor_id)
    return told.where(Quote.deal_id == deal_id).order_by(Quote.id.desc())


def begin_counter(name: str, now: datetime) -> Executable:
    """Make sure that the counter is there, whoever needs it first."""
    return insert_or_keep(Setting, [{"name": name, "value": {}, "updated_at": now}], ["name"])


def counter(name: str) -> Rows:
    """The setting that counts quotes; nobody else takes a number until the transaction ends."""
    return select(Setting).where(Setting.name == name).with_for_update()
