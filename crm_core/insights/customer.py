"""All that the page of a customer shows around the timeline, by one look at the database."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from crm_core.activity import history
from crm_core.activity.types import Arrival
from crm_core.kernel.access import Permission
from crm_core.kernel.errors import NotFound
from crm_core.kernel.paging import Page, Paging
from crm_core.kernel.work import Work, use_case
from crm_core.people import accounts, consents, contacts, custom_fields, tags
from crm_core.people.types import AccountContact, ConsentEntry, ContactDetail, CustomFieldRow
from db.models import Contact


@dataclass(frozen=True)
class ContactSheet:
    """A contact with what belongs to it.

    ``colleagues`` are the first people of its company, itself among them; None without a company, or with
    one that is not the reader's to see. ``all_tags`` names every tag there is, for choosing.
    """

    contact: ContactDetail
    own_fields: Sequence[CustomFieldRow]
    all_tags: Sequence[str]
    consents: Sequence[ConsentEntry]
    colleagues: Page[AccountContact] | None
    arrival: Arrival | None


@use_case(Permission.CONTACTS_READ, read=True)
def sheet(work: Work, contact_id: int, colleagues: int) -> ContactSheet:
    """A contact with what belongs to it, and at most so many people of its company.

    Raises:
        NotFound: there is none, or none that this person may see.
    """
    row = work.get(Contact, contact_id)  # held, so that nobody below looks it up once more
    contact = contacts.get(work, row.id)
    found = ContactSheet(
        contact,
        custom_fields.search(work, "contacts"),
        tags.names(work) if work.actor.may(Permission.CONTACTS_EDIT) else (),
        consents.of_contact(work, contact_id),
        _colleagues(work, contact.account_id, colleagues),
        arrival=None,
    )
    if not (contact.was_imported and work.actor.may(Permission.INTERACTIONS_READ)):
        return found
    # The last thing: it looks with the eyes of the system from here on.
    return replace(found, arrival=history.arrival(work, contact_id))


def _colleagues(work: Work, account_id: int | None, most: int) -> Page[AccountContact] | None:
    if account_id is None:
        return None
    try:
        return accounts.contacts_of(work, account_id, Paging(1, most))
    except NotFound:
        return None
