"""The page of tasks: what is late, what today brings, the list, the calendar, and the dialogs."""

from datetime import datetime, time, timedelta
from itertools import combinations
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from streamlit.testing.v1 import AppTest

from crm_core.activity import task_lists, tasks
from crm_core.activity.task_days import today, zone
from crm_core.activity.task_types import NewTask, TaskQuery
from crm_core.kernel.access import Actor
from crm_core.people import contacts
from pages.ui import hour_grid
from tests.pages.conftest import OpenApp, field, said


def click(app: AppTest, key: str) -> AppTest:
    """Press the button with this key."""
    return next(one for one in app.button if one.key == key).click().run()


def plan(who: Actor, title: str, days: int = 0, **more: object) -> int:
    return tasks.add(who, NewTask(title, due_on=today() + timedelta(days=days), **more))  # type: ignore[arg-type]


def titles(who: Actor, **query: object) -> list[str]:
    return [row.title for row in task_lists.search(who, TaskQuery(**query))]  # type: ignore[arg-type]


def test_a_newcomer_is_told_how_to_begin(open_app: OpenApp, ann: Actor) -> None:
    app = open_app(ann, "tasks")

    assert not app.exception
    assert "You have nothing planned" in said(app)


def test_my_day_shows_what_is_late_and_one_click_finishes_it(
    open_app: OpenApp, ann: Actor, bob: Actor
) -> None:
    late, _ = plan(ann, "Send the offer", -2), plan(bob, "Not hers")

    app = open_app(ann, "tasks")
    assert "Send the offer" in said(app)
    assert "Not hers" not in said(app)
    app = click(app, f"done-task-overdue-{late}")

    assert tasks.get(ann, late).status == "done"
    assert "is done" in said(app)
    click(app, "undo-task")
    assert tasks.get(ann, late).status == "open"


def test_a_task_is_put_off_by_one_click_and_comes_back(open_app: OpenApp, ann: Actor) -> None:
    key = plan(ann, "Send the offer")

    app = click(open_app(ann, "tasks"), f"next week-task-today-{key}")

    assert tasks.get(ann, key).due_on == today() + timedelta(days=7)
    click(app, "undo-task")
    assert tasks.get(ann, key).due_on == today()


def test_a_line_is_previewed_and_added(open_app: OpenApp, ann: Actor) -> None:
    app = open_app(ann, "tasks")
    app = app.text_input(key="quick-0").set_value("call Ann tomorrow 10:00 <b>!").run()
    assert "Tomorrow, 10:00" in said(app)

    app = click(app, "quick-save")

    assert titles(ann) == ["call Ann <b>"] or titles(ann) == ["call Ann <b>!"]
    assert not app.exception


def test_finishing_a_call_logs_it_and_plans_the_next_step(open_app: OpenApp, ann: Actor) -> None:
    zoe = contacts.create(ann, {"full_name": "Zoe Zander"})
    key = plan(ann, "Call Zoe", kind="call", contact_id=zoe)
    app = click(open_app(ann, "tasks"), f"done-task-today-{key}")

    field(app, "What was said").set_value("Wants two")
    app = app.button_group(key=f"next-kind-finish-{key}").set_value("todo").run()
    app.text_input(key=f"next-title-finish-{key}").set_value("Send two")
    app = click(app, "finish-task")

    assert not app.exception
    assert tasks.get(ann, key).status == "done"
    assert titles(ann) == ["Send two"]
    assert contacts.get(ann, zoe).last_touch_at is not None


def test_a_task_is_added_in_a_dialog(open_app: OpenApp, ann: Actor) -> None:
    app = click(open_app(ann, "tasks"), "new-task")
    field(app, "What is to be done").set_value("Order paper")

    app = click(app, "save-new-task")

    assert titles(ann) == ["Order paper"]
    assert "is planned" in said(app)


def test_a_stale_dialog_does_not_save_over_others(open_app: OpenApp, ann: Actor) -> None:
    key = plan(ann, "Order paper")
    app = open_app(ann, "tasks", task=str(key))
    tasks.change(ann, key, {"title": "Order ink"}, version=None)
    field(app, "What is to be done").set_value("Order pens")

    app = click(app, "save-task")

    assert tasks.get(ann, key).title == "Order ink"
    assert "Someone else changed this task" in said(app).replace("\\", "")


def test_a_link_to_a_task_of_somebody_else_says_so(open_app: OpenApp, ann: Actor, bob: Actor) -> None:
    app = open_app(ann, "tasks", task=str(plan(bob, "Secret plan")))

    assert "gone, or not yours to see" in said(app)
    assert "Secret plan" not in said(app)


def test_the_list_is_filtered_by_its_address(open_app: OpenApp, ann: Actor) -> None:
    plan(ann, "Late one", -1)
    plan(ann, "Today one")

    app = open_app(ann, "tasks", part="All tasks", due="overdue")

    assert not app.exception
    assert "1 task" in said(app)


def test_a_month_shows_the_team(open_app: OpenApp, mia: Actor, ann: Actor) -> None:
    key = plan(ann, "Meet *Zoe*", kind="meeting")

    app = open_app(mia, "tasks", part="Calendar", span="Month")

    assert not app.exception
    assert any(str(one.key).startswith(f"open-{key}-") for one in app.button)
    app = click(app, "calendar-on")
    assert not app.exception


def test_a_day_and_a_week_show_the_team_by_the_hour_and_an_empty_hour_plans(
    open_app: OpenApp, mia: Actor, ann: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: dict[str, Any] = {}
    monkeypatch.setattr(hour_grid, "draw", lambda columns, **rest: told.update(rest, columns=columns))
    at = datetime.combine(today(), time(9, 30), zone())
    key = plan(ann, "Meet *Zoe*", kind="meeting", starts_at=at, duration_minutes=45)
    for number in range(8):
        plan(mia, f"Offer {number}")

    open_app(mia, "tasks", part="Calendar", span="Week")
    [shown] = [column for column in told["columns"] if column.is_today]
    [met] = [entry for entry in shown.entries if entry.start is not None]
    assert (met.id, met.start, met.minutes, met.clock) == (key, 570, 45, "09:30–10:15")
    assert len(told["columns"]) == 7
    assert (len(shown.entries), shown.more) == (1 + 5, "3 more")

    app = open_app(mia, "tasks", part="Calendar", span="Day")
    people = {column.title: column for column in told["columns"]}
    assert {name: len(column.entries) for name, column in people.items()} == {"Ann Archer": 1, "Mia Meyer": 8}
    monkeypatch.setattr(hour_grid, "draw", lambda _, planned, **_rest: planned(people["Ann Archer"].id, 840))
    app = app.run().run()
    assert not app.exception
    form = {str(each.key): each.value for each in (*app.date_input, *app.time_input, *app.selectbox)}
    assert (form["task-day-new"], form["task-clock-new"]) == (today(), time(14))
    assert form["task-owner-new"] == ann.id


@given(st.lists(st.tuples(st.integers(0, 1400), st.integers(1, 300)), max_size=12))
def test_entries_that_overlap_stand_beside_each_other(given_spans: list[tuple[int, int]]) -> None:
    spans = [(start, start + long) for start, long in given_spans]
    places = hour_grid.beside(spans)
    for (one, (lane, lanes)), (other, (lane_2, lanes_2)) in combinations(zip(spans, places, strict=True), 2):
        if one[0] < other[1] and other[0] < one[1]:
            assert (lane != lane_2, lanes) == (True, lanes_2)
    for at, (lane, lanes) in enumerate(places):
        assert 0 <= lane < lanes
        meets = any(
            spans[at][0] < end and start < spans[at][1] for start, end in spans[:at] + spans[at + 1 :]
        )
        assert meets or lanes == 1


def test_who_only_looks_changes_nothing(open_app: OpenApp, vera: Actor, ann: Actor) -> None:
    plan(ann, "Order paper")

    app = open_app(vera, "tasks", part="All tasks", whose="Everybody")

    assert "1 task" in said(app)
    assert "New task" not in said(app)
