"""The numbers a person sees first."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from crm_core.kernel.access import Permission
from crm_core.kernel.paging import COUNT_CAP
from crm_core.kernel.work import Work, use_case
from crm_core.people import counts
from crm_core.team.company import company
from db.queries import kpis as sql
from db.queries.counting import capped


@dataclass(frozen=True)
class Count:
    """How many; ``is_capped`` says that there are more and nobody counted on."""

    value: int
    is_capped: bool = False


@dataclass(frozen=True)
class HomeNumbers:
    """What lies inside the reach of the one who asks; this week began on the Monday ``week_began_on``."""

    contacts: int
    companies: Count
    new_contacts: Count
    interactions: Count
    by_lifecycle: dict[str, int]
    week_began_on: date
    has_interactions: bool
    has_colleagues: bool


@use_case(Permission.KPIS_READ, read=True)
def home(work: Work) -> HomeNumbers:
    """Contacts and companies in all, and what came in since Monday in the company's time zone."""
    monday = week_began(work.now, company().time_zone)
    interactions = _count(work, sql.interactions_between(monday, work.now))
    return HomeNumbers(
        contacts=counts.total(work),
        companies=_count(work, sql.companies()),
        new_contacts=_count(work, sql.contacts_since(monday)),
        interactions=interactions,
        by_lifecycle=counts.by_lifecycle(work),
        week_began_on=monday.date(),
        has_interactions=interactions.value > 0 or work.scalar(sql.any_interaction()) is not None,
        has_colleagues=(work.scalar(sql.colleagues()) or 0) > 1,
    )


def week_began(now: datetime, time_zone: str) -> datetime:
    """The last Monday, 0:00 on the clocks of that zone."""
    zone = ZoneInfo(time_zone)
    today = now.astimezone(zone).date()
    return datetime.combine(today - timedelta(days=today.weekday()), time(), zone)


def _count(work: Work, statement: Any) -> Count:
    found = work.scalar(capped(statement, COUNT_CAP + 1)) or 0
    return Count(min(found, COUNT_CAP), found > COUNT_CAP)
