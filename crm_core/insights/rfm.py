"""How lately, how often and for how much customers bought: scores from 1 to 5, and what to call them.

The scores and the segments are those of the package rfm for R: fifths by value, whose ends are the quantiles
of type 7 (Hyndman, Fan 1996) and one whole unit above: a day, an order, one unit of the currency.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from math import ceil, floor
from typing import Final, NamedTuple

from crm_core.insights.kept_answers import kept
from crm_core.insights.purchase_days import begin_of, currency, last_day, local_day
from crm_core.kernel.access import Permission
from crm_core.kernel.errors import Invalid
from crm_core.kernel.paging import Page, Paging
from crm_core.kernel.values import money
from crm_core.kernel.work import Work, use_case
from db.queries import rfm as sql
from db.queries.rfm import Cuts, Whose

_FIFTHS = (0.2, 0.4, 0.6, 0.8)
SCORES = range(1, 6)


class _Rule(NamedTuple):
    """A segment: bounds of the score of recency, and of those of frequency and value."""

    name: str
    r: tuple[int, int]
    fm: tuple[int, int]


RULES: Final = (
    _Rule("Champions", (4, 5), (4, 5)),
    _Rule("Loyal Customers", (2, 5), (3, 5)),
    _Rule("Potential Loyalist", (3, 5), (1, 3)),
    _Rule("New Customers", (4, 5), (1, 1)),
    _Rule("Promising", (3, 4), (1, 1)),
    _Rule("Need Attention", (2, 3), (2, 3)),
    _Rule("About To Sleep", (2, 3), (1, 2)),
    _Rule("At Risk", (1, 2), (2, 5)),
    _Rule("Can't Lose Them", (1, 1), (4, 5)),
    _Rule("Lost", (1, 2), (1, 2)),
)
"""The first one that fits counts."""

OTHERS: Final = "Others"
SEGMENTS: Final = (*(rule.name for rule in RULES), OTHERS)


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


def segment(r: int, f: int, m: int) -> str:
    """The name of the segment of three scores."""
    for rule in RULES:
        if all(low <= score <= high for score, (low, high) in ((r, rule.r), (f, rule.fm), (m, rule.fm))):
            return rule.name
    return OTHERS


@use_case(Permission.REPORTS_READ, read=True)
@kept()
def report(work: Work, as_of: date | None = None, wanted: str | None = None) -> RfmReport:
    """The customers that this person sees, by scores and segments.

    Args:
        as_of: only orders up to this day count, and recency is told from it; None for now, by kept totals.
        wanted: the currency; None for the company's.
    """
    whose, day = _whose(work, as_of, wanted)
    customers = int(work.scalar(sql.count(whose)) or 0)
    if not customers:
        return RfmReport(whose.currency, day, 0, (), (), (), (), ())
    cuts, days = _cuts(work, whose, day, customers)
    cells = tuple(work.rows(sql.scores(whose, cuts), RfmCell))
    found = _segments(cells)
    return RfmReport(whose.currency, day, customers, cells, found, days, cuts.orders, cuts.revenue)


@use_case(Permission.REPORTS_READ, read=True)
def members(
    work: Work, name: str, as_of: date | None = None, wanted: str | None = None, paging: Paging | None = None
) -> Page[RfmMember]:
    """The customers of a segment, the most valuable first.

    Raises:
        Invalid: there is no such segment.
    """
    if name not in SEGMENTS:
        raise Invalid(f"There is no segment “{name}”. There are: {', '.join(SEGMENTS)}.")
    whose, day = _whose(work, as_of, wanted)
    customers = int(work.scalar(sql.count(whose)) or 0)
    page = paging or Paging()
    if not customers:
        return Page((), page, 0)
    cuts, _days = _cuts(work, whose, day, customers)
    codes = [r * 100 + f * 10 + m for r in SCORES for f in SCORES for m in SCORES if segment(r, f, m) == name]
    return work.page(sql.members(whose, cuts, codes), page, RfmMember)


@use_case(Permission.REPORTS_READ, read=True)
def at(
    work: Work,
    cell: tuple[int, int],
    as_of: date | None = None,
    wanted: str | None = None,
    paging: Paging = Paging(),  # noqa: B008 - frozen
) -> Page[RfmMember]:
    """The customers with one score of recency and one of frequency, the most valuable first.

    Raises:
        Invalid: scores go from 1 to 5.
    """
    if any(score not in SCORES for score in cell):
        raise Invalid("Scores go from 1 to 5.", fields={"cell": "Give two scores from 1 to 5."})
    whose, day = _whose(work, as_of, wanted)
    customers = int(work.scalar(sql.count(whose)) or 0)
    if not customers:
        return Page((), paging, 0)
    cuts, _days = _cuts(work, whose, day, customers)
    codes = [cell[0] * 100 + cell[1] * 10 + m for m in SCORES]
    return work.page(sql.members(whose, cuts, codes), paging, RfmMember)


def _whose(work: Work, as_of: date | None, wanted: str | None) -> tuple[Whose, date]:
    chosen = currency(work, wanted)
    if as_of is None:
        return Whose(chosen, None), max(local_day(work.now), last_day(work, chosen))
    return Whose(chosen, begin_of(as_of + timedelta(days=1))), as_of


def _cuts(work: Work, whose: Whose, day: date, customers: int) -> tuple[Cuts, tuple[float, ...]]:
    """Where scores rise; recency is counted in days, but compared by moments."""
    unit = 10 ** money.exponent(whose.currency)
    found: dict[str, list[float]] = {}
    for measure in sql.MEASURES:
        ends = []
        for share in _FIFTHS:
            place = (customers - 1) * (1 - share if measure == "last_at" else share)
            values = work.scalars(sql.neighbours(whose, measure, floor(place + 1e-9)))
            numbers = [_as_number(value, day) for value in values]
            ends.append(_between(numbers, place - floor(place + 1e-9)))
        found[measure] = ends
    days = tuple(end + 1 for end in found["last_at"])
    # So many days ago or more means: before the end of that day.
    moments = tuple(begin_of(day - timedelta(days=ceil(end) - 1)) for end in reversed(days))
    revenue = tuple(end + unit for end in found["revenue"])
    return Cuts(moments, tuple(end + 1 for end in found["orders"]), revenue), days


def _as_number(value: object, day: date) -> float:
    return float((day - local_day(value)).days) if isinstance(value, datetime) else float(str(value))


def _between(values: Sequence[float], part: float) -> float:
    """The quantile of type 7 between two neighbours."""
    return values[0] + (values[-1] - values[0]) * max(part, 0.0)


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
