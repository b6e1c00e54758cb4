"""Reports that people build: whoever looks sees their own rows, and every number opens them."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm_core.insights import (
    dashboards,
    metrics,
    parts,
    report_answers,
    report_definitions,
    report_drawing,
    saved_reports,
)
from crm_core.insights.metric_types import Question
from crm_core.insights.report_types import SHARING, TIME, Definition, Tile
from crm_core.kernel.access import OPERATOR, Actor
from crm_core.kernel.errors import Conflict, CrmError, Invalid, NotAllowed, NotFound
from tests.insights.measured import furnish
from tests.people import Cast

BY_PERSON = Definition(("order_revenue", "calls"), "owner", chart="bars", time="days_90")
OVER_TIME = Definition(("revenue_won", "new_deals"), TIME, "week", "line", "days_30")


@pytest.mark.usefixtures("clock")
def test_a_shared_report_shows_each_person_their_own_rows(cast: Cast) -> None:
    furnish(cast)
    key = saved_reports.save(cast.mia, "By person", BY_PERSON)
    with pytest.raises(NotFound):
        saved_reports.answer(cast.ann, key)
    saved_reports.share(cast.mia, key, "team")

    of_ann, of_mia = (saved_reports.answer(who, key) for who in (cast.ann, cast.mia))

    assert [line.name for line in of_ann.lines] == ["Ann Archer"]
    assert sorted(line.name for line in of_mia.lines) == ["Ann Archer", "Bob Brandt"]
    assert of_mia.figures[1].value == 2 * of_ann.lines[0].values[1]  # type: ignore[operator]
    assert "in other currencies" in of_ann.notes[0]
    assert _opens(cast.mark, key) == "NotFound", "he is not of the team"
    saved_reports.share(cast.mia, key, "all")
    assert _opens(cast.mark, key) == ""
    assert saved_reports.get(cast.ann, key).is_mine is False
    for act in (saved_reports.remove, saved_reports.restore):
        with pytest.raises(NotFound):
            act(cast.ann, key)
    assert saved_reports.find(OPERATOR, "by PERSON").id == key


def _opens(who: Actor, key: int) -> str:
    """The name of the refusal; empty when the report opens."""
    try:
        saved_reports.answer(who, key)
    except CrmError as error:
        return type(error).__name__
    return ""


@pytest.mark.usefixtures("clock")
def test_every_number_of_a_report_is_that_of_its_rows(cast: Cast) -> None:
    furnish(cast)
    found = report_answers.answer(cast.olga, BY_PERSON)
    for line in found.lines:
        by, _, key = line.part.partition(":")
        for figure, value in zip(found.figures, line.values, strict=True):
            name = figure.metric.name
            assert parts.figure(cast.olga, name, found.question, by, key).value == value

    steps = report_answers.answer(cast.olga, OVER_TIME)
    for place, figure in enumerate(steps.figures):
        assert sum(line.values[place] or 0 for line in steps.lines) == figure.value
    assert all(report_answers.first_day(line) >= steps.question.period.since for line in steps.lines)

    few = report_answers.answer(cast.olga, replace(BY_PERSON, limit=1))
    assert few.notes[0] == "1 of 2 groups are shown; 1 more exist."
    narrowed = report_answers.answer(
        cast.olga, BY_PERSON, question=Question(found.question.period, "none", owner_id=cast.bob.id)
    )
    assert narrowed.told[1] == "owner: Bob Brandt"
    assert metrics.figures(cast.olga, narrowed.question, ["calls"])[0].value == narrowed.figures[1].value == 1


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"measures": ()}, "measures"),
        ({"measures": ("luck",)}, "measures"),
        ({"measures": ("calls", "calls")}, "measures"),
        ({"split": "sign"}, "split"),
        ({"chart": "pie"}, "chart"),
        ({"chart": "line"}, "chart"),
        ({"step": "moon"}, "step"),
        ({"time": "one day"}, "time"),
        ({"time": "own"}, "time"),
        ({"sort": "colour"}, "sort"),
        ({"limit": 0}, "limit"),
    ],
)
def test_what_there_is_not_is_refused_by_its_field(wrong: dict[str, object], field: str) -> None:
    with pytest.raises(Invalid) as refused:
        report_definitions.checked(replace(BY_PERSON, **wrong))  # type: ignore[arg-type]

    assert set(refused.value.fields) == {field}


@given(st.builds(Definition, measures=st.just(("calls",)), as_of=st.none() | st.dates(), since=st.dates()))
def test_a_definition_is_read_as_it_was_kept(definition: Definition) -> None:
    assert report_definitions.read(report_definitions.kept(definition)) == definition


@given(
    st.lists(st.none() | st.floats(-1e12, 1e12).filter(lambda one: one == 0 or abs(one) > 1e-3), max_size=9)
)
def test_a_scale_holds_all_values_and_zero(values: list[float | None]) -> None:
    ticks = report_drawing.scale(values)

    known = [0.0, *(value for value in values if value is not None)]
    slack = (ticks[-1] - ticks[0]) * 1e-6
    assert ticks[0] - slack <= min(known) <= max(known) <= ticks[-1] + slack
    assert 2 <= len(ticks) <= 8


def test_a_report_is_renamed_copied_deleted_and_brought_back(cast: Cast) -> None:
    key = saved_reports.save(cast.ann, " Calls ", Definition(("calls",)))
    with pytest.raises(Conflict):
        saved_reports.save(cast.ann, "calls", Definition(("calls",)))
    copy = saved_reports.duplicate(cast.ann, key)
    saved_reports.change(cast.ann, copy, definition=Definition(("meetings",)))
    saved_reports.remove(cast.ann, key)
    assert [one.name for one in saved_reports.search(cast.ann)] == ["Calls (2)"]
    saved_reports.change(cast.ann, copy, name="Calls")
    saved_reports.restore(cast.ann, key)

    assert {one.name: one.definition.measures for one in saved_reports.search(cast.ann)} == {
        "Calls": ("meetings",),
        "Calls (2)": ("calls",),
    }
    for shared in SHARING[1:]:
        with pytest.raises(NotAllowed):
            saved_reports.share(cast.ann, key, shared)
    with pytest.raises(Invalid):
        saved_reports.share(cast.ann, key, "friends")


def test_a_dashboard_shows_its_reports_to_whoever_may_open_it(cast: Cast) -> None:
    first, second = (saved_reports.save(cast.mia, name, Definition(("calls",))) for name in ("A", "B"))
    board = dashboards.create(cast.mia, "Week", [Tile(first, 2)])
    dashboards.put(cast.mia, board, second)
    dashboards.put(cast.mia, board, second)
    tiles = dashboards.get(cast.mia, board).tiles
    assert tiles == (Tile(first, 2), Tile(second))

    dashboards.arrange(cast.mia, board, tiles[::-1])
    with pytest.raises(NotFound):
        dashboards.get(cast.ann, board)
    dashboards.share(cast.mia, board, "team")
    seen = dashboards.get(cast.ann, board)
    assert [seen.reports[tile.report_id].name for tile in seen.tiles] == ["B", "A"]
    for wrong in ([Tile(first, 4)], [Tile(first), Tile(first)], [Tile(first, 1, 3)]):
        with pytest.raises(Invalid):
            dashboards.arrange(cast.mia, board, wrong)
    with pytest.raises(NotFound):
        dashboards.create(cast.ann, "Peep", [Tile(first)])  # hers to see there, not hers to take along

    saved_reports.remove(cast.mia, first)
    assert set(dashboards.get(cast.ann, board).reports) == {second}
    dashboards.rename(cast.mia, board, "Weeks")
    dashboards.remove(cast.mia, board)
    assert dashboards.search(cast.ann) == []
    dashboards.restore(cast.mia, board)
    assert [one.name for one in dashboards.search(cast.ann)] == ["Weeks"]


def test_what_is_not_ones_own_to_see_is_no_measure_of_ones_report(cast: Cast) -> None:
    blind = replace(cast.vera, permissions=cast.vera.permissions - {"orders:read"})
    with pytest.raises(NotAllowed):
        saved_reports.save(blind, "Revenue", BY_PERSON)
