"""What reports show in parts adds up to the whole, and each part opens rows that add up to it."""

from dataclasses import replace
from datetime import date, timedelta
from itertools import count

import pytest
from hypothesis import HealthCheck, Phase, example, given, settings
from hypothesis import strategies as st

from crm_core.commerce import orders
from crm_core.commerce.types import NewReturn
from crm_core.insights import (
    adoption,
    breakdowns,
    metrics,
    parts,
    periods,
    product_sales,
    report_answers,
    sparklines,
    velocity,
)
from crm_core.insights.kpi_filters import products_to_choose
from crm_core.insights.metric_table import METRICS
from crm_core.insights.metric_types import Part, Question
from crm_core.insights.periods import Period
from crm_core.insights.report_types import Definition
from crm_core.kernel.access import SYSTEM, Actor, Permission
from crm_core.kernel.errors import Invalid
from crm_core.kernel.paging import Paging
from crm_core.kernel.work import Clock, Work, begin
from crm_core.sales import deals
from db.models import Order, OrderLine, OrderReturn
from db.session import Database
from tests.commerce.selling import PIECE, product
from tests.conftest import at
from tests.insights.measured import furnish
from tests.pages.test_statements import listening
from tests.people import MONDAY, Cast

TODAY = MONDAY.date()
SPAN = Period(TODAY - timedelta(days=30), TODAY)
QUESTION = Question(SPAN, compare="none")
OPENED = ("order_revenue", "win_rate", "active_customers", "touchpoints", "open_pipeline")
"""As many as there are ways to split: each way is tried with another one."""

CHECKS = (HealthCheck.function_scoped_fixture, HealthCheck.too_slow)
_NUMBERS = count(1)

pytestmark = pytest.mark.usefixtures("clock")


def test_every_group_opens_rows_that_add_up_to_it(cast: Cast) -> None:
    house = furnish(cast)
    asked = (
        (cast.olga, QUESTION, dict(zip(OPENED, metrics.SPLITS, strict=True))),
        (cast.ann, replace(QUESTION, country="DE"), {"touchpoints": "kind"}),
        (cast.mark, replace(QUESTION, product_id=house.pump), {"order_revenue": "customer"}),
    )
    for who, question, ways in asked:
        for name, by in ways.items():
            for part in metrics.split(who, name, question, by):
                _opens(who, name, question, by, part)
    for by in ("time", "region"):
        _add_up(cast.olga, QUESTION, by)


def _opens(who: Actor, name: str, question: Question, by: str, part: Part) -> None:
    told = parts.figure(who, name, question, by, part.key)
    assert part.amount in told.amounts, (name, by, part.key)
    page = parts.rows(who, name, question, (by, part.key), Paging(1, 100))
    mine = [row.value for row in page if not part.amount.currency or row.currency == part.amount.currency]
    assert (len(mine), sum(mine)) == (part.amount.count, part.amount.total), (name, by, part.key)


def _add_up(who: Actor, question: Question, by: str) -> None:
    whole = metrics.figures(who, question, ["order_revenue"])[0].amounts[0]
    step = periods.step_for(question.period)
    keys = [part.key for part in metrics.series(who, "order_revenue", question, step)]
    if by == "region":
        keys = [row.group for row in product_sales.by_region(who, question)]
        assert set(keys) <= {row.group for row in product_sales.split(who, question, "region")}
    told = [parts.figure(who, "order_revenue", question, by, key).amounts[0] for key in dict.fromkeys(keys)]
    assert (sum(one.count for one in told), sum(one.total for one in told)) == (whole.count, whole.total)


def test_a_group_that_there_is_not_is_refused(cast: Cast) -> None:
    for by, key in (("taste", ""), ("owner", "me"), ("product", ""), ("time", "2020-01-01"), ("days", "x")):
        with pytest.raises(Invalid):
            parts.figure(cast.olga, "orders", QUESTION, by, key)
    with pytest.raises(Invalid, match="no regions"):
        parts.figure(cast.olga, "calls", QUESTION, "region", "DE")
    with pytest.raises(Invalid, match="no categories"):
        parts.figure(cast.olga, "calls", QUESTION, "category", "")


def test_groups_side_by_side_add_up_to_the_figures(cast: Cast) -> None:
    furnish(cast)
    names = ("order_revenue", "deals_won", "calls")

    groups = breakdowns.report(cast.mia, QUESTION, "owner", names)

    for figure in metrics.figures(cast.mia, QUESTION, names):
        mine = [group.amounts[figure.metric.name] for group in groups if figure.metric.name in group.amounts]
        assert sum(one.total for one in mine) == figure.amounts[0].total
        assert sum(one.count for one in mine) == figure.amounts[0].count
    assert {group.name for group in groups} == {"Ann Archer", "Bob Brandt"}


def test_products_and_categories_add_up_to_revenue_of_products(cast: Cast) -> None:
    house = furnish(cast)
    for question in (QUESTION, replace(QUESTION, owner_id=cast.ann.id), replace(QUESTION, country="FR")):
        rows = product_sales.products(cast.olga, question)
        whole = metrics.figures(cast.olga, question, ["order_revenue"])[0].amounts[0]
        assert sum(row.revenue for row in rows) == whole.total
        assert sum(row.revenue for row in product_sales.categories(rows)) == whole.total
    [pump] = product_sales.products(cast.olga, replace(QUESTION, product_id=house.pump))
    assert pump.product == "Pump"
    assert {name for _, name in products_to_choose(cast.olga)} == {"Pump", "Hose"}


def test_products_of_a_past_day_stay_as_they_were_known(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    furnish(cast)
    before = product_sales.products(cast.olga, QUESTION)
    monkeypatch.setattr(Clock, "now", at(MONDAY + timedelta(days=2)))
    sold = [row.id for row in metrics.rows(cast.olga, "order_revenue", QUESTION) if row.currency == "EUR"]
    line_id = orders.get(cast.mia, sold[0]).lines[0].id
    orders.take_back(cast.mia, sold[0], [NewReturn(line_id, PIECE)], version=None)
    orders.delete(cast.mia, [sold[-1]])
    then = replace(QUESTION, as_of=TODAY)

    assert product_sales.products(cast.olga, then) == before
    assert product_sales.products(cast.olga, QUESTION) != before
    whole = metrics.figures(cast.olga, then, ["order_revenue"])[0].amounts[0]
    assert sum(row.revenue for row in before) == whole.total


def test_what_stands_at_a_moment_has_a_course_of_what_was_known_then(
    cast: Cast, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    furnish(cast)
    monkeypatch.setattr(Clock, "now", at(MONDAY + timedelta(days=65)))
    deals.win(
        cast.ann, deals.create(cast.ann, {"deal": "Late", "amount": "7", "currency": "EUR"}), version=None
    )
    question = Question(periods.month_of(TODAY + timedelta(days=65)), compare="none")
    names = ("open_pipeline", "orders", "points_liability")
    sparklines.standing(cast.olga, question, names)  # the segments and the company are known from here on

    with listening(database) as sent:
        told = sparklines.standing(cast.olga, question, names)

    assert len(sent) == 1
    assert set(told) == {"open_pipeline", "points_liability"}
    for place, piece in ((-1, periods.month_of(date(2026, 4, 1))), (-2, periods.month_of(TODAY))):
        for figure in metrics.figures(cast.olga, replace(question, period=piece), list(told)):
            assert told[figure.metric.name][place] == figure.value
    assert told["open_pipeline"] == (0,) * 9 + (66676, 66676)


def test_steps_of_an_own_report_stand_beside_those_of_the_time_before(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    furnish(cast)
    monkeypatch.setattr(Clock, "now", at(MONDAY + timedelta(days=31)))
    definition = Definition(("orders", "open_pipeline"), "time", "day", "line", "month", compare="previous")

    found = report_answers.answer(cast.olga, definition)

    before = [line.before[0] or 0 for line in found.lines]
    assert sum(before) == found.figures[0].value_before == 4
    assert {line.before[1] for line in found.lines} == {None}


CENTS = st.integers(-40, 900)
BASKETS = st.lists(
    st.tuples(
        st.lists(st.tuples(st.integers(0, 3), CENTS, st.integers(0, 9)), min_size=1, max_size=4),
        st.integers(-200, 200),
    ),
    min_size=12, max_size=12,
)  # fmt: skip


# A fee on top that just makes up for what was paid back: the lines cost what stayed, but brought less.
EVEN_BY_CHANCE = [([(2, 111, 2), (0, 584, 9)], -11)]


@settings(
    max_examples=2, deadline=None, phases=[Phase.explicit, Phase.generate], suppress_health_check=CHECKS
)
@given(baskets=BASKETS)
@example(baskets=EVEN_BY_CHANCE)
def test_number_rows_and_table_of_a_product_or_category_are_the_same_to_the_cent(
    baskets: list[tuple[list[tuple[int, int, int]], int]], cast: Cast
) -> None:
    pumps = [product(cast.mia, f"P{next(_NUMBERS)}", category=kind) for kind in ("X", "X", "")]
    with begin(SYSTEM) as work:
        for lines, off in baskets:
            _sold(work, [*pumps, None], lines, off)
    table = product_sales.products(cast.olga, QUESTION)
    groups = {row.category: row.revenue for row in product_sales.categories(table)}

    mine = {row.product_id: row for row in table if row.product_id in pumps}
    for key, row in mine.items():
        told = parts.figure(cast.olga, "order_revenue", QUESTION, "product", str(key)).amounts[0]
        assert (told.total, told.count) == (row.revenue, row.orders)
    for category, revenue in groups.items():
        part = ("category", category)
        found = parts.rows(cast.olga, "order_revenue", QUESTION, part, Paging(1, 200))
        assert sum(row.value for row in found) == revenue
        assert parts.figure(cast.olga, "order_revenue", QUESTION, *part).amounts[0].total == revenue


def _sold(work: Work, goods: list[int | None], lines: list[tuple[int, int, int]], off: int) -> None:
    """An order whose total is that of its lines less something, with some of it paid back."""
    back = sum(paid for _, _, paid in lines)
    total = sum(cost for _, cost, _ in lines) - off
    row = Order(number=f"N{next(_NUMBERS)}", status="paid", currency="EUR", ordered_at=MONDAY, total=total,
                refunded=back, created_at=MONDAY, updated_at=MONDAY)  # fmt: skip
    work.add(row)
    work.flush()
    for which, cost, paid in lines:
        line = work.add(OrderLine(order_id=row.id, product_id=goods[which], name="x", quantity=PIECE,
                                  unit_price=cost, total=cost))  # fmt: skip
        work.flush()
        if paid:
            work.add(OrderReturn(order_id=row.id, line_id=line.id, amount=paid, returned_at=MONDAY))


def test_a_course_adds_up_to_its_tile_and_all_courses_are_one_statement(
    cast: Cast, database: Database
) -> None:
    furnish(cast)
    with listening(database) as sent:
        found = sparklines.courses(cast.olga, QUESTION, list(METRICS))
    assert sum("UNION ALL" in statement for statement in sent) == 1
    assert sum("ordered_at" in statement for statement in sent) == 1

    for figure in metrics.figures(cast.olga, QUESTION):
        course = found.get(figure.metric.name)
        if figure.metric.adds_up and course is not None:
            assert sum(value or 0 for value in course) == figure.value, figure.metric.name
    assert {len(course) for course in found.values()} == {sparklines.POINTS}
    assert "open_pipeline" not in found
    assert sparklines.courses(cast.olga, Question(Period(TODAY, TODAY)), ["orders"]) == {}


def test_the_pace_is_the_product_of_its_levers(cast: Cast) -> None:
    furnish(cast)

    found = velocity.report(cast.olga, QUESTION)

    assert (found.open_deals, found.average, found.win_rate, found.days) == (4, 100001, 0.5, 12.0)
    assert found.a_day == round(4 * 100001 * 0.5 / 12)
    assert [(step.above, step.until, step.deals) for step in found.steps if step.deals] == [(8, 14, 2)]
    opened = parts.rows(cast.olga, "sales_cycle", QUESTION, ("days", "8-14"), Paging(1, 10))
    assert [row.title for row in opened] == ["Won", "Won"]
    assert not parts.rows(cast.olga, "sales_cycle", QUESTION, ("days", "15-"), Paging(1, 10)).items
    assert velocity.report(cast.olga, replace(QUESTION, country="XX")).a_day is None


def test_one_sees_the_use_of_others_only_with_the_right_to(cast: Cast) -> None:
    furnish(cast)

    whole = adoption.report(cast.olga, SPAN)
    seen = {
        who.name: [one.name for one in adoption.report(who, SPAN).people] for who in (cast.ann, cast.mark)
    }

    by_name = {one.name: one for one in whole.people}
    assert by_name["Ann Archer"].acts["activity"] > 0
    assert by_name["Ann Archer"].next_step_share == 0
    assert (whole.colleagues, whole.is_whole) == (len(cast.everybody), True)
    assert sum(whole.mean.values()) == pytest.approx(
        sum(one.total for one in whole.people) / whole.colleagues
    )
    assert seen == {"Ann Archer": ["Ann Archer"], "Mark Moss": ["Mark Moss"]}
    assert {one.name for one in adoption.report(cast.mia, SPAN).people} >= {"Ann Archer", "Bob Brandt"}
    bare = replace(cast.mia, permissions=cast.mia.permissions - {Permission.ADOPTION_READ})
    assert not adoption.report(bare, SPAN).is_whole


@pytest.mark.parametrize(
    ("period", "today", "lengths"),
    [
        (Period(date(2026, 3, 1), date(2026, 3, 31)), date(2026, 3, 5), [1, 1, 1, 1, 1]),
        (Period(date(2026, 3, 1), date(2026, 3, 31)), date(2026, 2, 5), []),
        (Period(date(2025, 1, 1), date(2025, 12, 31)), date(2026, 3, 5), [30] * 7 + [31] * 5),
    ],
)
def test_the_days_of_a_period_are_cut_evenly(period: Period, today: date, lengths: list[int]) -> None:
    pieces = sparklines.cut(period, today)

    assert sorted(piece.days for piece in pieces) == sorted(lengths)
