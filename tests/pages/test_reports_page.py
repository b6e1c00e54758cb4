"""Key figures as a person sees them: tiles, the way to their rows, and filters in the address."""

import pytest
from streamlit.testing.v1 import AppTest

from crm_core.insights import answer_making, kept_answers
from crm_core.insights.answer_making import StillCounting
from crm_core.kernel.work import Clock
from crm_core.service import cases
from crm_core.service.case_types import NewCase
from pages.ui import report_views
from pages.ui.report_number import VIEWS
from tests.insights.measured import furnish
from tests.pages.conftest import OpenApp, said
from tests.people import Cast

ABOUT_CUSTOMERS = {"value", "rfm", "cohorts", "retention", "journey"}
"""Reports that are tried with the orders of a published shop."""


def test_every_tile_leads_to_its_rows(open_app: OpenApp, cast: Cast, clock: type[Clock]) -> None:
    furnish(cast)

    page = open_app(cast.olga, "reports", time="Last 30 days")

    assert not page.exception
    assert {tile.label for tile in page.metric} >= {"Revenue", "Win rate", "Overdue tasks", "Click rate"}
    assert "6 orders" in said(page)


def test_every_report_and_every_view_of_a_number_opens(
    open_app: OpenApp, cast: Cast, clock: type[Clock]
) -> None:
    house = furnish(cast)
    shown = {
        "overview": "Buying customers", "revenue": "Revenue over time", "pipeline": "Open value by stage",
        "funnel": "How far they came", "velocity": "€", "people": "All figures by person",
        "products": "All products", "outlook": "Won deals, and what is expected",
        "campaigns": "Campaigns side by side", "loyalty": "When open points end",
        "service": "How customers were in touch", "satisfaction": "Nobody was asked",
        "levels": "No case was opened", "mood": "No text of a customer",
        "activity": "Touchpoints over time", "adoption": "Who works where", "quality": "Companies",
        "mine": "New report", "boards": "A dashboard shows several", "mailing": "Build a report first",
    }  # fmt: skip
    page = open_app(cast.olga, "reports", view="overview", time="Last 30 days")
    for view, words in shown.items():
        _go(page, words, view=view)
    assert {view.name for view in report_views.VIEWS} - shown.keys() == ABOUT_CUSTOMERS

    cases.open(cast.olga, NewCase(house.zoe, "The pump leaks", kind="problem", owner_id=cast.sue.id))
    _go(page, "promises kept", view="levels")
    assert page.metric[0].value == "1"

    number = {"view": "revenue", "number": "order_revenue"}
    for show in VIEWS:
        page.session_state["show"] = show
        _go(page, "Back to Revenue", **number)
        assert [tile.label for tile in page.metric] == ["Revenue"]
    parts = {f"owner:{cast.ann.id}": "Ann Archer", "country:FR": "France", "kind:": "Not said",
             f"product:{house.pump}": "Pump"}  # fmt: skip
    for part, name in parts.items():
        _go(page, "All of revenue", **number, part=part)
        assert [tile.label for tile in page.metric] == [f"Revenue: {name}"]
    page.session_state["step"] = "won"
    _go(page, "All 2. A click opens one.", view="funnel")
    # An address that was mistyped says so, and nothing breaks.
    page = open_app(cast.olga, "reports", **number, part="owner:me")
    assert not page.exception
    assert "asked for by number" in said(page)


def test_columns_are_drawn_whether_they_open_rows_or_not() -> None:
    def page() -> None:
        from pages.ui import charts

        steps = [charts.Mark("a", "First", 7.0, "7"), charts.Mark("b", "Second", 9.0, "9")]
        for opens in (False, True):
            charts.columns(steps, "Deals", key=f"columns-{opens}", opens=opens)

    drawn = AppTest.from_function(page).run()

    assert not drawn.exception
    assert ["most at Second" in each.value for each in drawn.caption] == [True, True]


def test_a_report_that_is_not_ones_own_is_not_offered(open_app: OpenApp, cast: Cast) -> None:
    page = open_app(cast.ann, "reports", view="nonsense")

    assert not page.exception
    assert "overview" in page.query_params["view"]
    assert "asof" not in page.query_params


def _go(page: AppTest, words: str, **query: str) -> None:
    """Follow a link within the page: its words show, and nothing went wrong."""
    for name in ("number", "part"):
        page.query_params.pop(name, None)
    for name, value in query.items():
        page.query_params[name] = value
    page.run()
    assert not page.exception, query
    assert not page.error, (query, [each.value for each in page.error])
    assert words in said(page), query


def test_who_sees_the_own_only_counts_the_own_only(open_app: OpenApp, cast: Cast, clock: type[Clock]) -> None:
    furnish(cast)

    values = {
        who: _orders(open_app(getattr(cast, who), "reports", time="Last 30 days")) for who in ("ann", "olga")
    }

    assert values == {"ann": "3", "olga": "6"}


def _orders(page: AppTest) -> str:
    return next(str(tile.value) for tile in page.metric if tile.label == "Orders")


def test_a_report_that_takes_long_says_so_and_shows_when_it_is_counted(
    open_app: OpenApp, cast: Cast, clock: type[Clock], monkeypatch: pytest.MonkeyPatch
) -> None:
    furnish(cast)
    monkeypatch.setattr(kept_answers, "LARGE", 0)
    monkeypatch.setattr(answer_making, "within", _too_long)
    page = open_app(cast.olga, "reports", view="cohorts")
    assert not page.exception
    assert not page.error
    assert ["being counted for the first time" in one.value for one in page.info] == [True]

    monkeypatch.setattr(answer_making, "within", lambda _limit, _key, find: find())
    page.run()
    assert not page.info
    assert "Repeat rate" in [tile.label for tile in page.metric]


def _too_long(_limit: float, _key: str, _find: object) -> None:
    raise StillCounting
