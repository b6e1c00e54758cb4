"""The numbers of the start page; each reads a short stretch of an index."""

from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, select

from db.models import Account, Contact, Interaction, Setting, User
from db.queries.counting import capped

REAL: dict[str, type[Contact] | type[Interaction]] = {
    "has_contacts": Contact,
    "has_interactions": Interaction,
}


def home(since: datetime, until: datetime, cap: int) -> Select[Any]:
    """One row with every number that is counted anew, none of them beyond ``cap``."""
    met = select(Interaction.id).where(Interaction.happened_at >= since, Interaction.happened_at <= until)
    counted = {
        "companies": select(Account.id),
        "new_contacts": select(Contact.id).where(Contact.created_at >= since),
        "interactions": met,
    }
    people = select(func.count(User.id)).where(User.is_active, User.is_sample.is_(False))
    return select(
        *(capped(rows, cap).scalar_subquery().label(name) for name, rows in counted.items()),
        select(Interaction.id).exists().label("has_interactions"),
        people.scalar_subquery().label("colleagues"),
        select(Setting.id).where(Setting.name == "sample").exists().label("has_sample"),
    )


def real_ones(among: int) -> Select[Any]:
    """Are there contacts and touchpoints that nobody made up? Looks at the newest ones only.

    A made-up company may be large, and no index tells its rows from others.
    """
    return select(*(_real(model, among).label(name) for name, model in REAL.items()))


def _real(model: type[Contact] | type[Interaction], among: int) -> Any:
    newest = select(model.is_sample).order_by(model.id.desc()).limit(among).subquery()
    return select(newest.c.is_sample).where(newest.c.is_sample.is_(False)).exists()
