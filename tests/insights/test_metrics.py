"""Every number opens its rows: same filter, same rights, and what they add up to is the number."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from crm_core.insights import metrics, periods, sales
from crm_core.insights.metric_table import METRICS
from crm_core.insights.metric_types import Figure, Question
from crm_core.insights.periods import Period
from crm_core.kernel.access import SYSTEM, Actor, Permission
from crm_core.kernel.errors import Invalid, NotAllowed
from crm_core.kernel.paging import Paging
from crm_core.kernel.work import begin
from crm_core.sales import goals
from db.models import User
from tests.commerce.selling import customer
from tests.insights.measured import House, furnish
from tests.people import MONDAY, Cast

PLAIN = ("order_revenue", "revenue_won", "deals_won", "new_deals", "calls", "meetings")
TODAY = MONDAY.date()
SPAN = Period(TODAY - timedelta(days=30), TODAY)


def filters(house: House, cast: Cast) -> dict[str, dict[str, Any]]:
    with begin(SYSTEM) as work:
        team_id = work.get(User, cast.ann.id or 0).team_id
    return {
        "product": {"product_id": house.pump},
        "segment": {"segment_id": house.french, "owner_id": cast.bob.id},
        "place": {"country": "DE", "team_id": team_id},
    }


@pytest.mark.usefixtures("clock")
def test_what_the_rows_add_up_to_is_the_number(cast: Cast, engine_name: str) -> None:
    """Each metric with each filter and, on one engine or the other, as each person sees it."""
    house = furnish(cast)
    narrows = list(filters(house, cast).values())
    shares = 2 * len(narrows)
    first = len(narrows) * (engine_name == "sqlite")
    for turn, who in enumerate(cast.everybody.values(), first):
        for place, narrow in enumerate(narrows, turn):
            question = Question(SPAN, compare="none", **narrow)
            chosen = list(METRICS.values())[place % shares :: shares]
            names = [metric.name for metric in chosen if who.may(metric.permission)]
            for figure in metrics.figures(who, question, names) if names else ():
                _adds_up(who, figure, question)


@pytest.mark.usefixtures("clock")
def test_every_split_and_all_steps_of_time_add_up_to_the_whole(cast: Cast) -> None:
    furnish(cast)
    question = Question(SPAN, compare="none")
    for figure in metrics.figures(cast.olga, question):
        for by in metrics.SPLITS:
            parts = metrics.split(cast.olga, figure.metric.name, question, by)
            whole = [part.amount for part in parts if part.amount.currency == figure.currency]
            assert sum(part.total for part in whole) == figure.amounts[0].total, (figure.metric.name, by)
            assert sum(part.count for part in whole) == figure.amounts[0].count, (figure.metric.name, by)
        steps = metrics.series(cast.olga, figure.metric.name, question, "week")
        mine = [part.amount for part in steps if part.amount.currency == figure.currency]
        if figure.metric.is_state:
            assert mine[-1] == figure.amounts[0], figure.metric.name
        else:
            assert sum(part.total for part in mine) == figure.amounts[0].total, figure.metric.name


def _adds_up(who: Actor, figure: Figure, question: Question) -> None:
    name = figure.metric.name
    page = metrics.rows(who, name, question, Paging(1, 100))

    assert len(page) == page.total
    for amount in figure.amounts:
        mine = [row.value for row in page if not amount.currency or row.currency == amount.currency]
        assert (amount.count, amount.total) == (len(mine), sum(mine)), (name, who.name)
    assert sum(amount.count for amount in figure.amounts) == len(page)


@pytest.mark.usefixtures("clock")
def test_the_numbers_are_right(cast: Cast) -> None:
    furnish(cast)

    told = {one.metric.name: one.value for one in metrics.figures(cast.olga, Question(SPAN))}

    revenue = 2 * (3 * 1001 + 99 - 7 - _returned(cast) + 2 * 99)
    assert told == {
        "order_revenue": revenue, "orders": 6, "average_order": round(revenue / 4), "active_customers": 2,
        "repeat_rate": 1.0, "revenue_won": 200002, "deals_won": 2, "win_rate": 0.5, "sales_cycle": 12.0,
        "new_deals": 8, "new_deal_value": 2 * (33333 + 5 + 100001 + 50000), "open_pipeline": 2 * 33338,
        "weighted_pipeline": 2 * (3333), "open_deals": 4, "new_contacts": 2, "new_leads": 2,
        "lead_conversion": 0.5, "touchpoints": 8, "calls": 2, "meetings": 2, "emails": 2, "tasks_done": 2,
        "tasks_overdue": 2, "mails_sent": 2, "click_rate": 0.5, "unsubscribes": 2, "points_liability": 201,
        "cases_opened": 0, "cases_solved": 0, "open_cases": 0, "first_response_hours": None,
        "within_sla": None,
        "nps": None, "csat": None, "ces": None, "feedback_count": 0, "response_rate": None, "sentiment": None,
    }  # fmt: skip


def _returned(cast: Cast) -> int:
    """What was paid back on each of the two returned orders."""
    [row, *_] = [
        one for one in metrics.rows(cast.ann, "order_revenue", Question(SPAN)) if one.currency == "EUR"
    ]
    return 3 * 1001 + 99 - 7 - row.value


@pytest.mark.usefixtures("clock")
def test_reports_and_goals_mean_the_same(cast: Cast) -> None:
    furnish(cast)
    month = Period(TODAY.replace(day=1), TODAY)

    for who in cast.everybody.values():
        told = {one.metric.name: one.amounts[0] for one in metrics.figures(who, Question(month), PLAIN)}
        for name, of in (("order_revenue", "orders"), ("revenue_won", "deals")):
            rows = sales.total(who, of, month.since, month.until)
            assert told[name].total == sum(row.value for row in rows if row.currency == "EUR")
        for metric in (METRICS[name] for name in PLAIN):
            board = goals.leaderboard(who, metric.goal, month.since, month.until)
            mine = told[metric.name]
            assert sum(one.value for one in board) == mine.value(metric), metric.name


@pytest.mark.usefixtures("clock")
def test_what_cannot_be_asked_is_refused(cast: Cast) -> None:
    with pytest.raises(Invalid, match="There is no metric “luck”"):
        metrics.figures(cast.olga, Question(SPAN), ["luck"])
    with pytest.raises(Invalid):
        metrics.figures(cast.olga, Question(Period(TODAY, TODAY - timedelta(days=1))), ["orders"])
    with pytest.raises(Invalid):
        metrics.figures(cast.olga, Question(SPAN, as_of=TODAY + timedelta(days=1)), ["orders"])
    with pytest.raises(Invalid):
        metrics.split(cast.olga, "orders", Question(SPAN), "taste")
    with pytest.raises(Invalid):
        metrics.series(cast.olga, "orders", Question(SPAN), "hour")
    narrow = replace(cast.vera, permissions=cast.vera.permissions - {Permission.ORDERS_READ})
    with pytest.raises(NotAllowed):
        metrics.rows(narrow, "orders", Question(SPAN))
    assert "orders" not in {one.metric.name for one in metrics.figures(narrow, Question(SPAN))}


@pytest.mark.usefixtures("clock")
def test_one_asks_for_the_numbers_of_people_within_reach(cast: Cast) -> None:
    owners, teams = metrics.people(cast.ann)
    assert ([name for _, name in owners], [name for _, name in teams]) == (["Ann Archer"], ["North"])
    assert {name for _, name in metrics.people(cast.olga)[0]} >= {"Ann Archer", "Vera Voss"}


def test_the_pulse_beats_when_something_happens_and_only_then(cast: Cast) -> None:
    before = metrics.pulse(cast.bob)
    assert metrics.pulse(cast.bob) == before
    customer(cast.ann)
    assert metrics.pulse(cast.bob) > before


@pytest.mark.usefixtures("clock")
def test_a_period_is_compared_with_as_many_days(cast: Cast) -> None:
    furnish(cast)
    year = Question(periods.month_of(TODAY, 12), "year")

    [figure] = metrics.figures(cast.olga, year, ["orders"])

    assert figure.previous_period == Period(date(2025, 1, 1), date(2025, 3, 2))
    assert (figure.value, figure.value_before, figure.change) == (6, 0, None)
