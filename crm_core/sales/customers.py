"""What happens to people and companies, and what it means for deals; and the other way round."""

from crm_core.kernel.work import Work
from crm_core.people import contacts
from crm_core.sales import deal_records
from db.models import Activity, Contact
from db.queries import deals as sql

CHUNK = 1_000
_ARE_CUSTOMERS = ("customer", "advocate")
_COLUMNS = {"contacts": "contact_id", "accounts": "account_id"}
_NAMES = frozenset(("name", "first_name", "middle_name", "last_name"))


def welcome(work: Work, won: Activity) -> None:
    """The contact of a won deal is a customer from now on."""
    contact = work.session.get(Contact, won.contact_id) if won.contact_id else None
    if contact is not None and contact.lifecycle not in _ARE_CUSTOMERS:
        contacts.change(work, contact.id, {"lifecycle": "customer"}, version=None)


def follow_name(work: Work, changed: Activity) -> None:
    """Deals are found by the names of their contact and company, also by new ones."""
    if not _NAMES & changed.facts.get("changes", {}).keys():
        return
    above = 0
    column = _COLUMNS[changed.subject_type]
    while rows := work.scalars(sql.named_after(column, changed.subject_id, above, CHUNK)):
        above = rows[-1].id
        for deal in rows:
            # Nobody edited the deal: its version stays, so that open forms stay valid.
            work.run(sql.set_search_text(deal.id, deal_records.search_text(work, deal)))
