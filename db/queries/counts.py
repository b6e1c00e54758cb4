"""The kept numbers of contacts, and their recount."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, Update, func, select, true, update

from db.models import Contact, ContactCount


def tally(contact_ids: Sequence[int]) -> Select[Any]:
    """These contacts by owner and lifecycle."""
    chosen = Contact.id.in_(contact_ids)
    return (
        select(Contact.owner_id, Contact.lifecycle, func.count())
        .where(chosen)
        .group_by(Contact.owner_id, Contact.lifecycle)
    )


def increase(owner_key: int, lifecycle: str, count: int) -> Update:
    """Add to one kept number, if it exists already."""
    return (
        update(ContactCount)
        .where(ContactCount.owner_key == owner_key, ContactCount.lifecycle == lifecycle)
        .values(count=ContactCount.count + count)
    )


def total(owner_ids: Sequence[int] | None, *, unowned: bool) -> Select[Any]:
    """All contacts of these owners (None: of everybody)."""
    return select(func.sum(ContactCount.count)).where(_of(owner_ids, unowned))


def by_lifecycle(owner_ids: Sequence[int] | None, *, unowned: bool) -> Select[Any]:
    """The contacts of these owners by lifecycle."""
    return (
        select(ContactCount.lifecycle, func.sum(ContactCount.count))
        .where(_of(owner_ids, unowned), ContactCount.count != 0)
        .group_by(ContactCount.lifecycle)
        .order_by(func.sum(ContactCount.count).desc())
    )


def recount() -> Select[Any]:
    """The truth, by reading every contact."""
    return select(Contact.owner_id, Contact.lifecycle, func.count()).group_by(
        Contact.owner_id, Contact.lifecycle
    )


def all_kept() -> Select[Any]:
    """What is kept."""
    return select(ContactCount.owner_key, ContactCount.lifecycle, ContactCount.count)


def _of(owner_ids: Sequence[int] | None, unowned: bool) -> ColumnElement[bool]:
    if owner_ids is None:
        return true()
    return ContactCount.owner_key.in_([*owner_ids, *([0] if unowned else [])])
