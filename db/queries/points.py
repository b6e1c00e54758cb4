"""Further e-mails, phones and handles of contacts."""

from collections.abc import Collection

from sqlalchemy import Delete, delete, select

from db.hints import rare
from db.models import Contact, ContactPoint
from db.queries import Rows


def of(contact_ids: Collection[int]) -> Rows:
    """All points of these contacts, in the order they were added."""
    return (
        select(ContactPoint)
        .where(ContactPoint.contact_id.in_(contact_ids))
        .order_by(ContactPoint.contact_id, ContactPoint.id)
    )


def reachable(contact_ids: Collection[int]) -> Rows:
    """The further e-mails and phones of these contacts."""
    return of(contact_ids).where(ContactPoint.kind.in_(("email", "phone")))


def holders(kind: str, value_key: str) -> Rows:
    """Who has this further e-mail, phone or handle."""
    return (
        select(Contact.id, Contact.name, Contact.company, Contact.email)
        .join(ContactPoint, ContactPoint.contact_id == Contact.id)
        .where(ContactPoint.kind == kind, rare(ContactPoint.value_key == value_key))
        .order_by(Contact.id)
    )


def remove(point_ids: Collection[int]) -> Delete:
    """Take points away."""
    return delete(ContactPoint).where(ContactPoint.id.in_(point_ids))
