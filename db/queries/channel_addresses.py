"""Where a contact is reached over a channel: the address that a message of a campaign goes to."""

from typing import Any

from sqlalchemy import ColumnElement, and_, case, func, literal, select

from db.models import Contact, ContactPoint

HANDLES = ("linkedin", "x", "facebook", "instagram")
SHARED = ("email", "sms")
"""Channels where one address is one reader: a second contact with it gets nothing."""


def address(channel: str) -> ColumnElement[str]:
    """The address over ``email``, ``sms``, ``phone``, ``post`` or ``social``; empty where there is none."""
    if channel in ("sms", "phone"):
        return case((Contact.mobile != "", Contact.mobile), else_=Contact.phone)
    if channel == "post":
        whole = Contact.street + literal(", ") + Contact.postal_code + literal(" ") + Contact.city
        return case((and_(Contact.street != "", Contact.city != ""), whole), else_="")
    if channel == "social":
        return func.coalesce(_handle(), "")
    return Contact.email.expression


def address_key(channel: str) -> ColumnElement[str]:
    """The address as suppressions and doubles are compared."""
    return func.lower(address(channel))


def _handle() -> Any:
    chosen = (ContactPoint.contact_id == Contact.id, ContactPoint.kind.in_(HANDLES))
    first = select(ContactPoint.value).where(*chosen).order_by(ContactPoint.id).limit(1)
    return first.correlate(Contact).scalar_subquery()
