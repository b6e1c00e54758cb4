"""What is read from kept histories is what adding up the orders gives, day by day and month by month."""

from collections import Counter, defaultdict
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from zoneinfo import ZoneInfo

from sqlalchemy import update

from crm_core.commerce import totals
from crm_core.insights import purchase_histories
from crm_core.insights.purchase_days import number
from crm_core.kernel.access import SYSTEM
from crm_core.kernel.work import Work, begin
from db.models import Contact, Order, PurchaseTotal
from db.queries import purchases as sql
from tests.commerce.selling import customer
from tests.people import Cast

Bought = dict[int, list[tuple[datetime, str, int]]]

BERLIN = ZoneInfo("Europe/Berlin")
CHANGE = datetime(2025, 10, 25, 20, tzinfo=UTC)
"""Some hours before clocks are put back: from then on days begin at another hour."""
COLUMNS = (
    "number", "status", "currency", "total", "refunded", "ordered_at", "contact_id", "created_at",
    "updated_at", "is_sample", "version",
)  # fmt: skip


def test_the_histories_of_customers_tell_what_their_orders_do(cast: Cast) -> None:
    whom = [customer(cast.ann) for _ in range(24)]
    bought = _bought(whom, Random(7))  # noqa: S311 - the same orders every time
    as_of, known = date(2025, 12, 1), number(date(2025, 10, 26))
    before = datetime.combine(as_of + timedelta(days=1), time(), BERLIN)
    with begin(SYSTEM) as work:
        _sell(work, bought)
        totals.recount(work, whom)
        assert totals.misremembered(work) == []
        assert totals.differences(work) == []
        found = purchase_histories.days(work, BERLIN.key, before)
        euros = purchase_histories.days(
            work, BERLIN.key, before, "EUR", sql.bought(whom[:9]).with_only_columns(Order.contact_id)
        )

    days = _days(bought, before, "")
    assert found.customers.tolist() == sorted(days)
    months = {key: {(day.year * 12 + day.month - 1) for day in each} for key, each in days.items()}
    counted = Counter((min(each), month) for each in months.values() for month in each)
    told = purchase_histories.cohort_months(found)
    assert {(row.first, row.month): row.customers for row in told} == counted
    orders = [sum(many for many, _value in each.values()) for each in days.values()]
    assert purchase_histories.repeaters(found) == (len(days), sum(n > 1 for n in orders), sum(orders))
    ends = Counter(_return(sorted(each), as_of) for each in days.values())
    assert {row[:2]: row.customers for row in purchase_histories.returns(found, number(as_of))} == ends

    some = {key: each for key, each in _days(bought, before, "EUR").items() if key in whom[:9]}
    expected = [line for key in sorted(some) if (line := _line(key, some[key], known))]
    told_of = purchase_histories.histories(euros, known)
    columns = (
        told_of.customers, told_of.repeats, told_of.first, told_of.last, told_of.spent, told_of.later,
    )  # fmt: skip
    assert list(zip(*(column.tolist() for column in columns), strict=True)) == expected
    rows, people = purchase_histories.alike(told_of, known)
    assert people.sum() == len(expected)
    assert [tuple(row) for row in rows.tolist()] == sorted({
        (repeats, last - first, known - first, later) for _, repeats, first, last, _, later in expected
    })  # fmt: skip


def test_a_history_that_is_not_that_of_the_orders_is_found(cast: Cast) -> None:
    zoe = customer(cast.ann)
    with begin(SYSTEM) as work:
        _sell(work, {zoe: [(CHANGE, "EUR", 500)]})
        totals.recount(work, [zoe])
        work.run(update(PurchaseTotal).values(history=""))
        assert totals.misremembered(work) == [(zoe, "EUR")]
        totals.recount(work, [zoe])
        assert totals.misremembered(work) == []


def test_reports_about_nobody_are_empty(cast: Cast) -> None:
    with begin(cast.ann, write=False) as work:
        found = purchase_histories.days(work, BERLIN.key, CHANGE)
    assert purchase_histories.cohort_months(found) == []
    assert purchase_histories.returns(found, 0) == []
    assert purchase_histories.repeaters(found) == (0, 0, 0)
    assert len(purchase_histories.histories(found, 0)) == 0


def _bought(whom: list[int], chance: Random) -> Bought:
    """Nought to eight orders each, many on the same days and around the change of clocks."""
    return {
        key: [
            (CHANGE + timedelta(minutes=chance.randrange(*chance.choice(((-90_000, 90_000), (0, 600))))),
             chance.choice(("EUR", "EUR", "USD")), chance.randrange(-500, 90_000))
            for _ in range(chance.randrange(9))
        ]
        for key in whom
    }  # fmt: skip


def _sell(work: Work, bought: Bought) -> None:
    kept = [
        (f"{key}-{place}", "paid", currency, value + 7, 7, at, key, at, at, False, 1)
        for key, each in bought.items()
        for place, (at, currency, value) in enumerate(each)
    ]
    work.insert(Order, COLUMNS, kept)
    first = work.get(Contact, next(iter(bought)))
    lost = ("lost", "cancelled", "EUR", 1, 0, CHANGE, first.id, CHANGE, CHANGE, False, 1)
    work.insert(Order, COLUMNS, [lost])


def _days(bought: Bought, before: datetime, currency: str) -> dict[int, dict[date, tuple[int, int]]]:
    """By customer and day: how many orders, and what they brought."""
    found: dict[int, dict[date, tuple[int, int]]] = defaultdict(dict)
    for key, each in bought.items():
        for at, paid_in, value in each:
            if at < before and currency in ("", paid_in):
                day = at.astimezone(BERLIN).date()
                many, worth = found[key].get(day, (0, 0))
                found[key][day] = (many + 1, worth + value)
    return found


def _return(days: list[date], as_of: date) -> tuple[int, int]:
    if len(days) > 1:
        return (days[1] - days[0]).days, 1
    return (as_of - days[0]).days, 0


def _line(key: int, days: dict[date, tuple[int, int]], until: int) -> tuple[int, ...] | None:
    known = sorted(day for day in days if number(day) <= until)
    if not known:
        return None
    spent = sum(days[day][1] for day in known[1:])
    return key, len(known) - 1, number(known[0]), number(known[-1]), spent, len(days) - len(known)
