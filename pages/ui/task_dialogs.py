"""Adding, changing and finishing a task, each in a dialog."""

from typing import Any

import streamlit as st

from crm_core.activity import task_rules, tasks
from crm_core.activity.task_types import NewTask, TaskRow
from crm_core.activity.types import NewInteraction
from crm_core.kernel.errors import CrmError, NotFound
from pages.ui import task_form, task_words, words
from pages.ui.guard import flash, guard
from pages.ui.session import me
from pages.ui.task_form import Beginning
from pages.ui.task_state import Opened, Undo, close_dialog, dialog, offer_undo

FOLLOW_UPS = {
    "": "Nothing more",
    "call": "A call",
    "meeting": "A meeting",
    "email": "An e-mail",
    "todo": "A task",
}


def draw() -> None:
    """The dialog that was asked for, if any."""
    opened = dialog()
    if opened is None:
        return
    if opened.name == "add":
        _add(opened)
        return
    row = _found(opened.task_id)
    if row is None:
        close_dialog()
    elif opened.name == "finish" and row.is_open:
        _finish(row)
    else:
        _edit(row)


def _found(task_id: int) -> TaskRow | None:
    refusals: list[CrmError] = []
    with guard(refused=refusals.append):
        return tasks.get(me(), task_id)
    for refusal in refusals:
        st.info(
            "This task is gone, or not yours to see." if isinstance(refusal, NotFound) else refusal.message
        )
    return None


def _add(opened: Opened) -> None:
    beginning = Beginning(**dict(opened.about))

    @st.dialog("New task", on_dismiss=close_dialog)
    def ask() -> None:
        values = task_form.ask(me(), beginning, "new")
        if _buttons("Add task", "save-new-task"):
            with guard(rerun=True):
                key = tasks.add(me(), NewTask(**values))
                close_dialog()
                offer_undo(Undo("delete", (key,), f"“{values['title']}” is planned."))

    ask()


def _edit(row: TaskRow) -> None:
    # What was opened stays the ground of comparison, however long somebody types.
    before: TaskRow = st.session_state.setdefault(f"tasks.before-{row.id}", row)

    def leave() -> None:
        st.session_state.pop(f"tasks.before-{row.id}", None)
        close_dialog()

    @st.dialog(f"Change {words.md(before.title[:60])}", on_dismiss=leave)
    def ask() -> None:
        values = task_form.ask(me(), before, f"{row.id}-{before.version}")
        if row.version != before.version:
            st.warning("Somebody else changed this task meanwhile. Your changes cannot be saved over theirs.")
            if st.button("Show how it is now", key="show-theirs", icon=":material/refresh:"):
                st.session_state[f"tasks.before-{row.id}"] = row
                st.rerun()
        if _buttons("Save", "save-task", leave):
            with guard(done=f"“{values['title']}” is saved.", rerun=True):
                tasks.change(me(), row.id, _changed(before, values), version=before.version)
                leave()

    ask()


def _changed(before: TaskRow, values: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if getattr(before, name) != value}


def _finish(row: TaskRow) -> None:
    @st.dialog(f"Finish: {words.md(row.title[:60])}", on_dismiss=close_dialog)
    def ask() -> None:
        key = f"finish-{row.id}"
        outcomes = list(task_rules.OUTCOMES)
        outcome = st.selectbox(
            "Outcome", outcomes, key=f"outcome-{key}",
            format_func=lambda one: words.sentence(one) if one else "Not said",
        )  # fmt: skip
        log = _log(row, outcome or "", key)
        st.markdown("**And then?**")
        follow_up = _follow_up(key)
        if _buttons("Finish", "finish-task"):
            with guard(rerun=True):
                done = tasks.finish(
                    me(), row.id, outcome or "", version=row.version, follow_up=follow_up, log=log
                )
                close_dialog()
                offer_undo(Undo("reopen", (row.id,), _said(row, is_logged=log is not None)))
                if done.follow_up_id is not None and follow_up is not None:
                    day = f" for {task_words.day(follow_up.due_on)}" if follow_up.due_on else ""
                    flash(f"“{follow_up.title}” is planned{day}.")

    ask()


def _said(row: TaskRow, *, is_logged: bool) -> str:
    return f"“{row.title}” is done{' and logged' if is_logged else ''}."


def _log(row: TaskRow, outcome: str, key: str) -> NewInteraction | None:
    """What was said: an entry for the timeline of the customer."""
    if row.contact_id is None and row.account_id is None:
        return None
    kind = row.kind if row.kind != "todo" else "note"
    body = st.text_area(
        "What was said" if kind != "note" else "What happened", key=f"body-{key}", height=96,
        placeholder=f"Goes to the timeline of {row.contact_name or row.account_name or 'the customer'}",
    )  # fmt: skip
    if not (body or "").strip():
        return None
    minutes = row.duration_minutes if kind in ("call", "meeting") else None
    return NewInteraction(
        kind, subject=row.title if kind == "meeting" else "", body=body or "", outcome=outcome,
        duration_minutes=minutes, direction="out" if kind in ("call", "email") else "",
    )  # fmt: skip


def _follow_up(key: str) -> NewTask | None:
    kind = st.segmented_control(
        "Next step", list(FOLLOW_UPS), default="", required=True, key=f"next-kind-{key}", width="stretch",
        format_func=FOLLOW_UPS.__getitem__, label_visibility="collapsed",
    )  # fmt: skip
    if not kind:
        return None
    title = st.text_input("Next step", key=f"next-title-{key}", placeholder="Send the offer")
    week = task_rules.TO["next week"](words.today())
    chosen = task_form.when(week, None, None, f"next-{key}", "When")
    return NewTask(title=title or task_words.KINDS[kind], kind=kind, **chosen)


def _buttons(verb: str, key: str, leave: Any = close_dialog) -> bool:
    with st.container(horizontal=True, horizontal_alignment="right"):
        if st.button("Cancel", key=f"cancel-{key}"):
            leave()
            st.rerun()
        return st.button(verb, key=key, type="primary", shortcut="Ctrl+Enter")
