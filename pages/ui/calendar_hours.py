"""A day or a week of the calendar by the hour: what has a time stands at its time, the rest above."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta

import streamlit as st

from crm_core.activity.task_types import TaskRow
from crm_core.kernel.access import Actor, Permission
from crm_core.kernel.work import Clock
from pages.ui import hour_grid, task_words, words
from pages.ui.hour_grid import Column, Entry
from pages.ui.task_state import open_dialog

ABOVE = 5
USUAL_MINUTES = 30
AN_HOUR = 60
Names = Mapping[int, tuple[str, str]]


def week(actor: Actor, first: date, by_day: Mapping[date, Sequence[TaskRow]], names: Names) -> None:
    """Seven days beside each other."""
    days = [first + timedelta(days=at) for at in range(7)]
    columns = [
        _column(day.isoformat(), f"{day:%a} {day.day} {day:%b}", by_day.get(day, ()), names, day=day)
        for day in days
    ]
    _draw(actor, columns, "calendar-week")


def day_of_people(actor: Actor, day: date, rows: Sequence[TaskRow], names: Names) -> None:
    """One day: a column for each person who has something, with their initials where room is scarce."""
    keys: list[int | None] = [*names] or [actor.id]
    if any(row.owner_id is None for row in rows):
        keys.append(None)
    columns = []
    for key in keys:
        name, tone = names.get(key or 0, ("Nobody" if key is None else actor.name, "gray"))
        mine = [row for row in rows if row.owner_id == key]
        columns.append(_column(f"{day}/{key or ''}", name, mine, names, day=day, most=len(mine), tone=tone))
    _draw(actor, columns, "calendar-day")


def _draw(actor: Actor, columns: Sequence[Column], key: str) -> None:
    local = Clock.now().astimezone(words.zone())
    hour_grid.draw(
        columns, key=key, now=local.hour * 60 + local.minute, may_plan=actor.may(Permission.TASKS_EDIT),
        opened=lambda number: open_dialog("edit", number), planned=_plan, more=_show_day,
    )  # fmt: skip


def _plan(column: str, minute: int) -> None:
    """The form for a meeting at this hour; in the column of a person it is theirs."""
    day, _, owner = column.partition("/")
    on = date.fromisoformat(day)
    at = datetime.combine(on, time(minute // 60, minute % 60), words.zone())
    open_dialog(
        "add", due_on=on, kind="meeting", starts_at=at, duration_minutes=AN_HOUR,
        owner_id=int(owner) if owner else None,
    )  # fmt: skip


def _show_day(column: str) -> None:
    st.session_state["span"] = "Day"
    st.query_params["day"] = column


def _column(
    key: str,
    title: str,
    rows: Sequence[TaskRow],
    names: Names,
    *,
    day: date,
    most: int = ABOVE,
    tone: str = "",
) -> Column:
    timed = [row for row in rows if row.starts_at is not None]
    above = [row for row in rows if row.starts_at is None]
    left = len(above) - most if len(above) > most + 1 else 0
    shown = [*timed, *(above[:most] if left else above)]
    initials = "".join(part[0] for part in title.split()[:2])
    return Column(
        id=key,
        title=title,
        short=initials if "/" in key else f"{day:%a}\n{day.day}",
        entries=tuple(_entry(row, names) for row in shown),
        tone=tone,
        is_today=day == words.today(),
        more=f"{left} more" if left else "",
    )


def _entry(row: TaskRow, names: Names) -> Entry:
    name, tone = names.get(row.owner_id or 0, (row.owner_name, "gray"))
    clock, start, minutes = "", None, row.duration_minutes or USUAL_MINUTES
    if row.starts_at is not None:
        local = row.starts_at.astimezone(words.zone())
        start = local.hour * 60 + local.minute
        end = task_words.clock(row.starts_at + timedelta(minutes=minutes))
        clock = f"{local:%H:%M}–{end}" if row.duration_minutes else f"{local:%H:%M}"
    kind = task_words.KINDS.get(row.kind, "Task")
    about = row.contact_name or row.account_name
    label = ", ".join(
        filter(None, (clock, kind, row.title, about, name, "done" if row.status == "done" else ""))
    )
    return Entry(row.id, row.title, clock, about, label, tone, start, minutes, row.status == "done")
