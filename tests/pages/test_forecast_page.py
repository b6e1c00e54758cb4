"""The pages of forecast and goals, and what of them stands elsewhere."""

from datetime import timedelta
from typing import Any

import pytest

from crm_core.kernel.work import Clock
from crm_core.sales import deals, forecast_snapshots, goals
from crm_core.sales.goal_measures import period_of
from crm_core.sales.goal_types import NewGoal
from tests.pages.conftest import OpenApp, press, said
from tests.people import Cast


def sold(cast: Cast, **more: Any) -> int:
    """A deal of Ann's that closes today."""
    today = Clock.now().date()
    usual = {"deal": "Roof of glass", "amount": "1000", "currency": "EUR", "close_date": today.isoformat()}
    return deals.create(cast.ann, usual | {"stage": "Qualified"} | more)


def test_an_empty_forecast_says_that_there_is_too_little_history(open_app: OpenApp, cast: Cast) -> None:
    app = open_app(cast.ann, "forecast")

    assert not app.exception
    assert "Too little history" in said(app)
    assert "No open deals here" in said(app)


def test_a_forecast_shows_its_numbers_and_the_deals_behind_them(open_app: OpenApp, cast: Cast) -> None:
    sold(cast, judgement="commit")

    app = open_app(cast.mia, "forecast")

    assert not app.exception
    shown = {each.label: each.value for each in app.metric}
    assert (shown["Commit"], shown["Open, by stage"]) == ("€1,000", "€250.00")
    assert "Roof of glass" in said(app)


def test_a_judgement_is_chosen_in_the_list(open_app: OpenApp, cast: Cast) -> None:
    deal_id = sold(cast)
    app = open_app(cast.ann, "forecast")

    app.selectbox(key=f"judge-{deal_id}-1").select("best").run()

    assert not app.exception
    assert deals.get(cast.ann, deal_id).row.judgement == "best"


def test_who_may_only_look_judges_nothing(open_app: OpenApp, cast: Cast) -> None:
    deal_id = sold(cast)

    app = open_app(cast.vera, "forecast")

    assert app.selectbox(key=f"judge-{deal_id}-1").disabled


@pytest.mark.parametrize("view", ["Move deals", "How good it was"])
def test_the_other_views_are_drawn(open_app: OpenApp, cast: Cast, view: str) -> None:
    sold(cast)
    assert forecast_snapshots.advance_next("one", lambda: False)

    app = open_app(cast.mia, "forecast", fview=view)

    assert not app.exception
    assert not app.error
    if view == "How good it was":
        assert "was expected" in said(app)
        assert "Too little history" in said(app)


def test_goals_show_progress_and_open_their_rows(open_app: OpenApp, cast: Cast) -> None:
    month = period_of(Clock.now().date(), "month")
    goals.add(cast.mia, NewGoal("revenue_won", 2000_00, *month, user_id=cast.ann.id))
    deals.win(cast.ann, sold(cast), version=None)

    app = open_app(cast.ann, "goals")
    assert not app.exception
    assert "50% reached" in "".join(str(each.proto.text) for each in app.get("progress"))
    assert "Set a goal" not in said(app)
    press(app, "Rows")

    assert "Roof of glass" in said(app)


def test_a_manager_copies_goals_to_the_next_month(open_app: OpenApp, cast: Cast) -> None:
    month = period_of(Clock.now().date(), "month")
    goals.add(cast.mia, NewGoal("calls", 20, *month, user_id=cast.ann.id))

    app = open_app(cast.mia, "goals")
    next(each for each in app.button if each.key == "copy-goals").click().run()

    assert not app.exception
    assert [goal.target for goal in goals.search(cast.mia, month[1] + timedelta(days=1))] == [20]


def test_without_goals_the_page_says_what_to_do(open_app: OpenApp, cast: Cast) -> None:
    assert "No goals for" in said(open_app(cast.mia, "goals"))


def test_the_start_page_and_the_deal_tell_how_things_stand(open_app: OpenApp, cast: Cast) -> None:
    month = period_of(Clock.now().date(), "month")
    goals.add(cast.mia, NewGoal("calls", 20, *month, user_id=cast.ann.id))
    deal_id = sold(cast)
    assert forecast_snapshots.advance_next("one", lambda: False)

    home, deal = open_app(cast.ann), open_app(cast.ann, "deal", id=str(deal_id))

    assert "Expected this month" in said(home)
    assert "Behind by" in said(home) or "On track" in said(home)
    assert "Chance of winning" in said(deal)
    assert "The usual chance of its stage" in said(deal)
