"""Reports about customers, and what is suggested on the pages, as people see them."""

from datetime import timedelta
from typing import Any

import pytest
import streamlit as st

from crm_core.insights import customer_value, next_action
from crm_core.kernel.access import SYSTEM
from crm_core.kernel.work import Clock
from tests.commerce.selling import customer, line, order, product
from tests.conftest import at
from tests.insights.published_orders import cdnow, put_in
from tests.pages.conftest import OpenApp, said
from tests.people import Cast


@pytest.fixture(autouse=True)
def no_kept_reports() -> None:
    """What an earlier test saw is forgotten."""
    st.cache_data.clear()


def test_reports_tell_about_the_customers_of_a_published_shop(
    cast: Cast, open_app: OpenApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    keys = put_in(cdnow())
    customer_value.advance_next("w1", lambda: False)
    expected = {
        "value": ("2,357", "BG/NBD", "Who will bring the most"),
        "rfm": ("Where customers stand", "2,357 customers"),
        "cohorts": ("Repeat rate", "On average over all cohorts"),
        "retention": ("come back", "Learned from 2,357 customers"),
        "journey": ("Exploratory", "They bought."),
    }
    for view, wanted in expected.items():
        app = open_app(cast.olga, "reports", view=view)
        assert not app.exception, view
        for words in wanted:
            assert words in said(app), (view, words)
    app = open_app(cast.olga, "reports", view="rfm", owner="Ann Archer")
    assert "Only the customers of Ann Archer" in said(app)
    assert "2,357 customers" not in said(app)
    monkeypatch.setattr(Clock, "now", at(Clock.now()))
    sheet = said(open_app(cast.olga, "customer", id=str(keys["0001"])))
    assert "Within a year" in sheet
    assert "four times out of five" in sheet


def test_reports_of_an_empty_base_say_when_they_will_tell(cast: Cast, open_app: OpenApp) -> None:
    for view in ("value", "rfm", "cohorts", "retention", "journey"):
        app = open_app(cast.vera, "reports", view=view)
        assert not app.exception, view
        assert "As soon as" in said(app) or "Not enough history yet" in said(app)


def test_a_suggestion_is_followed_put_off_or_refused(cast: Cast, open_app: OpenApp) -> None:
    pump, now = product(cast.mia, "Pump"), Clock.now()
    people = [customer(cast.ann, name) for name in ("Rea", "Leo")]
    for contact_id in people:
        for days in (100, 70, 40):
            order(cast.ann, contact_id, [line(pump)], ordered_at=now - timedelta(days=days))

    app = open_app(cast.ann)
    assert "Ask Rea for the next order" in said(app)
    press(app, f"no-{cause_of(cast, people[1])}")
    assert "Ask Leo" not in said(app)
    press(app, f"do-{cause_of(cast, people[0])}")

    assert next_action.today(cast.ann) == []
    assert {one.kind for one in next_action.outcomes(SYSTEM)} == {"reorder"}


def cause_of(cast: Cast, contact_id: int) -> str:
    return next_action.of_contact(cast.ann, contact_id)[0].cause


def press(app: Any, key: str) -> None:
    [button] = [each for each in app.button if each.key == key]
    button.click().run()
