"""Contacts: create, change, read, give away, delete and restore. Values go by the import field names."""

from collections import Counter
from collections.abc import Mapping
from typing import Any

from crm_core.kernel.access import Permission
from crm_core.kernel.errors import Conflict, Invalid
from crm_core.kernel.paging import Page, Paging
from crm_core.kernel.work import Work, use_case
from crm_core.people import bulk, consents, contact_records, counts, duplicates, owners, points
from crm_core.people import undo as undoing
from crm_core.people.context import of_contacts
from crm_core.people.rules import LIFECYCLES
from crm_core.people.types import BulkDone, Chosen, ContactDetail, ContactHint, DeletedContact, Undone
from crm_core.people.validation import read_contact, same
from db.models import Contact
from db.queries import contacts as sql


@use_case(Permission.CONTACTS_EDIT)
def create(
    work: Work, values: Mapping[str, Any], *, even_if_duplicate: bool = False, because: str = ""
) -> int:
    """Store a new contact and return its number.

    Args:
        values: texts or typed values by import field name; custom fields as ``custom.<name>``.
        even_if_duplicate: create it although a visible contact has the same e-mail address.
        because: why, in that case; kept in the history.

    Raises:
        Invalid: with a hint for every wrong field.
        Conflict: the e-mail address is known; ``theirs`` names the contact.
        NotAllowed: the owner is not this person's to choose.
    """
    typed = read_contact(values, of_contacts(work)).accepted()
    facts: dict[str, Any] = {}
    if not even_if_duplicate:
        duplicates.refuse(work, typed)
    elif known := duplicates.known(work, typed):
        facts = {"duplicate_of": known, "because": because}
    contact = Contact(custom={}, email_opt="unknown", name="", name_key="", lifecycle="")
    contact.owner_id = owners.chosen(work, typed["owner"]) if typed.get("owner") else owners.first(work)
    contact.created_at = min(typed.get("created_at") or work.now, work.now)
    contact.updated_at = work.now
    further = [*(typed.get("email_secondary") or []), *(typed.get("phone_secondary") or [])]
    contact_records.fill(work, contact, typed, further)
    work.add(contact)
    work.flush()
    contact_records.attach(work, contact, typed)
    work.record("contact.created", contact, **facts)
    consents.take_over(work, contact, typed, "entered with the contact")
    counts.add(work, Counter({(contact.owner_id or 0, contact.lifecycle): 1}))
    return contact.id


@use_case(Permission.CONTACTS_EDIT)
def change(work: Work, contact_id: int, values: Mapping[str, Any], *, version: int | None) -> None:
    """Change some fields of a contact; fields that are not named, or not different, stay.

    Args:
        contact_id: which one.
        values: texts or typed values by import field name; empty ones are emptied.
        version: the version that the values were edited on; None to change whatever is there.

    Raises:
        Conflict: somebody else saved meanwhile; ``theirs`` holds all fields as they are now, and ``version``.
        Invalid, NotAllowed, NotFound: as in ``create`` and ``get``.
    """
    contact = work.get(Contact, contact_id)
    stored = contact_records.values(work, contact)
    if version is not None and contact.version != version:
        raise Conflict(
            f"Someone else changed “{contact.name}” meanwhile. Look at both versions and choose.",
            theirs={**stored, "version": contact.version},
        )
    given = {
        name: value for name, value in values.items() if name not in stored or not same(value, stored[name])
    }
    given.pop("created_at", None)
    if not given:
        return
    typed = read_contact(given, of_contacts(work), stored).accepted()
    if "owner" in typed:
        _assign(work, contact, typed["owner"])
    with counts.kept(work, [contact.id]):
        stored_points = contact_records.attach(work, contact, typed)
        contact_records.fill(work, contact, typed, points.reachable(stored_points))
        changed = contact_records.changes(work, contact, stored)
        contact.updated_at = work.now
    if changed:
        work.record("contact.changed", contact, changes=changed)
    consents.take_over(work, contact, typed, "entered on the contact's page")


@use_case(Permission.CONTACTS_READ, read=True)
def get(work: Work, contact_id: int) -> ContactDetail:
    """One contact with everything that its page shows.

    Raises:
        NotFound: there is none, or none that this person may see.
    """
    return contact_records.detail(work, work.get(Contact, contact_id))


@use_case(Permission.CONTACTS_READ, read=True)
def similar(work: Work, values: Mapping[str, Any], *, besides: int | None = None) -> list[ContactHint]:
    """Who may be meant already, for a warning while typing: see ``duplicates.similar``."""
    return duplicates.similar(work, values, besides=besides)


@use_case(Permission.CONTACTS_ASSIGN)
def assign(work: Work, chosen: Chosen, owner_id: int | None) -> BulkDone:
    """Give contacts to an owner (None: to nobody). Managers give to their team, admins to everyone."""
    return bulk.set_column(work, chosen, bulk.ASSIGN, owners.chosen(work, owner_id, current=0))


@use_case(Permission.CONTACTS_EDIT)
def set_lifecycle(work: Work, chosen: Chosen, lifecycle: str) -> BulkDone:
    """Put contacts on a lifecycle stage; an empty text takes them off it."""
    if lifecycle and lifecycle not in LIFECYCLES:
        hint = f"A lifecycle stage is one of {', '.join(LIFECYCLES)}."
        raise Invalid(hint, fields={"lifecycle": hint})
    return bulk.set_column(work, chosen, bulk.LIFECYCLE, lifecycle)


@use_case(Permission.CONTACTS_EDIT)
def tag(work: Work, chosen: Chosen, name: str) -> BulkDone:
    """Mark contacts with a tag, which is made if it does not exist."""
    return bulk.tag(work, chosen, name)


@use_case(Permission.CONTACTS_EDIT)
def untag(work: Work, chosen: Chosen, name: str) -> BulkDone:
    """Take a tag from contacts."""
    return bulk.untag(work, chosen, name)


@use_case(Permission.CONTACTS_DELETE)
def delete(work: Work, chosen: Chosen) -> BulkDone:
    """Hide contacts everywhere; they can be restored with everything that belongs to them."""
    return bulk.set_column(work, chosen, bulk.DELETE, work.now)


@use_case(Permission.CONTACTS_DELETE)
def restore(work: Work, chosen: Chosen) -> BulkDone:
    """Bring deleted contacts back.

    Raises:
        Conflict: another record took their place in the other system meanwhile.
    """
    return bulk.set_column(work, chosen, bulk.RESTORE, None)


@use_case(Permission.CONTACTS_EDIT)
def undo(work: Work, token: int | None) -> Undone:
    """Take a bulk act back. What was changed since stays, and is named. A second time changes nothing.

    Raises:
        NotFound: no such act of this person. NotAllowed: the act itself is not this person's to do.
    """
    return Undone(0) if token is None else undoing.undo(work, token)


@use_case(Permission.CONTACTS_DELETE, read=True)
def deleted(work: Work, paging: Paging = Paging()) -> Page[DeletedContact]:  # noqa: B008 - frozen
    """Contacts that can be restored, the latest deletion first."""
    return work.page(sql.deleted(), paging, DeletedContact)


def _assign(work: Work, contact: Contact, wanted: object) -> None:
    owner_id = owners.chosen(work, wanted, current=contact.owner_id)
    if owner_id != contact.owner_id:
        with counts.kept(work, [contact.id]):
            contact.owner_id, contact.updated_at = owner_id, work.now
            work.record("contact.assigned", contact, **work.changes(contact))
