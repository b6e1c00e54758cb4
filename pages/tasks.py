"""Tasks: what I have to do today, all that is planned, and the calendar of the team."""

from collections.abc import Callable

import streamlit as st

from crm_core.kernel.access import Actor, Permission
from pages.ui import calendar_view, task_day, task_dialogs, task_list
from pages.ui.session import require
from pages.ui.task_row import STYLE
from pages.ui.task_state import open_dialog, undo_bar

PARTS: dict[str, Callable[[Actor], None]] = {
    "My day": task_day.draw,
    "All tasks": task_list.draw,
    "Calendar": calendar_view.draw,
}


def header(actor: Actor) -> None:
    """Title, and the way to plan something."""
    with st.container(key="list-head"):
        title, acts = st.columns([3, 2], vertical_alignment="bottom")
    title.header("Tasks", anchor=False)
    with acts.container(horizontal=True, horizontal_alignment="right"):
        if actor.may(Permission.TASKS_EDIT) and st.button(
            "New task", key="new-task", type="primary", icon=":material/add_task:", shortcut="Alt+N"
        ):
            open_dialog("add")


def asked_for() -> int:
    """The task that a notice or a link leads to; 0 for none. Asked once: closing it stays closed."""
    text = st.query_params.pop("task", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else 0


asking = require(Permission.TASKS_READ)
st.html(STYLE)
header(asking)
if wanted := asked_for():
    open_dialog("edit", wanted)
part = st.segmented_control(
    "Part", list(PARTS), default="My day", required=True, key="part", bind="query-params",
    label_visibility="collapsed",
)  # fmt: skip
undo_bar()
PARTS[part or "My day"](asking)
task_dialogs.draw()
