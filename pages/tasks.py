"""Tasks: what I have to do today, all that is planned, and the calendar of the team."""

from collections.abc import Callable

import streamlit as st

from crm_core.kernel.access import Actor, Permission
from pages.ui import address, calendar_view, task_day, task_dialogs, task_list
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


asking = require(Permission.TASKS_READ)
st.html(STYLE)
header(asking)
if wanted := address.number("task", is_once=True):
    open_dialog("edit", wanted)
part = st.segmented_control(
    "Part", list(PARTS), default="My day", required=True, key="part", bind="query-params",
    label_visibility="collapsed",
)  # fmt: skip
undo_bar()
PARTS[part or "My day"](asking)
task_dialogs.draw()
