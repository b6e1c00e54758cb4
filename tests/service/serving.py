"""Customers and cases, as the tests of service need them."""

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import select

from crm_core.kernel.access import SYSTEM, Actor
from crm_core.kernel.work import begin
from crm_core.people import contacts
from crm_core.service import cases
from crm_core.service.case_types import NewCase
from db.models import Activity, Case
from tests.people import MONDAY

HOUR = timedelta(hours=1)


def later(hours: float) -> datetime:
    """So many hours after Monday, nine o'clock."""
    return MONDAY + timedelta(hours=hours)


def a_customer(owner: Actor, name: str = "Zoe", email: str = "zoe@example.org") -> int:
    """A contact of this person."""
    return contacts.create(owner, {"first_name": name, "last_name": "Ash", "email": email})


def a_case(who: Actor, contact_id: int, **more: Any) -> int:
    """A case of this customer."""
    return cases.open(who, NewCase(contact_id, **{"subject": "The pot leaks", "kind": "problem"} | more))


def stored(case_id: int) -> Case:
    """The row of a case, deleted or not."""
    with begin(SYSTEM, write=False) as work:
        case = work.get(Case, case_id, with_deleted=True)
        work.session.expunge(case)
        return case


def happened(name: str) -> list[dict[str, Any]]:
    """The facts of all activities of one name, in their order."""
    with begin(SYSTEM, write=False) as work:
        return list(work.scalars(select(Activity.facts).where(Activity.name == name).order_by(Activity.id)))


UTC_NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
