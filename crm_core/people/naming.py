"""What a contact is called and found by follows from its other columns, and from the name of its company."""

from collections.abc import Iterable

from crm_core.kernel.work import Work
from crm_core.people import rules
from crm_core.people.fields import CONTACT_COLUMNS
from db.models import Account, Contact
from db.queries import contacts as sql
from db.queries import points as point_sql

CHUNK = 2_000


def derive(contact: Contact, further: Iterable[str]) -> None:
    """Bring name, sort key and search text in line; ``further`` are the other e-mails and phones."""
    columns = {name: getattr(contact, name) for name in (*CONTACT_COLUMNS, "company")}
    for name, value in rules.derived(columns, further).items():
        setattr(contact, name, value)


def reach_people(work: Work, account: Account) -> None:
    """Give the contacts of a company its name as it is now, also those of other owners and deleted ones."""
    everyone = work.as_system()
    above = 0
    while people := everyone.scalars(sql.named_after(account.id, above, CHUNK)):
        above = people[-1].id
        _rename(everyone, account.name, people)
    work.session.info["scope"] = work.actor.scope


def _rename(everyone: Work, name: str, people: list[Contact]) -> None:
    further: dict[int, list[str]] = {}
    for point in everyone.scalars(point_sql.reachable([contact.id for contact in people])):
        further.setdefault(point.contact_id, []).append(point.value)
    for contact in people:
        contact.company, contact.updated_at = name, everyone.now
        derive(contact, further.get(contact.id, ()))
    everyone.flush()
