"""The calendar of the team: a day, a week or a month, moved by buttons and arrow keys."""

from collections.abc import Mapping
from datetime import date, timedelta

import streamlit as st

from crm_core.activity import task_lists
from crm_core.activity.task_types import TaskRow
from crm_core.kernel.access import Actor, Permission
from crm_core.team import users
from pages.ui import calendar_hours, words
from pages.ui.calendar_days import COLORS, EVENT_STYLE, month
from pages.ui.task_state import open_dialog

SPANS = ("Day", "Week", "Month")
MOST_PEOPLE = 8
_DAY = "day"


def draw(actor: Actor) -> None:
    """Choices, a legend of people, and the days."""
    st.html(EVENT_STYLE)
    people: dict[int, str] = dict(users.choices(actor))
    with st.container(key="calendar-head", horizontal=True, vertical_alignment="center"):
        span = st.segmented_control(
            "Span", SPANS, default="Week", required=True, key="span", bind="query-params",
            label_visibility="collapsed",
        )  # fmt: skip
        shown = _day()
        _moves(shown, span or "Week")
        st.markdown(f"**{_heading(shown, span or 'Week')}**", width="stretch")
        may_plan = actor.may(Permission.TASKS_EDIT) and span == "Day"
        if may_plan and st.button("Plan", key="plan-on-day", icon=":material/add:"):
            open_dialog("add", due_on=shown, kind="meeting")
            st.rerun()
    chosen = _people(people)
    first, last = _range(shown, span or "Week")
    rows = task_lists.calendar(actor, first, last, chosen)
    names = _legend(rows, people, chosen)
    by_day: dict[date, list[TaskRow]] = {}
    for row in rows:
        if row.due_on is not None:
            by_day.setdefault(row.due_on, []).append(row)
    if span == "Day":
        calendar_hours.day_of_people(actor, shown, rows, names)
    elif span == "Month":
        month(first, last, shown, by_day, names)
    else:
        calendar_hours.week(actor, first, by_day, names)
    if not rows and span == "Month":
        st.info("Nothing is planned here.", icon=":material/event_available:")


def _day() -> date:
    """The day in the address; today without one."""
    try:
        return date.fromisoformat(st.query_params.get(_DAY, ""))
    except ValueError:
        return words.today()


def go_to(day: date) -> None:
    """Show this day."""
    if day == words.today():
        st.query_params.pop(_DAY, None)
    else:
        st.query_params[_DAY] = day.isoformat()


def _moves(shown: date, span: str) -> None:
    with st.container(horizontal=True, gap="xxsmall", width="content", wrap=False):
        back = st.button(
            "", key="calendar-back", icon=":material/chevron_left:", shortcut="Left", help="Earlier"
        )
        now = st.button("Today", key="calendar-today", disabled=shown == words.today())
        on = st.button("", key="calendar-on", icon=":material/chevron_right:", shortcut="Right", help="Later")
    if now:
        go_to(words.today())
        st.rerun()
    if back or on:
        go_to(_moved(shown, span, -1 if back else 1))
        st.rerun()


def _moved(shown: date, span: str, steps: int) -> date:
    if span == "Month":
        middle = shown.replace(day=15) + timedelta(days=30 * steps)
        return middle.replace(day=1)
    return shown + timedelta(days=(7 if span == "Week" else 1) * steps)


def _range(shown: date, span: str) -> tuple[date, date]:
    if span == "Day":
        return shown, shown
    if span == "Week":
        monday = shown - timedelta(days=shown.weekday())
        return monday, monday + timedelta(days=6)
    first = shown.replace(day=1)
    last = (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    return first - timedelta(days=first.weekday()), last + timedelta(days=6 - last.weekday())


def _heading(shown: date, span: str) -> str:
    if span == "Month":
        return f"{shown:%B %Y}"
    if span == "Day":
        return f"{shown:%A}, {words.day(shown)}"
    first, last = _range(shown, span)
    return f"{first.day} {first:%b} – {words.day(last)}"


def _people(people: Mapping[int, str]) -> list[int]:
    """Whose appointments: everybody's without a choice."""
    if len(people) < 2:
        return list(people)
    chosen = st.pills(
        "People", list(people), selection_mode="multi", key="calendar.people",
        format_func=lambda one: people[one], label_visibility="collapsed",
    )  # fmt: skip
    return list(chosen)


def _legend(
    rows: tuple[TaskRow, ...], people: Mapping[int, str], chosen: list[int]
) -> dict[int, tuple[str, str]]:
    """Everybody who has something here, each with a colour that is the same on all days."""
    named = {row.owner_id: row.owner_name for row in rows if row.owner_id is not None}
    named |= {key: people[key] for key in chosen if key in people}
    found = {
        key: (name, COLORS[key % len(COLORS)]) for key, name in sorted(named.items(), key=lambda one: one[1])
    }
    if len(found) > 1:
        shown = [f":{color}[:material/circle:] {words.md(name)}" for name, color in found.values()]
        st.caption(" · ".join(shown[: MOST_PEOPLE * 2]))
    return found
