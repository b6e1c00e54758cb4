"""How lately, how often and for how much customers bought: scores from 1 to 5, and what to call them.

Where scores rise stands in ``people.buying_classes``, what they are called in ``db.rfm``: rules ask there.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from crm_core.insights import customer_sets, purchase_sums
from crm_core.insights.customer_sets import EVERYBODY, CustomerSet
from crm_core.insights.kept_answers import kept
from crm_core.kernel.access import Permission
from crm_core.kernel.errors import Invalid
from crm_core.kernel.paging import Page, Paging
from crm_core.kernel.work import Work, use_case
from crm_core.people import buying_classes
from db import rfm as classes
from db.queries import rfm as sql
from db.queries.rfm import Cuts, Whose

SCORES: Final = classes.SCORES
SEGMENTS: Final = classes.CLASSES
segment: Final = classes.class_of
"""The name of the segment of three scores."""


@dataclass(frozen=True)
class RfmCell:
    """Customers with the same three scores; revenue in minor units."""

    r: int
    f: int
    m: int
    customers: int
    orders: int
    revenue: int

    @property
    def segment(self) -> str:
        """What these customers are called."""
        return segment(self.r, self.f, self.m)


@dataclass(frozen=True)
class RfmSegment:
    """The customers of one segment; revenue in minor units."""

    segment: str
    customers: int
    orders: int
    revenue: int
    share: float
    revenue_share: float | None


@dataclass(frozen=True)
class RfmReport:
    """All customers of one currency by their scores, as of the end of a day.

    ``days`` are days since the last order, ``orders`` and ``revenue`` (minor units) as counted: from each of
    these on, the score is one higher (for days: lower).
    """

    currency: str
    as_of: date
    customers: int
    cells: tuple[RfmCell, ...]
    segments: tuple[RfmSegment, ...]
    days: tuple[float, ...]
    orders: tuple[float, ...]
    revenue: tuple[float, ...]


@dataclass(frozen=True)
class RfmMember:
    """One customer with the scores and what they come from; revenue in minor units."""

    contact_id: int
    name: str
    r: int
    f: int
    m: int
    last_at: datetime
    orders: int
    revenue: int


@use_case(Permission.REPORTS_READ, read=True)
@kept()
def report(
    work: Work, as_of: date | None = None, wanted: str | None = None, which: CustomerSet = EVERYBODY
) -> RfmReport:
    """The customers that this person sees, by scores and segments.

    Args:
        as_of: only orders up to this day count, and recency is told from it; None for now, by kept totals.
        wanted: the currency; None for the company's.
        which: only these customers; scores compare them with each other.
    """
    whose, day = _whose(work, as_of, wanted, which)
    found = purchase_sums.sums(work, *whose)
    if not len(found):
        return RfmReport(whose.currency, day, 0, (), (), (), (), ())
    cuts, days = buying_classes.cuts_between(found.neighbours, whose.currency, day, len(found))
    cells = tuple(RfmCell(*one) for one in found.scored(cuts))
    return RfmReport(
        whose.currency, day, len(found), cells, _segments(cells), days, cuts.orders, cuts.revenue
    )


@use_case(Permission.REPORTS_READ, read=True)
def members(
    work: Work,
    name: str,
    as_of: date | None = None,
    wanted: str | None = None,
    paging: Paging | None = None,
    which: CustomerSet = EVERYBODY,
) -> Page[RfmMember]:
    """The customers of a segment, the most valuable first.

    Raises:
        Invalid: there is no such segment.
    """
    if name not in SEGMENTS:
        raise Invalid(f"There is no segment “{name}”. There are: {', '.join(SEGMENTS)}.")
    whose, day = _whose(work, as_of, wanted, which)
    cuts, page = _cuts(work, whose, day), paging or Paging()
    if cuts is None:
        return Page((), page, 0)
    codes = [r * 100 + f * 10 + m for r in SCORES for f in SCORES for m in SCORES if segment(r, f, m) == name]
    return work.page(sql.members(whose, cuts, codes), page, RfmMember)


@use_case(Permission.REPORTS_READ, read=True)
def at(
    work: Work,
    cell: tuple[int, int],
    as_of: date | None = None,
    wanted: str | None = None,
    paging: Paging = Paging(),  # noqa: B008 - frozen
    which: CustomerSet = EVERYBODY,
) -> Page[RfmMember]:
    """The customers with one score of recency and one of frequency, the most valuable first.

    Raises:
        Invalid: scores go from 1 to 5.
    """
    if any(score not in SCORES for score in cell):
        raise Invalid("Scores go from 1 to 5.", fields={"cell": "Give two scores from 1 to 5."})
    whose, day = _whose(work, as_of, wanted, which)
    cuts = _cuts(work, whose, day)
    if cuts is None:
        return Page((), paging, 0)
    codes = [cell[0] * 100 + cell[1] * 10 + m for m in SCORES]
    return work.page(sql.members(whose, cuts, codes), paging, RfmMember)


def _whose(work: Work, as_of: date | None, wanted: str | None, which: CustomerSet) -> tuple[Whose, date]:
    among = customer_sets.ids(work, which)
    if as_of is None:
        whose, day = buying_classes.now(work, wanted)
        return whose._replace(among=among), day
    chosen = buying_classes.currency(work, wanted)
    return Whose(chosen, buying_classes.begin_of(as_of + timedelta(days=1)), among), as_of


def _cuts(work: Work, whose: Whose, day: date) -> Cuts | None:
    """Where scores rise; None without customers."""
    found = purchase_sums.sums(work, *whose)
    if not len(found):
        return None
    return buying_classes.cuts_between(found.neighbours, whose.currency, day, len(found))[0]


def _segments(cells: Sequence[RfmCell]) -> tuple[RfmSegment, ...]:
    people, brought = sum(cell.customers for cell in cells), sum(cell.revenue for cell in cells)
    rows = []
    for name in SEGMENTS:
        among = [cell for cell in cells if cell.segment == name]
        if among:
            customers, revenue = sum(one.customers for one in among), sum(one.revenue for one in among)
            share = revenue / brought if brought else None
            orders = sum(one.orders for one in among)
            rows.append(RfmSegment(name, customers, orders, revenue, customers / people, share))
    return tuple(rows)
