"""The start page shows what a role looks at, and what a person chose instead."""

from dataclasses import replace

import pytest

from crm_core.kernel.access import Permission, Role
from crm_core.kernel.work import Clock
from crm_core.team import profile
from pages.ui import home_blocks
from tests.insights.measured import furnish
from tests.pages.conftest import OpenApp, press, said
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
