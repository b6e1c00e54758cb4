"""The funnel follows the deals of a period: checked against a story that was counted by hand."""

import json
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from click.testing import CliRunner

from crm_core.cli.main import rapport
from crm_core.insights import funnel
from crm_core.insights.metric_types import Question
from crm_core.insights.periods import Period
from crm_core.kernel.access import Actor
from crm_core.kernel.errors import Invalid, NotFound
from crm_core.kernel.work import Clock
from crm_core.sales import deals
from crm_core.sales.types import DealQuery
from tests.conftest import at
from tests.people import MONDAY, Cast
from tests.sales.conftest import WHOLE

STORY: tuple[tuple[int, str, str], ...] = (
    (0, "A", "New"), (0, "B", "New"), (0, "C", "New"), (2, "A", "Qualified"), (4, "B", "Qualified"),
    (5, "A", "Negotiation"), (6, "C", "lost"), (8, "B", "New"), (9, "A", "won"), (40, "D", "New"),
)  # fmt: skip
"""Days after Monday, deal, and what became of it."""


@pytest.fixture
def told(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> dict[str, int]:
    """The story, lived by Ann day by day."""
    made: dict[str, int] = {}
    for day, name, place in STORY:
        monkeypatch.setattr(Clock, "now", at(MONDAY + timedelta(days=day)))
        if name not in made:
            made[name] = deals.create(cast.ann, {"deal": name, **WHOLE})
        elif place == "won":
            deals.win(cast.ann, made[name], version=None)
        elif place == "lost":
            deals.lose(cast.ann, made[name], "Price", version=None)
        else:
            board = deals.board(cast.ann, DealQuery())
            [stage] = [column.stage.id for column in board.columns if column.stage.name == place]
            deals.move(cast.ann, made[name], stage, version=None)
    return made


def rows(found: funnel.Funnel) -> list[tuple[Any, ...]]:
    return [(r.stage, r.entered, r.reached, r.share, r.median_days, r.lost) for r in found.rows]


def test_each_number_opens_its_deals(cast: Cast, told: dict[str, int]) -> None:
    month = Question(Period(date(2026, 3, 1), date(2026, 3, 31)))
    for question in (month, replace(month, as_of=date(2026, 3, 7)), replace(month, owner_id=cast.bob.id)):
        found = funnel.narrowed(cast.mia, question)
        for row in found.rows:
            assert funnel.deals(cast.mia, question, str(row.stage_id)).total == row.reached
        for which in ("won", "lost", "open"):
            assert funnel.deals(cast.mia, question, which).total == getattr(found, which)
        assert funnel.deals(cast.mia, question, "all").total == found.opened

    assert funnel.narrowed(cast.mia, month) == funnel.report(cast.mia, date(2026, 3, 1), date(2026, 3, 31))
    assert [row.title for row in funnel.deals(cast.ann, month, "won")] == ["A"]
    assert not funnel.deals(cast.bob, month, "all").items
    with pytest.raises(Invalid):
        funnel.deals(cast.mia, month, "0")


def test_each_stage_counts_the_deals_of_the_period_that_got_there(ann: Actor, told: dict[str, int]) -> None:
    found = funnel.report(ann, date(2026, 3, 2), date(2026, 3, 2))

    assert rows(found) == [
        ("New", 3, 3, 1.0, 4.0, 1),
        ("Qualified", 2, 2, 0.6667, 3.5, 0),
        ("Proposal", 0, 1, 0.3333, None, 0),
        ("Negotiation", 1, 1, 0.3333, 4.0, 0),
    ]
    assert (found.opened, found.won, found.lost, found.open) == (3, 1, 1, 1)
    assert (found.win_share, found.median_days_to_win) == (0.3333, 9.0)


def test_what_happened_later_was_not_known_then(ann: Actor, told: dict[str, int]) -> None:
    found = funnel.report(ann, as_of=MONDAY + timedelta(days=3))

    assert (found.opened, found.open, found.won) == (3, 3, 0)
    assert [row.entered for row in found.rows] == [3, 1, 0, 0]
    assert funnel.report(ann).opened == 4


def test_deals_of_others_are_not_in_the_funnel(cast: Cast, told: dict[str, int]) -> None:
    assert funnel.report(cast.bob).opened == 0
    assert funnel.report(cast.bob).rows[0].share is None
    assert funnel.report(cast.mia).opened == 4
    with pytest.raises(NotFound):
        funnel.report(cast.mia, pipeline_id=999)


def test_a_command_prints_the_funnel(
    cast: Cast, told: dict[str, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("crm_core.cli.shell.start.start", lambda _settings: None)
    run = CliRunner().invoke

    answer = json.loads(run(rapport, ["report", "funnel", "--to", "2026-03-02", "--json"]).output)
    shown = run(rapport, ["report", "funnel", "--pipeline", "sales", "--as-of", "2026-03-05"]).output

    assert (answer["name"], answer["from"], answer["to"], answer["won"]) == ("funnel", None, "2026-03-02", 1)
    assert answer["rows"][1] == {
        "stage": "Qualified", "entered": 2, "reached": 2, "share": 0.6667, "median_days": 3.5, "lost": 0,
    }  # fmt: skip
    assert datetime.fromisoformat(answer["as_of"]).tzinfo is not None
    assert "3 opened: 0 won, 0 lost, 3 open." in shown
    assert run(rapport, ["report", "funnel", "--pipeline", "x"]).exit_code == 1
