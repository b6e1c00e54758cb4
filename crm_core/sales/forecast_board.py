"""Open deals by the period in which they are to close, and moving them to another one."""

from calendar import monthrange
from dataclasses import dataclass, replace
from datetime import date
from itertools import pairwise
from typing import Any, Final

from crm_core.kernel.access import Permission
from crm_core.kernel.paging import Page, Paging
from crm_core.kernel.work import Work, use_case
from crm_core.sales import deal_lists, deals, forecast, rules
from crm_core.sales.forecast_types import OVERDUE, PERIOD, UNDATED
from crm_core.sales.types import DealQuery, DealRow, Sums
from db.queries import deal_list as sql
from db.queries import forecast as forecast_sql

CARDS: Final = 50


@dataclass(frozen=True)
class Place:
    """Where open deals stand: in a period, by its first day and the one behind it, or beside all periods."""

    kind: str
    starts_on: date | None = None
    ends_before: date | None = None


@dataclass(frozen=True)
class MonthColumn:
    """The open deals of one place, the largest first; counts and sums are those of all of them."""

    place: Place
    count: int
    sums: Sums
    cards: tuple[DealRow, ...]


def places(day: date, by: str, periods: int) -> tuple[Place, ...]:
    """The places of a forecast made on a day, in their order: overdue, the periods, without a date."""
    bounds = forecast.months_from(day, periods, forecast.STEPS[by])
    found = [Place(PERIOD, begin, end) for begin, end in pairwise(bounds)]
    return (Place(OVERDUE), *found, Place(UNDATED))


@use_case(Permission.DEALS_READ, read=True)
def board(work: Work, query: DealQuery, months: int = 6) -> tuple[MonthColumn, ...]:
    """The open deals that match by the month of their close date; later months are left out."""
    return tuple(_column(work, query, place) for place in places(forecast.today(work), "month", months))


@use_case(Permission.DEALS_READ, read=True)
def search(work: Work, query: DealQuery, place: Place) -> Page[DealRow]:
    """The open deals of one place of a forecast: the rows that its numbers are the sums of."""
    statement = sql.rows().where(*_inside(work, query, place))
    statement = sql.ordered(statement, "amount", is_descending=True)
    page: Page[dict[str, Any]] = work.page(statement, query.paging, dict)
    return Page(tuple(deal_lists.shown(work, page.items)), page.paging, page.total, page.is_capped)


@use_case(Permission.DEALS_EDIT)
def move(work: Work, deal_id: int, month: date | None, *, version: int | None) -> int:
    """Let a deal close in another month, on the same day of it; None when nobody knows. Returns its version.

    In the present month the day is today at the earliest; a deal that had no date closes on the last day.

    Raises:
        NotFound: there is none within reach. Conflict: somebody changed it meanwhile.
    """
    known = deals.get(work, deal_id).row.close_on
    return deals.change(
        work, deal_id, {"close_date": _day_in(known, month, forecast.today(work))}, version=version
    )


@use_case(Permission.DEALS_EDIT)
def judge(work: Work, deal_id: int, judgement: str, *, version: int | None) -> int:
    """Keep what the owner thinks of a deal, one of ``rules.JUDGEMENTS``. Returns its version.

    Raises:
        Invalid: there is no such judgement. NotFound, Conflict: as in ``move``.
    """
    return deals.change(work, deal_id, {"judgement": judgement}, version=version)


def _day_in(known: date | None, month: date | None, today: date) -> date | None:
    if month is None:
        return None
    last = monthrange(month.year, month.month)[1]
    day = month.replace(day=min(known.day, last) if known else last)
    return max(day, today) if (day.year, day.month) == (today.year, today.month) else day


def _column(work: Work, query: DealQuery, place: Place) -> MonthColumn:
    rest = [tuple(row) for row in work.tuples(forecast_sql.place_sums(_inside(work, query, place)))]
    count = sum(row[1] for row in rest)
    cards = search(work, replace(query, paging=Paging(size=CARDS)), place).items if count else ()
    return MonthColumn(place, count, rules.sums_of((row[0], row[2]) for row in rest), tuple(cards))


def _inside(work: Work, query: DealQuery, place: Place) -> list[Any]:
    today = forecast.today(work)
    asked = deal_lists.asked(work, replace(query, status=rules.OPEN, close_from=None, close_to=None))
    return [
        *sql.conditions(asked),
        *forecast_sql.closing(place.kind, place.starts_on, place.ends_before, today),
    ]
