"""Key figures as a person sees them: tiles, the way to their rows, and filters in the address."""

import pytest
from streamlit.testing.v1 import AppTest

from crm_core.kernel.work import Clock
from pages.ui.report_number import VIEWS
from tests.insights.measured import furnish
from tests.pages.conftest import OpenApp, said
from tests.people import Cast


def test_every_tile_leads_to_its_rows(open_app: OpenApp, cast: Cast, clock: type[Clock]) -> None:
    furnish(cast)

    page = open_app(cast.olga, "reports", time="Last 30 days")

    assert not page.exception
    assert {tile.label for tile in page.metric} >= {"Revenue", "Win rate", "Overdue tasks", "Click rate"}
    assert "6 orders" in said(page)


@pytest.mark.parametrize("show", ["rows", "time", "split", "why"])
def test_a_number_opens_in_every_view(show: str, open_app: OpenApp, cast: Cast, clock: type[Clock]) -> None:
    furnish(cast)

    page = open_app(cast.olga, "reports", number="order_revenue", time="Last 30 days", show=VIEWS[show])

    assert not page.exception
    assert [tile.label for tile in page.metric] == ["Revenue"]
    assert not page.error


def test_who_sees_the_own_only_counts_the_own_only(open_app: OpenApp, cast: Cast, clock: type[Clock]) -> None:
    furnish(cast)

    values = {
        who: _orders(open_app(getattr(cast, who), "reports", time="Last 30 days")) for who in ("ann", "olga")
    }

    assert values == {"ann": "3", "olga": "6"}


def _orders(page: AppTest) -> str:
    return next(str(tile.value) for tile in page.metric if tile.label == "Orders")
