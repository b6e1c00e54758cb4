"""One task on a page: done by one click, put off by one click, everything else behind three dots."""

from collections.abc import Sequence
from datetime import date

import streamlit as st

from crm_core.activity import task_batches, task_rules, tasks
from crm_core.activity.task_types import TaskRow
from crm_core.kernel.access import Actor, Permission
from pages.ui import navigation, task_words, words
from pages.ui.guard import flash, guard
from pages.ui.session import me
from pages.ui.task_state import Undo, offer_undo, open_dialog

TALKS = ("call", "meeting")
STYLE = """<style>
[class*="st-key-task-line-"] { border-bottom: 1px solid rgba(128, 128, 128, .18); padding: .4rem 0 .45rem; }
[class*="st-key-task-line-"] [data-testid="stMarkdownContainer"] p {
  line-height: 1.35; overflow-wrap: anywhere;
}
[class*="st-key-task-later-"] button p { font-size: .8rem; white-space: nowrap; }
[class*="st-key-task-later-"] { flex-shrink: 0; }
[class*="st-key-task-line-"] .stPageLink a { padding: 0; min-height: 1.5rem; height: auto; }
@media (max-width: 640px) {
  [class*="st-key-task-line-"]:has([class*="st-key-task-later-"]) { flex-wrap: wrap; row-gap: 0; }
  [class*="st-key-task-line-"] > [data-testid="stLayoutWrapper"]:nth-child(2) { flex: 1 1 60%; }
  [data-testid="stLayoutWrapper"]:has(> [class*="st-key-task-later-"]) {
    order: 9; flex: 1 1 100%; padding-left: 2.2rem;
  }
}
</style>"""


def draw(
    actor: Actor, row: TaskRow, *, place: str, with_owner: bool = False, with_about: bool = True
) -> None:
    """One line. ``place`` keeps its buttons apart from those of the same task elsewhere on the page."""
    key = f"{place}-{row.id}"
    may_edit = actor.may(Permission.TASKS_EDIT)
    with st.container(
        horizontal=True, vertical_alignment="center", gap="small", wrap=False, key=f"task-line-{key}"
    ):
        if may_edit and row.is_open:
            _done_button(row, key)
        with st.container(gap=None, width="stretch"):
            small = task_words.details(row, with_owner=with_owner, with_about=with_about)
            st.markdown(f"{task_words.title(row)}  \n:small[:gray[{small or 'Some day'}]]")
            if with_about and row.contact_name and row.contact_id:
                label = f":small[{words.md(row.contact_name)}]"
                navigation.link("customer", label, icon=":material/person:", id=row.contact_id)
        if may_edit:
            if row.is_open:
                _later(row, key)
            _more(row, key)


def _done_button(row: TaskRow, key: str) -> None:
    is_talk = row.kind in TALKS
    help_text = "Done: log it, and plan the next step" if is_talk else "Done"
    icon = ":material/radio_button_unchecked:"
    if st.button("", key=f"done-task-{key}", icon=icon, type="tertiary", help=help_text):
        if is_talk:
            open_dialog("finish", row.id)
            st.rerun()
        else:
            finish(row)


def finish(row: TaskRow) -> None:
    """Mark it as done at once, with the way back."""
    with guard(rerun=True):
        done = tasks.finish(me(), row.id, version=row.version)
        next_time = ""
        if done.next_id is not None:
            day = tasks.get(me(), done.next_id).due_on
            next_time = f" The next one is due {task_words.day(day)}." if day else ""
        offer_undo(Undo("reopen", (row.id,), f"“{row.title}” is done.{next_time}"))


def postpone(task_ids: Sequence[int], to: date) -> None:
    """Put tasks off, with the way back."""
    with guard(rerun=True):
        moved = task_batches.postpone(me(), task_ids, to)
        if moved.count:
            what = words.count(moved.count, "task")
            offer_undo(Undo("put_back", moved, f"{what} moved to {task_words.day(to)}."))
        else:
            flash("Nothing had to be moved.")


def _later(row: TaskRow, key: str) -> None:
    today = words.today()
    with st.container(horizontal=True, gap="xxsmall", width="content", wrap=False, key=f"task-later-{key}"):
        for label, word in (("Tomorrow", "tomorrow"), ("Next week", "next week")):
            to = task_rules.TO[word](today)
            if to != row.due_on and st.button(label, key=f"{word}-task-{key}", type="tertiary"):
                postpone([row.id], to)


def _more(row: TaskRow, key: str) -> None:
    if row.is_open:
        acts = ["Edit", "Finish with details", "Next Monday", "Skip this time" if row.repeats else "Call off"]
    else:
        acts = ["Edit", "Reopen"]
    choice = st.menu_button(
        "", (*acts, "Delete"), key=f"acts-task-{key}", icon=":material/more_horiz:", type="tertiary",
        help="Change, put off or delete",
    )  # fmt: skip
    if choice == "Edit":
        open_dialog("edit", row.id)
        st.rerun()
    elif choice == "Finish with details":
        open_dialog("finish", row.id)
        st.rerun()
    elif choice == "Next Monday":
        postpone([row.id], task_rules.next_monday(words.today()))
    elif choice in ("Skip this time", "Call off"):
        with guard(rerun=True):
            tasks.cancel(me(), row.id, version=row.version)
            offer_undo(Undo("reopen", (row.id,), f"“{row.title}” is called off."))
    elif choice == "Reopen":
        with guard(done=f"“{row.title}” is open again.", rerun=True):
            tasks.reopen(me(), row.id, version=row.version)
    elif choice == "Delete":
        with guard(rerun=True):
            task_batches.delete(me(), [row.id])
            ends = " It was the last of its series." if row.repeats and row.is_open else ""
            offer_undo(Undo("restore", (row.id,), f"“{row.title}” is deleted.{ends}"))
