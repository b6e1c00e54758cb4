"""Which share of the customers of each month came back in later months."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from crm_core.insights import customer_sets, purchase_histories
from crm_core.insights.customer_sets import EVERYBODY, CustomerSet
from crm_core.insights.kept_answers import kept
from crm_core.insights.purchase_days import begin_of, local_day
from crm_core.kernel.access import Permission
from crm_core.kernel.errors import Invalid
from crm_core.kernel.paging import Page, Paging
from crm_core.kernel.work import Work, use_case
from crm_core.team.company import company
from db.queries import cohorts as sql

YEAR = 12


@dataclass(frozen=True)
class CohortCell:
    """Of the customers whose first order fell into month ``cohort``: those who bought so much later."""

    cohort: str
    months: int
    customers: int
    share: float


@dataclass(frozen=True)
class CohortReport:
    """All cohorts as of the end of a day.

    ``sizes`` is how many each began with; ``average`` the share that bought so many months later, over all
    cohorts that are old enough (their last, unfinished month left out). ``repeat_rate`` is the share of
    customers with more than one order; None without customers.
    """

    as_of: date
    sizes: dict[str, int]
    cells: tuple[CohortCell, ...]
    average: dict[int, float]
    customers: int
    repeaters: int
    orders: int

    @property
    def repeat_rate(self) -> float | None:
        """The share of customers who ordered more than once."""
        return self.repeaters / self.customers if self.customers else None


@dataclass(frozen=True)
class CohortMember:
    """One customer of a cell: how many orders in that month, and the last of them."""

    contact_id: int
    name: str
    orders: int
    last_at: datetime


@use_case(Permission.REPORTS_READ, read=True)
@kept()
def report(
    work: Work,
    since: date | None = None,
    until: date | None = None,
    as_of: date | None = None,
    which: CustomerSet = EVERYBODY,
) -> CohortReport:
    """The cohorts of the customers that this person sees, in all currencies.

    Args:
        since, until: the first and the last month of cohorts, by any of their days; None for all.
        as_of: only orders up to this day count; None for today.
        which: only these customers.
    """
    day, among = as_of or local_day(work.now), customer_sets.ids(work, which)
    before = begin_of(day + timedelta(days=1))
    days = purchase_histories.days(work, company().time_zone, before, among=among)
    found = purchase_histories.cohort_months(days)
    first = _number(since) if since else 0
    last = _number(until) if until else _number(day)
    rows = [row for row in found if first <= row.first <= last]
    sizes = {row.first: row.customers for row in rows if row.first == row.month}
    cells = tuple(
        CohortCell(_name(row.first), row.month - row.first, row.customers, row.customers / sizes[row.first])
        for row in rows
    )
    customers, repeaters, orders = purchase_histories.repeaters(days)
    named = {_name(month): size for month, size in sizes.items()}
    average = _average(sizes, {(row.first, row.month): row.customers for row in rows}, _number(day))
    return CohortReport(day, named, cells, average, customers, repeaters, orders)


@use_case(Permission.REPORTS_READ, read=True)
def members(
    work: Work,
    cohort: str,
    months: int,
    as_of: date | None = None,
    paging: Paging = Paging(),  # noqa: B008 - frozen
    which: CustomerSet = EVERYBODY,
) -> Page[CohortMember]:
    """The customers of one cell: with the first order in month ``cohort``, who bought so many months later.

    Args:
        cohort: such as ``2026-03``. months: nought for everybody that the cohort began with.

    Raises:
        Invalid: that is no month.
    """
    try:
        first = _number(date.fromisoformat(f"{cohort}-01"))
    except ValueError:
        raise Invalid("That is no month.", fields={"cohort": "Give a month such as 2026-03."}) from None
    before = begin_of((as_of or local_day(work.now)) + timedelta(days=1))
    statement = sql.members(
        company().time_zone, before, first, first + months, customer_sets.ids(work, which)
    )
    return work.page(statement, paging, CohortMember)


def _average(sizes: dict[int, int], seen: dict[tuple[int, int], int], present: int) -> dict[int, float]:
    """The share that bought so many months later, weighted by size."""
    found = {}
    for months in range(present - min(sizes, default=present)):
        old = [cohort for cohort in sizes if cohort + months < present]
        whole = sum(sizes[cohort] for cohort in old)
        if whole:
            found[months] = sum(seen.get((cohort, cohort + months), 0) for cohort in old) / whole
    return found


def _number(day: date) -> int:
    return day.year * YEAR + day.month - 1


def _name(month: int) -> str:
    return f"{month // YEAR}-{month % YEAR + 1:02}"
