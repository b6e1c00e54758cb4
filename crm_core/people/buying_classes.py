"""Where the fifths of all customers end: by their last order, their orders and their revenue.

Reports and rules ask here, so that a buying class means the same people in both.
"""

from collections.abc import Callable, Sequence
from datetime import date, datetime, time, timedelta
from math import ceil, floor
from typing import Any, Final

from crm_core.kernel.values import money
from crm_core.kernel.values.dates import zone_of
from crm_core.kernel.work import Work
from crm_core.team.company import company
from db.queries import customer_value as value_sql
from db.queries import rfm as sql
from db.queries.rfm import Cuts, Whose

_FIFTHS: Final = (0.2, 0.4, 0.6, 0.8)


def cuts(work: Work, whose: Whose, day: date, customers: int) -> tuple[Cuts, tuple[float, ...]]:
    """Where scores rise for customers whose sums are asked of the database; see ``cuts_between``."""

    def neighbours(measure: str, place: int) -> Sequence[Any]:
        return work.scalars(sql.neighbours(whose, measure, place))

    return cuts_between(neighbours, whose.currency, day, customers)


def cuts_between(
    neighbours: Callable[[str, int], Sequence[Any]], currency: str, day: date, customers: int
) -> tuple[Cuts, tuple[float, ...]]:
    """Where scores rise, and the days since the last order from which on the score of recency falls.

    Fifths by value, whose ends are the quantiles of type 7 (Hyndman, Fan 1996) and one whole unit above: a
    day, an order, one unit of the currency, as in the package rfm for R. Recency is counted in days, but
    compared by moments.

    Args:
        neighbours: the values of a measure at a place and the next one, in rising order.
        day: the day from which recency is told.
        customers: how many there are; at least one.
    """
    unit = 10 ** money.exponent(currency)
    found: dict[str, list[float]] = {}
    for measure in sql.MEASURES:
        ends = []
        for share in _FIFTHS:
            place = (customers - 1) * (1 - share if measure == "last_at" else share)
            numbers = [_as_number(value, day) for value in neighbours(measure, floor(place + 1e-9))]
            ends.append(_between(numbers, place - floor(place + 1e-9)))
        found[measure] = ends
    days = tuple(end + 1 for end in found["last_at"])
    # So many days ago or more means: before the end of that day.
    moments = tuple(begin_of(day - timedelta(days=ceil(end) - 1)) for end in reversed(days))
    revenue = tuple(end + unit for end in found["revenue"])
    return Cuts(moments, tuple(end + 1 for end in found["orders"]), revenue), days


def now(work: Work, wanted: str | None = None) -> tuple[Whose, date]:
    """All customers by their kept totals, and the day from which recency is told.

    Args:
        wanted: the currency; None for the company's, or that of most customers.
    """
    chosen = currency(work, wanted)
    return Whose(chosen, None), max(local_day(work.now), last_day(work, chosen))


def begin_of(day: date) -> datetime:
    """The first moment of a day where the company is."""
    return datetime.combine(day, time.min, zone_of(company().time_zone))


def local_day(moment: datetime) -> date:
    """The day of a moment where the company is."""
    return moment.astimezone(zone_of(company().time_zone)).date()


def currency(work: Work, wanted: str | None = None) -> str:
    """The currency of a report: the wanted one, else the company's, else the one of most customers."""
    if wanted:
        return wanted.upper()
    found = [row[0] for row in work.tuples(value_sql.currencies())]
    own = company().currency
    return own if own in found or not found else str(found[0])


def last_day(work: Work, currency: str) -> date:
    """The day of the last order in a currency; today where there is none."""
    [(moment,)] = work.tuples(value_sql.last_order(currency))
    return local_day(min(moment or work.now, work.now))


def _as_number(value: object, day: date) -> float:
    return float((day - local_day(value)).days) if isinstance(value, datetime) else float(str(value))


def _between(values: Sequence[float], part: float) -> float:
    """The quantile of type 7 between two neighbours."""
    return values[0] + (values[-1] - values[0]) * max(part, 0.0)
