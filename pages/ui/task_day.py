"""My day: a line to plan something, then what is late, what today brings and what comes."""

from collections.abc import Sequence

import streamlit as st

from crm_core.activity import quick_add, task_lists, tasks
from crm_core.activity.task_types import MyDay, NewTask, TaskRow
from crm_core.kernel.access import Actor, Permission
from crm_core.kernel.paging import Page
from pages.ui import navigation, task_row, task_words, words
from pages.ui.guard import guard
from pages.ui.session import me
from pages.ui.task_state import Undo, offer_undo

_TURN = "tasks.quick_turn"
SHOWN = 12


def draw(actor: Actor) -> None:
    """The whole day of this person."""
    if actor.may(Permission.TASKS_EDIT):
        _quick()
    day = task_lists.my_day(actor, SHOWN)
    _summary(day)
    if not any(part.total for part in (day.overdue, day.due_today, day.upcoming, day.undated)):
        _nothing(day)
        return
    _part(actor, "Late", "overdue", day.overdue, may_postpone=actor.may(Permission.TASKS_EDIT))
    _part(actor, "Today", "today", day.due_today, empty="Nothing is due today.")
    _part(actor, "Coming", "upcoming", day.upcoming)
    _part(actor, "Some day", "undated", day.undated)


def _quick() -> None:
    """One line of plain English, with what is understood of it before it is added."""
    # A new number empties the line after a success.
    turn = st.session_state.setdefault(_TURN, 0)
    with st.container(horizontal=True, vertical_alignment="bottom", key="quick-add", wrap=False):
        line = st.text_input(
            "Plan something", key=f"quick-{turn}", live="250ms", icon=":material/bolt:",
            placeholder="call Ann tomorrow 10:00", label_visibility="collapsed",
        )  # fmt: skip
        understood = quick_add.read(line or "", words.today(), words.zone())
        pressed = st.button(
            "Add", key="quick-save", type="primary", shortcut="Ctrl+Enter", disabled=understood is None
        )
    if understood is None:
        st.caption("Words like *call*, *tomorrow*, *fri 10:00*, *every week* and *!* are understood.")
        return
    st.caption(_preview(understood.task))
    if pressed:
        with guard(rerun=True):
            key = tasks.add(me(), understood.task)
            st.session_state[_TURN] = turn + 1
            offer_undo(Undo("delete", (key,), f"“{understood.task.title}” is planned."))


def _preview(task: NewTask) -> str:
    when = task_words.day(task.due_on) if task.due_on else "some day"
    clock = f", {task_words.clock(task.starts_at)}" if task.starts_at else ""
    parts = [
        f":material/{task_words.ICONS[task.kind]}: **{words.md(task.title)}**",
        f"{when}{clock}",
        task_words.rhythm(task.repeats, task.repeat_every),
        "urgent" if task.priority == "high" else "",
    ]
    return " · ".join(filter(None, parts))


def _summary(day: MyDay) -> None:
    parts = [f"{words.number(day.due_today.total)} today"]
    if day.overdue.total:
        parts.insert(0, f":red[{words.number(day.overdue.total)} late]")
    if day.done_today:
        parts.append(f":green[{words.number(day.done_today)} done]")
    st.markdown(f"{day.today:%A}, {words.day(day.today)} · {' · '.join(parts)}")


def _nothing(day: MyDay) -> None:
    text = (
        "All done. Enjoy it." if day.done_today else "You have nothing planned. Type a line above to begin."
    )
    st.info(text, icon=":material/celebration:" if day.done_today else ":material/event_available:")


def _part(
    actor: Actor, title: str, due: str, page: Page[TaskRow], *, empty: str = "", may_postpone: bool = False
) -> None:
    if not page.total and not empty:
        return
    with st.container(border=True, gap="xxsmall", key=f"day-{due}"):
        with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
            st.markdown(f"**{title}** :gray[{words.number(page.total) if page.total else ''}]")
            if may_postpone and len(page) > 1:
                _all_to_today(page.items)
        for row in page:
            task_row.draw(actor, row, place=due)
        if not page.total:
            st.caption(empty)
        if page.total > len(page):
            label = f"{words.number(page.total - len(page))} more"
            navigation.link("tasks", label, icon=":material/more_horiz:", part="All tasks", due=due)


def _all_to_today(rows: Sequence[TaskRow]) -> None:
    if st.button("Move all to today", key="late-to-today", type="tertiary", icon=":material/today:"):
        task_row.postpone([row.id for row in rows], words.today())
