"""The kept numbers of contacts, and their recount."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, Executable, func, select, true

from db.models import Contact, ContactCount
from db.queries import Rows
from db.upsert import insert_or_add


def tally(contact_ids: Sequence[int]) -> Rows:
    """These contacts by owner and lifecycle."""
    chosen = Contact.id.in_(contact_ids)
    return (
        select(Contact.owner_id, Contact.lifecycle, func.count())
        .where(chosen)
        .group_by(Contact.owner_id, Contact.lifecycle)
    )


def increase(owner_key: int, lifecycle: str, count: int) -> Executable:
    """Add to one kept number; it starts at zero. Writers at the same time add up."""
    row = {"owner_key": owner_key, "lifecycle": lifecycle, "count": count}
    return insert_or_add(ContactCount, [row], ("owner_key", "lifecycle"), ("count",))


def lock(contact_ids: Sequence[int]) -> Rows:
    """Nobody else changes these contacts until the transaction ends, so that what is counted stays true."""
    statement = select(Contact.id).where(Contact.id.in_(contact_ids)).order_by(Contact.id)
    return statement.with_for_update(of=Contact, key_share=True).execution_options(with_deleted=True)


def total(owner_ids: Sequence[int] | None, *, unowned: bool) -> Rows:
    """All contacts of these owners (None: of everybody)."""
    return select(func.sum(ContactCount.count)).where(_of(owner_ids, unowned))


def by_lifecycle(owner_ids: Sequence[int] | None, *, unowned: bool) -> Rows:
    """The contacts of these owners by lifecycle."""
    return (
        select(ContactCount.lifecycle, func.sum(ContactCount.count))
        .where(_of(owner_ids, unowned), ContactCount.count != 0)
        .group_by(ContactCount.lifecycle)
        .order_by(func.sum(ContactCount.count).desc())
    )


def recount() -> Rows:
    """The truth, by reading every contact."""
    return select(Contact.owner_id, Contact.lifecycle, func.count()).group_by(
        Contact.owner_id, Contact.lifecycle
    )


def all_kept() -> Rows:
    """What is kept."""
    return select(ContactCount.owner_key, ContactCount.lifecycle, ContactCount.count)


def _of(owner_ids: Sequence[int] | None, unowned: bool) -> ColumnElement[bool]:
    if owner_ids is None:
        return true()
    return ContactCount.owner_key.in_([*owner_ids, *([0] if unowned else [])])
