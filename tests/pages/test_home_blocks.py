"""The start page shows what a role looks at, and what a person chose instead."""

from dataclasses import replace

import pytest
import streamlit as st

from crm_core.insights import kpis, periods
from crm_core.insights.metric_table import METRICS
from crm_core.insights.metric_types import Question
from crm_core.kernel.access import Permission, Role
from crm_core.kernel.work import Clock
from crm_core.team import profile
from db.session import Database
from pages.ui import home_blocks, report_tiles, unchanged
from tests.commerce.selling import customer
from tests.insights.measured import furnish
from tests.pages.conftest import OpenApp, press, said
from tests.pages.test_statements import listening
from tests.people import Cast


def test_every_role_has_usual_blocks_that_it_may_see(cast: Cast) -> None:
    assert set(home_blocks.USUAL) == set(Role)
    for who in cast.everybody.values():
        assert home_blocks.shown(who) == [
            name for name in home_blocks.BLOCKS if name in home_blocks.USUAL[who.role]
        ]
    narrow = replace(cast.ann, permissions=cast.ann.permissions - {Permission.DEALS_READ})
    assert "pipeline" not in home_blocks.may_see(narrow)


def test_each_role_starts_with_its_own_work(open_app: OpenApp, cast: Cast, clock: type[Clock]) -> None:
    furnish(cast)
    wanted = {
        "ann": ("My day", "Open pipeline", "Value won"),
        "mark": ("Campaigns", "Spring", "Segments", "Click rate"),
        "olga": ("How the system runs", "Revenue"),
    }
    for name, words in wanted.items():
        page = open_app(getattr(cast, name))
        assert not page.exception, name
        for word in words:
            assert word in said(page), (name, word)
    assert "How the system runs" not in said(open_app(cast.ann))


@pytest.mark.usefixtures("clock")
def test_a_person_chooses_blocks_and_figures_and_goes_back_to_the_usual(
    open_app: OpenApp, cast: Cast
) -> None:
    furnish(cast)
    page = open_app(cast.ann)
    page.button_group(key="home.blocks").set_value(["kpis"])
    page.multiselect(key="home.tiles").set_value(["orders", "calls"])
    press(page, "Save")

    assert [tile.label for tile in page.metric] == ["Orders", "Calls"]
    assert profile.preferences(cast.ann).home_blocks == ("kpis",)
    assert "Contacts by stage" not in said(page)
    press(page, "Back to the usual")
    assert "Contacts by stage" in said(page)
    assert profile.preferences(cast.ann).home_tiles == ()


@pytest.mark.usefixtures("clock")
def test_a_refresh_while_nothing_happens_asks_one_small_question(cast: Cast, database: Database) -> None:
    furnish(cast)
    st.cache_data.clear()
    question = Question(periods.month_of(Clock.now().date()))

    def refresh() -> int:
        with listening(database) as sent:
            stand = unchanged.look(cast.olga)
            report_tiles.figures(cast.olga, question, list(METRICS), stand)
            report_tiles.courses(cast.olga, question, list(METRICS), stand)
            stand.kept(kpis.start_page, 8)
        return len(sent)

    assert refresh() > 10
    assert [refresh(), refresh()] == [1, 1]
    customer(cast.ann)
    assert refresh() > 10
