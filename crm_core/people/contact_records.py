"""A contact's row and what belongs to it, as field values; and field values put into the row."""

from collections.abc import Iterable, Mapping
from typing import Any

from crm_core.kernel.work import Work
from crm_core.people import accounts, naming, owners, points, tags
from crm_core.people.fields import CONTACT_COLUMNS, CUSTOM
from crm_core.people.own_fields import merged
from crm_core.people.types import ContactDetail
from db.models import Contact, ContactPoint
from db.queries import contacts as sql

_DERIVED = ("name_key", "birth_day")


def values(work: Work, contact: Contact) -> dict[str, Any]:
    """Every field that can be edited, by its import name."""
    return _values(work, contact, points.of(work, contact.id))


def _values(work: Work, contact: Contact, stored_points: Iterable[ContactPoint]) -> dict[str, Any]:
    found: dict[str, Any] = {name: getattr(contact, name) or "" for name in CONTACT_COLUMNS}
    found |= points.values(stored_points)
    found |= {"company": contact.company, "owner": contact.owner_id}
    found["tags"] = work.scalars(sql.tags_of(contact.id))
    return found | {f"{CUSTOM}{name}": value for name, value in contact.custom.items()}


def detail(work: Work, contact: Contact) -> ContactDetail:
    """The contact as its page shows it."""
    stored_points = points.of(work, contact.id)
    stored = _values(work, contact, stored_points)
    return ContactDetail(
        id=contact.id,
        version=contact.version,
        name=contact.name,
        owner_id=contact.owner_id,
        owner_name=owners.name_of(work, contact.owner_id),
        account_id=contact.account_id,
        company=contact.company,
        email_opt=contact.email_opt,
        points=points.shapes(stored_points),
        tags=tuple(stored["tags"]),
        is_sample=contact.is_sample,
        was_imported=contact.import_id is not None,
        last_touch_at=contact.last_touch_at,
        created_at=contact.created_at,
        updated_at=contact.updated_at,
        values=stored,
    )


def fill(work: Work, contact: Contact, typed: Mapping[str, Any], further: Iterable[str]) -> None:
    """Put typed values into the columns of a row, and derive what follows from them.

    ``further`` are the other e-mails and phones: one can be found by them.
    """
    # Asked first: what is half filled must not reach the table.
    account = accounts.linked(work, typed.get("company"), contact.owner_id)
    for name in CONTACT_COLUMNS:
        if name in typed:
            setattr(contact, name, typed[name] or (None if name == "external_id" else ""))
    if "company" in typed:
        contact.account_id = account.id if account else None
        contact.company = account.name if account else ""
    contact.custom = merged(contact.custom, typed)
    naming.derive(contact, further)


def attach(work: Work, contact: Contact, typed: Mapping[str, Any]) -> list[ContactPoint]:
    """Store the points and tags of a row that has its number; returns all its points."""
    if "tags" in typed:
        tags.put_on_contact(work, contact.id, typed["tags"] or [])
    return points.put(work, contact.id, typed)


def changes(work: Work, contact: Contact, before: Mapping[str, Any]) -> dict[str, Any]:
    """What is about to change on a contact: columns, further points and tags, old and new."""
    found: dict[str, Any] = work.changes(contact)["changes"]
    for name in _DERIVED:
        found.pop(name, None)
    now = points.values(points.of(work, contact.id)) | {"tags": work.scalars(sql.tags_of(contact.id))}
    found |= {name: [before.get(name), value] for name, value in now.items() if before.get(name) != value}
    return found
