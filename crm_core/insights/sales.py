"""What was sold: orders or won deals, split by people, places, products or time, exact to the last cent."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby
from operator import itemgetter
from typing import Any

from crm_core.commerce.rules import THOUSAND, allocate
from crm_core.insights.kept_answers import kept
from crm_core.kernel.access import Permission
from crm_core.kernel.errors import Invalid
from crm_core.kernel.values.dates import zone_of
from crm_core.kernel.work import Work, use_case
from crm_core.team.company import company
from db.queries import sales_reports as sql

MEASURES = ("orders", "deals")
PERIODS = ("month", "quarter", "year")
LINE_WAYS = ("product", "category")
WAYS = (*sql.WAYS, *LINE_WAYS, *PERIODS)
DISCOUNT_STEPS = (5, 10, 20, 30)
_ABOUT, _SHARING = len(sql.ABOUT), len(sql.SHARING)
MONTHS = {"month": 1, "quarter": 3, "year": 12}


@dataclass(frozen=True)
class SalesRow:
    """One group of a report: how many orders or deals, and their value in minor units of ``currency``.

    An empty ``group`` holds what belongs to none. Countries are two letters, months ``2026-03``, quarters
    ``2026-Q1``. An order of several products counts once with each of them.
    """

    group: str
    currency: str
    count: int
    value: int


@dataclass(frozen=True)
class ProductRow:
    """What one product brought: ``quantity`` in thousandths, less what came back; money in minor units.

    ``revenue`` has its part of discounts and refunds taken off. ``cost`` is what the pieces cost on the days
    of their orders, None when it is not known for all of them.
    """

    product_id: int | None
    product: str
    sku: str
    category: str
    currency: str
    orders: int
    quantity: int
    revenue: int
    cost: int | None

    @property
    def margin(self) -> int | None:
        """Revenue less cost."""
        return None if self.cost is None else self.revenue - self.cost

    @property
    def margin_share(self) -> float | None:
        """Margin as a share of revenue."""
        return None if self.margin is None or not self.revenue else self.margin / self.revenue


@dataclass(frozen=True)
class DiscountRow:
    """Closed deals whose lines were cheaper than the list by more than ``above`` and up to ``until`` percent.

    ``above`` None: no discount; ``until`` None: no upper end.
    """

    above: int | None
    until: int | None
    won: int
    lost: int

    @property
    def win_rate(self) -> float | None:
        """The share of closed deals that were won; None without any."""
        return self.won / (self.won + self.lost) if self.won + self.lost else None


@use_case(Permission.REPORTS_READ, read=True)
@kept()
def report(
    work: Work,
    by: str,
    of: str = "orders",
    since: date | None = None,
    until: date | None = None,
    among: Any = None,
) -> list[SalesRow]:
    """Sales in groups: the largest first, periods in their order.

    Args:
        by: one of ``WAYS``.
        of: ``orders`` (revenue of orders that are not cancelled) or ``deals`` (amounts of won ones).
        since, until: first and last day in the company's time zone; None for no limit.
        among: a statement of the ids that count; None for all.

    Raises:
        Invalid: no such split, measure or period.
    """
    wrong = {} if by in WAYS else {"by": f"Choose one of: {', '.join(WAYS)}."}
    if of not in MEASURES:
        wrong["of"] = f"Choose one of: {', '.join(MEASURES)}."
    if wrong:
        raise Invalid("The report cannot be made like this.", fields=wrong)
    asked = sql.Asked(of, *_instants(since, until), company().currency, among)
    if by in PERIODS:
        return sorted(_by_period(work, asked, by), key=lambda row: (row.group, row.currency))
    if by in LINE_WAYS:
        return _largest_first(_by_line(work, asked, by))
    return _largest_first(SalesRow(*row) for row in work.tuples(sql.by_way(asked, by)))


@use_case(Permission.REPORTS_READ, read=True)
@kept()
def total(
    work: Work, of: str = "orders", since: date | None = None, until: date | None = None
) -> list[SalesRow]:
    """The whole that every split of ``report`` adds up to, by currency."""
    asked = sql.Asked(of, *_instants(since, until), company().currency)
    return _largest_first(SalesRow("", *row) for row in work.tuples(sql.total(asked)))


@use_case(Permission.REPORTS_READ, read=True)
@kept()
def products(
    work: Work, since: date | None = None, until: date | None = None, among: Any = None
) -> list[ProductRow]:
    """What each product brought in orders: quantity, orders, revenue, cost; the largest revenue first.

    ``among`` is a statement of the ids of orders that count; None for all.
    """
    asked = sql.Asked("orders", *_instants(since, until), "", among)
    found: dict[tuple[Any, ...], list[int | None]] = {}
    for row in work.tuples(sql.even_products(asked)):
        _add(found, row[:_ABOUT], *row[_ABOUT:])
    counted: set[tuple[Any, ...]] = set()
    for key, (*about, quantity, cost), revenue in _shared_out(work.tuples(sql.odd_products(asked))):
        is_first = (key, *about) not in counted
        counted.add((key, *about))
        _add(found, about, int(is_first), quantity, revenue, cost)
    rows = [product_row(about, *numbers) for about, numbers in found.items()]
    return sorted(rows, key=lambda row: (row.currency, -row.revenue, row.product))


@use_case(Permission.REPORTS_READ, read=True)
@kept()
def discounts(work: Work) -> list[DiscountRow]:
    """How often deals are won at which discount off the list price, by steps."""
    found = {(step, status): count for step, status, count in work.tuples(sql.discounts(DISCOUNT_STEPS))}
    ends: list[int | None] = [0, *DISCOUNT_STEPS, None]
    return [
        DiscountRow(
            ends[step - 1] if step else None, end, found.get((step, "won"), 0), found.get((step, "lost"), 0)
        )
        for step, end in enumerate(ends)
    ]


def _instants(since: date | None, until: date | None) -> tuple[datetime | None, datetime | None]:
    if since is not None and until is not None and until < since:
        raise Invalid("The period ends before it begins.", fields={"to": "Give a later day."})
    zone = zone_of(company().time_zone)
    begin = datetime(since.year, since.month, since.day, tzinfo=zone) if since else None
    after = until + timedelta(days=1) if until else None
    return begin, datetime(after.year, after.month, after.day, tzinfo=zone) if after else None


def _by_period(work: Work, asked: sql.Asked, by: str) -> Iterable[SalesRow]:
    [(first, last)] = work.tuples(sql.first_and_last(asked))
    if first is None:
        return []
    bounds = _bounds(first, last, MONTHS[by])
    return (SalesRow(*row) for row in work.tuples(sql.by_period(asked, bounds)))


def _bounds(first: datetime, last: datetime, months: int) -> list[tuple[datetime, str]]:
    """The ends of periods of so many months that reach from the first to the last, with their names."""
    zone = zone_of(company().time_zone)
    begin, final = first.astimezone(zone), last.astimezone(zone)
    place = (begin.year * 12 + begin.month - 1) // months
    until = (final.year * 12 + final.month - 1) // months
    found = []
    for period in range(place, until + 1):
        year, month = divmod((period + 1) * months, 12)
        found.append((datetime(year, month + 1, 1, tzinfo=zone), _name(period, months)))
    return found


def _name(period: int, months: int) -> str:
    year, month = divmod(period * months, 12)
    if months == MONTHS["year"]:
        return f"{year}"
    return f"{year}-Q{month // 3 + 1}" if months == MONTHS["quarter"] else f"{year}-{month + 1:02}"


def _by_line(work: Work, asked: sql.Asked, by: str) -> Iterable[SalesRow]:
    sums: dict[tuple[str, str], int] = defaultdict(int)
    many: dict[tuple[str, str], int] = defaultdict(int)
    for group, currency, count, value in work.tuples(sql.even_lines(asked, by)):
        sums[group, currency] += value
        many[group, currency] += count
    for currency, count, value in work.tuples(sql.without_lines(asked)):
        sums["", currency] += value
        many["", currency] += count
    counted: set[tuple[int, str, str]] = set()
    for key, (currency, group), part in _shared_out(work.tuples(sql.odd_lines(asked, by))):
        sums[group, currency] += part
        many[group, currency] += (key, group, currency) not in counted
        counted.add((key, group, currency))
    return (SalesRow(*key, many[key], value) for key, value in sums.items())


def _shared_out(rows: Iterable[Any]) -> Iterator[tuple[int, Sequence[Any], int]]:
    """The order or deal, the further columns, and the exact part of the value, for each line.

    What was paid back for a line is taken off that line; everything else is shared by what the lines cost.
    """
    for key, group in groupby(rows, key=itemgetter(0)):
        lines = list(group)
        back = [line[3] for line in lines]
        parts = allocate(lines[0][1] + sum(back), [line[2] for line in lines])
        for line, part, paid in zip(lines, parts, back, strict=True):
            yield key, line[_SHARING:], part - paid


def product_row(
    about: Sequence[Any], orders: Any, quantity: Any, revenue: Any, cost: int | None
) -> ProductRow:
    """What a product brought: who it is (id, name, SKU, category, currency), and ``cost`` in thousandths."""
    rounded = None if cost is None else (2 * cost + THOUSAND) // (2 * THOUSAND)
    product_id, name, sku, category, currency = about
    return ProductRow(product_id, name, sku, category, currency, orders, quantity, revenue, rounded)


def _add(found: dict[tuple[Any, ...], Any], about: Sequence[Any], *numbers: int | None) -> None:
    """Add up; a cost that is unknown once stays so."""
    known = found.setdefault(tuple(about), [0] * len(numbers))
    for place, number in enumerate(numbers):
        known[place] = None if number is None or known[place] is None else known[place] + number


def _largest_first(rows: Iterable[SalesRow]) -> list[SalesRow]:
    return sorted(rows, key=lambda row: (row.currency, -row.value, row.group))
