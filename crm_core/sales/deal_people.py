"""Who has a part in a deal beside its main contact: decides, uses, advises, pays, signs."""

from crm_core.kernel.access import Permission
from crm_core.kernel.errors import Invalid
from crm_core.kernel.values.text import clean
from crm_core.kernel.work import Work, use_case
from crm_core.sales import deal_records
from crm_core.sales.types import DealPerson
from db.models import Contact, Deal, DealContact
from db.queries import deals as sql

_LONGEST = 60


@use_case(Permission.DEALS_READ, read=True)
def search(work: Work, deal_id: int) -> tuple[DealPerson, ...]:
    """Everyone who has a part in a deal and may be seen, the main contact first.

    Raises:
        NotFound: no such deal within reach.
    """
    return deal_records.people(work, work.get(Deal, deal_id))


@use_case(Permission.DEALS_EDIT)
def put(work: Work, deal_id: int, contact_id: int, role: str) -> None:
    """Give a contact a part in a deal, or another role; an empty role says only that they belong to it.

    Raises:
        NotFound: no such deal or contact within reach. Invalid: the role is too long.
    """
    deal, contact = work.get(Deal, deal_id), work.get(Contact, contact_id)
    shown = clean(role)
    if len(shown) > _LONGEST:
        hint = f"Say it in at most {_LONGEST} characters."
        raise Invalid(hint, fields={"role": hint})
    part: DealContact | None = work.scalar(sql.part_of(deal_id, contact_id))
    part = part or work.add(DealContact(deal_id=deal_id, contact_id=contact_id, role=""))
    old, part.role = part.role, shown
    changes = {"people": [f"{contact.name} {old}".strip(), f"{contact.name} {shown}".strip()]}
    work.record("deal.changed", deal, deal=deal.name, changes=changes)


@use_case(Permission.DEALS_EDIT)
def remove(work: Work, deal_id: int, contact_id: int) -> None:
    """Take a contact out of a deal; the main contact is changed on the deal itself.

    Raises:
        NotFound: no such deal or contact within reach.
    """
    deal, contact = work.get(Deal, deal_id), work.get(Contact, contact_id)
    part: DealContact | None = work.scalar(sql.part_of(deal_id, contact_id))
    if part is not None:
        work.delete(part)
        work.record("deal.changed", deal, deal=deal.name, changes={"people": [contact.name, ""]})
