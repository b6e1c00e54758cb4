"""The numbers of the start page; each reads a short stretch of an index."""

from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, select

from db.models import Account, Contact, Interaction, User


def companies() -> Select[Any]:
    """All companies one may see."""
    return select(Account.id)


def contacts_since(since: datetime) -> Select[Any]:
    """The contacts that were added since."""
    return select(Contact.id).where(Contact.created_at >= since)


def interactions_between(since: datetime, until: datetime) -> Select[Any]:
    """The touchpoints that lie between two instants."""
    return select(Interaction.id).where(Interaction.happened_at >= since, Interaction.happened_at <= until)


def any_interaction() -> Select[Any]:
    """One touchpoint, if there is any."""
    return select(Interaction.id).limit(1)


def colleagues() -> Select[Any]:
    """How many people can sign in, those of the sample company aside."""
    return select(func.count()).select_from(User).where(User.is_active, User.is_sample.is_(False))
