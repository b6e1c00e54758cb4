"""My reports as a person sees them: built, kept, put on a dashboard, opened down to the rows."""

from crm_core.insights import dashboards, report_schedules, saved_reports
from crm_core.insights.report_schedule_rules import NewSchedule
from crm_core.insights.report_types import TIME, Definition, Tile
from crm_core.kernel.work import Clock
from crm_core.team import profile
from tests.insights.measured import furnish
from tests.pages.conftest import OpenApp, field, press, said
from tests.people import Cast


def test_a_report_is_built_and_kept(open_app: OpenApp, cast: Cast, clock: type[Clock]) -> None:
    furnish(cast)
    page = open_app(cast.mia, "reports", view="mine")
    assert "There is none yet" in said(page)

    page = open_app(cast.mia, "reports", view="mine", report="new")
    page.multiselect(key="own.measures").set_value(["calls", "meetings"]).run()
    field(page, "Split").set_value("owner").run()
    assert {tile.label: tile.value for tile in page.metric} == {"Calls": "2", "Meetings": "2"}
    page.text_input(key="own-report-name").set_value("Who calls")
    press(page, "Save")

    assert not page.exception
    [card] = saved_reports.search(cast.mia)
    assert (card.name, card.definition.measures, card.definition.split, card.definition.chart) == (
        "Who calls", ("calls", "meetings"), "owner", "bars",
    )  # fmt: skip
    page = open_app(cast.mia, "reports", view="mine", report=str(card.id), number="calls",
                    part=f"owner:{cast.ann.id}")  # fmt: skip
    assert [tile.label for tile in page.metric] == ["Calls: Ann Archer"]
    assert "Rows 1 to 1 of 1" in said(page)
    assert not page.exception


def test_a_dashboard_shows_its_reports_and_is_arranged(
    open_app: OpenApp, cast: Cast, clock: type[Clock]
) -> None:
    furnish(cast)
    kinds = (
        Definition(("order_revenue",), TIME, "week", "bars", "days_30"),
        Definition(("calls",), "owner", chart="table", time="days_30"),
        Definition(("tasks_done",), time="days_30"),
    )
    keys = [saved_reports.save(cast.olga, f"Part {n}", one) for n, one in enumerate(kinds)]
    board = dashboards.create(cast.olga, "Week", [Tile(key) for key in keys])
    report_schedules.add(cast.olga, NewSchedule(keys[0], recipients=(cast.olga.id or 0,)))

    page = open_app(cast.olga, "reports", view="boards")
    assert not page.exception
    assert [tile.label for tile in page.metric] == ["Revenue", "Calls", "Tasks done"]
    page.toggle(key="boards.same").set_value(True).run()
    assert not page.exception
    press(page, "Show on home")
    assert profile.preferences(cast.olga).home_dashboard == board
    home = open_app(cast.olga)
    assert not home.exception
    assert "Part 0" in said(home)
    page.toggle(key=f"arrange-{board}").set_value(True).run()
    page.button(key=f"arrow_downward-{board}-0").click().run()
    assert [tile.report_id for tile in dashboards.get(cast.olga, board).tiles] == [keys[1], keys[0], keys[2]]

    page = open_app(cast.olga, "reports", view="mailing")
    press(page, "Pause")
    assert not page.exception
    assert report_schedules.search(cast.olga)[0].is_active is False
    press(page, "Change")
    [row] = report_schedules.search(cast.olga)
    page.number_input(key=f"mailing.{row.id}.hour").set_value(17)
    press(page, "Save")
    assert not page.exception
    assert report_schedules.search(cast.olga)[0].asked.hour == 17
    press(page, "Delete")
    assert report_schedules.search(cast.olga) == []
    press(page, "Undo")
    [again] = report_schedules.search(cast.olga)
    assert (again.asked.hour, again.is_active) == (17, False)
