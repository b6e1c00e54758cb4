"""The numbers a person sees first."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from crm_core.activity import history
from crm_core.activity.types import Entry
from crm_core.insights.kept_answers import kept
from crm_core.kernel.access import Permission
from crm_core.kernel.paging import COUNT_CAP
from crm_core.kernel.work import Work, use_case
from crm_core.people import counts
from crm_core.team.company import company
from db.queries import kpis as sql

NEWEST = 1_000


@dataclass(frozen=True)
class Count:
    """How many; ``is_capped`` says that there are more and nobody counted on."""

    value: int
    is_capped: bool = False


@dataclass(frozen=True)
class HomeNumbers:
    """What lies inside the reach of the one who asks; this week began on the Monday ``week_began_on``.

    Made-up customers are counted, but ``has_contacts`` and ``has_interactions`` ask for real ones, among
    the newest thousand.
    """

    contacts: int
    companies: Count
    new_contacts: Count
    interactions: Count
    by_lifecycle: dict[str, int]
    week_began_on: date
    has_contacts: bool
    has_interactions: bool
    has_colleagues: bool
    has_sample: bool


@use_case(Permission.KPIS_READ, read=True)
@kept()
def home(work: Work) -> HomeNumbers:
    """Contacts and companies in all, and what came in since Monday in the company's time zone."""
    monday = week_began(work.now, company().time_zone)
    found = work.tuples(sql.home(monday, work.now, COUNT_CAP + 1))[0]
    by_lifecycle = counts.by_lifecycle(work)
    contacts = sum(by_lifecycle.values())
    has_contacts, has_interactions = contacts > 0, found.has_interactions
    if found.has_sample:
        has_contacts, has_interactions = work.tuples(sql.real_ones(NEWEST))[0]
    return HomeNumbers(
        contacts=contacts,
        companies=_count(found.companies),
        new_contacts=_count(found.new_contacts),
        interactions=_count(found.interactions),
        by_lifecycle=by_lifecycle,
        week_began_on=monday.date(),
        has_contacts=bool(has_contacts),
        has_interactions=bool(has_interactions),
        has_colleagues=found.colleagues > 1,
        has_sample=found.has_sample,
    )


@use_case(Permission.KPIS_READ, read=True)
def start_page(work: Work, entries: int) -> tuple[HomeNumbers, list[Entry]]:
    """All that the start page shows, by one look: numbers, and the latest entries if these may be read."""
    lately = history.recent(work, entries) if work.actor.may(Permission.INTERACTIONS_READ) else []
    return home(work), lately


def week_began(now: datetime, time_zone: str) -> datetime:
    """The last Monday, 0:00 on the clocks of that zone."""
    zone = ZoneInfo(time_zone)
    today = now.astimezone(zone).date()
    return datetime.combine(today - timedelta(days=today.weekday()), time(), zone)


def _count(found: int) -> Count:
    return Count(min(found, COUNT_CAP), found > COUNT_CAP)
