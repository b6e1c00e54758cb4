"""The results of a campaign as a person sees them: figures, what it changed, and who is behind."""

from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from crm_core.kernel.access import Actor
from crm_core.marketing.lift import HOLDOUT, Difference
from crm_core.marketing.result_types import LiftRow
from pages.ui import campaign_lift
from tests.marketing.campaigns_made import DAY, bought, campaign, people, recipient, variant
from tests.pages.conftest import said
from tests.people import MONDAY


def opened(who: Actor, campaign_id: int) -> AppTest:
    """The tab of a campaign."""

    def page() -> None:
        import streamlit as st

        from pages.ui import campaign_results

        campaign_results.draw(st.session_state["who"], st.session_state["campaign"])

    app = AppTest.from_function(page, default_timeout=300)
    app.session_state["who"], app.session_state["campaign"] = who, campaign_id
    return app.run()


@pytest.fixture
def imported(mark: Actor) -> int:
    """Results with a clear effect on purchases, and none on money that could be told."""
    assert mark.id
    key = campaign("*Spring*", state="imported", cost=12_000)
    arm, held = variant(key, "**A**"), variant(key, HOLDOUT)
    for place in range(300):
        recipient(key, arm, is_converted=place < 100, revenue=500 * (place < 20))
        recipient(key, held, state="held", is_converted=place < 30, revenue=400 * (place < 20))
    return key


def test_figures_and_effect_are_told_in_words(imported: int, mark: Actor) -> None:
    app = opened(mark, imported)

    text = said(app)
    assert not app.exception
    assert "Sent 300" in text
    assert "Bought 33.3%" in text
    assert "Return on cost -17%" in text
    assert "23.3 points more bought than the 10.0% of the hold-out (+16.9 to +29.6 points)" in text
    assert "\\*\\*A\\*\\*" in text
    assert "not enough data yet" in text
    assert "cannot be said yet" in text


def test_a_campaign_without_hold_out_says_what_is_missing(mark: Actor) -> None:
    key = campaign()
    [ada] = people(mark, ["ada"])
    recipient(key, variant(key, "A"), ada, opened_at=MONDAY)
    bought(ada, MONDAY + DAY, 1000)

    text = said(opened(mark, key))

    assert "Nobody was held back" in text
    assert "Opened 100.0%" in text
    assert "Sent 1, delivered 1, opened 1 and bought 1" in text


def test_a_campaign_that_nobody_got_yet_says_so(mark: Actor) -> None:
    key = campaign(state="draft")
    variant(key, "A")

    assert "Nobody whom you may see got this campaign yet" in said(opened(mark, key))


def row(low: float, high: float, *, enough: bool = True, measure: str = "converted") -> LiftRow:
    found = Difference((low + high) / 2, low, high)
    return LiftRow("A", measure, 0.1, found, found, enough)


@pytest.mark.parametrize(
    ("told", "verdict", "words"),
    [
        (row(0.01, 0.03), campaign_lift.MORE, "2.0 points more bought"),
        (row(-0.03, -0.01), campaign_lift.LESS, "2.0 points less bought"),
        (row(-0.01, 0.01), campaign_lift.NONE, "between −1.0 and +1.0 points"),
        (row(0.01, 0.03, enough=False), campaign_lift.OPEN, "not enough data yet"),
        (row(-2, 4, measure="revenue"), campaign_lift.NONE, "between −2.00 and +4.00 EUR"),
        (row(1, 4, measure="revenue"), campaign_lift.MORE, "2.50 EUR more a person than the 0.10 EUR"),
    ],
)
def test_a_difference_is_claimed_only_when_it_is_clear(told: LiftRow, verdict: str, words: str) -> None:
    assert campaign_lift.verdict_of(told) == verdict
    assert words in campaign_lift.sentence(told, "EUR")


def test_an_endless_interval_is_said_and_not_drawn(mark: Actor) -> None:
    key: Any = campaign(state="imported")
    recipient(key, variant(key, "A"), revenue=500)
    recipient(key, variant(key, HOLDOUT), state="held")

    app = opened(mark, key)

    assert not app.exception
    assert "anything from −∞ to +∞ EUR" in said(app)
