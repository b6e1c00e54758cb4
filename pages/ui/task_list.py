"""All tasks: filters that stand in the address, a table, and acts on the ticked ones."""

from typing import Any, get_args

import pyarrow as pa
import streamlit as st

from crm_core.activity import task_batches, task_lists, task_rules
from crm_core.activity.task_types import Due, TaskQuery, TaskRow
from crm_core.kernel.access import Actor, Permission
from crm_core.kernel.paging import COUNT_CAP, Page, Paging
from crm_core.team import users
from pages.ui import contacts_state, task_row, task_words, words
from pages.ui.guard import guard
from pages.ui.session import me
from pages.ui.task_state import Undo, offer_undo, open_dialog

DUE = {"overdue": "Late", "today": "Today", "upcoming": "Coming", "undated": "Some day"}
COLUMNS = {
    "title": "Task", "kind": "Kind", "due": "Due", "about": "About", "owner": "Who", "repeats": "Repeats",
    "outcome": "Outcome",
}  # fmt: skip
GIVEN = "Given to others"
_ROUND = "tasks.round"


def draw(actor: Actor) -> None:
    """Filters, table, pages and the bar for the ticked ones."""
    query = _asked(actor)
    page = task_lists.search(actor, query)
    total = words.number(page.total, is_capped=page.is_capped)
    st.caption(f"{total} {'task' if page.total == 1 else 'tasks'}")
    if not page.items:
        st.info(
            "No task is like this. Choose other filters, or plan something.", icon=":material/filter_alt_off:"
        )
        return
    ticked = _table(actor, page, query)
    last = min(page.pages, COUNT_CAP // page.paging.limit)
    if last > 1:
        st.pagination(last, key="p", bind="query-params")
    if ticked and actor.may(Permission.TASKS_EDIT):
        _bar(actor, ticked, query.status)


def _asked(actor: Actor) -> TaskQuery:
    """The filters, each in the address."""
    people: dict[int, str] = dict(users.choices(actor))
    _understand("due", DUE)
    with st.container(key="list-filters"):
        text_place, who_place, status_place, due_place, kind_place = st.columns([3, 2, 2, 2, 2])
    text = text_place.text_input(
        "Search tasks", key="q", live="250ms", bind="query-params", on_change=_first_page,
        placeholder="Search tasks", icon=":material/search:", label_visibility="collapsed",
    )  # fmt: skip
    whose = who_place.selectbox(
        "Whose", ["Mine", GIVEN, "Everybody", *people.values()], key="whose", bind="query-params",
        on_change=_first_page, label_visibility="collapsed",
    )  # fmt: skip
    status = status_place.selectbox(
        "Status", list(task_words.STATUSES.values()), key="status", bind="query-params",
        on_change=_first_page, label_visibility="collapsed",
    )  # fmt: skip
    due = due_place.selectbox(
        "Due", list(DUE.values()), index=None, key="due", bind="query-params", on_change=_first_page,
        placeholder="Any day", label_visibility="collapsed",
    )  # fmt: skip
    kind = kind_place.selectbox(
        "Kind", list(task_words.KINDS.values()), index=None, key="kind", bind="query-params",
        on_change=_first_page, placeholder="Any kind", label_visibility="collapsed",
    )  # fmt: skip
    owners = [actor.id] if whose == "Mine" else [key for key, name in people.items() if name == whose]
    return TaskQuery(
        owner_ids=tuple(one for one in owners if one is not None),
        given=whose == GIVEN,
        status=_name_of(task_words.STATUSES, status) or "open",
        due=_due(due),
        kinds=tuple(filter(None, [_name_of(task_words.KINDS, kind)])),
        text=text or "",
        paging=Paging(_page_number(), contacts_state.page_size(actor)),
    )


def _understand(key: str, known: dict[str, str]) -> None:
    """Take a filter by its name from links of other pages; the widget puts its words into the address."""
    wanted = st.query_params.get(key, "")
    if wanted in known:
        st.session_state[key] = known[wanted]
        del st.query_params[key]


def _due(label: str | None) -> Due:
    name = _name_of(DUE, label)
    return next((one for one in get_args(Due) if one == name), "")


def _name_of(known: dict[str, str], label: str | None) -> str:
    return next((name for name, shown in known.items() if shown == label), "")


def _page_number() -> int:
    number = st.session_state.get("p", 1)
    return number if isinstance(number, int) else 1


def _first_page() -> None:
    st.session_state["p"] = 1


def _table(actor: Actor, page: Page[TaskRow], query: TaskQuery) -> list[int]:
    """The table; a click on a row opens the task. Returns the ids of the ticked rows."""
    height = contacts_state.row_height(actor)
    cells = [_cells(row) for row in page]
    shown = [name for name in COLUMNS if name in ("title", "due", "owner") or any(c[name] for c in cells)]
    event: Any = st.dataframe(
        pa.table({name: pa.array([cell[name] for cell in cells], pa.string()) for name in shown}),
        hide_index=True,
        key=f"tasks-{query.paging.number}-{abs(hash(query))}-{st.session_state.get(_ROUND, 0)}",
        on_select="rerun",
        selection_mode=["multi-row", "single-cell"],
        row_height=height,
        height=height * (len(page) + 1) + 2,
        column_config={name: st.column_config.Column(COLUMNS[name]) for name in shown},
        alt=f"Tasks: {', '.join(row.title for row in page.items[:20])}",
    )
    ids = [row.id for row in page]
    for position, _column in event.selection.cells:
        if isinstance(position, int) and 0 <= position < len(ids):
            _next_round()
            open_dialog("edit", ids[position])
            st.rerun()
    return [ids[at] for at in event.selection.rows if isinstance(at, int) and 0 <= at < len(ids)]


def _cells(row: TaskRow) -> dict[str, str]:
    urgent = "! " if row.priority == "high" else ""
    return {
        "title": f"{urgent}{row.title}",
        "kind": task_words.KINDS.get(row.kind, row.kind),
        "due": task_words.due(row),
        "about": row.contact_name or row.account_name or row.deal_name,
        "owner": row.owner_name,
        "repeats": task_words.rhythm(row.repeats, row.repeat_every),
        "outcome": row.outcome,
    }


def _next_round() -> None:
    """Nothing is ticked any more."""
    st.session_state[_ROUND] = st.session_state.get(_ROUND, 0) + 1


def _bar(actor: Actor, ticked: list[int], status: str) -> None:
    what = words.count(len(ticked), "task")
    with st.bottom, st.container(horizontal=True, vertical_alignment="center", key="bulk-bar"):
        st.markdown(f"**{what}**", width="content")
        if status == "deleted":
            if st.button("Restore", key="tasks-restore", type="primary"):
                with guard(done=f"{what} restored.", rerun=True):
                    task_batches.restore(me(), ticked)
                    _next_round()
            return
        if status == "open":
            _open_acts(actor, ticked, what)
        elif st.button("Reopen", key="tasks-reopen", type="primary"):
            with guard(done=f"{what} reopened.", rerun=True):
                task_batches.reopen(me(), ticked)
                _next_round()
        if st.button("Delete", key="tasks-delete", icon=":material/delete:"):
            with guard(rerun=True):
                task_batches.delete(me(), ticked)
                offer_undo(Undo("restore", tuple(ticked), f"{what} deleted."))
                _next_round()


def _open_acts(actor: Actor, ticked: list[int], what: str) -> None:
    if st.button("Done", key="tasks-done", type="primary", icon=":material/check:"):
        with guard(rerun=True):
            task_batches.finish(me(), ticked)
            offer_undo(Undo("reopen", tuple(ticked), f"{what} done."))
            _next_round()
    for word in ("tomorrow", "next Monday", "next week"):
        if st.button(words.sentence(word) if word != "next Monday" else "Next Monday", key=f"tasks-{word}"):
            _next_round()
            task_row.postpone(ticked, task_rules.TO[word](words.today()))
    people: dict[int, str] = dict(users.choices(actor))
    if len(people) > 1:
        with st.popover("Assign", icon=":material/person:"):
            owner = st.selectbox(
                "Who does it", list(people), format_func=lambda one: people[one], key="to-whom"
            )
            if st.button("Assign", key="tasks-assign", type="primary") and owner is not None:
                with guard(rerun=True):
                    given = task_batches.assign(me(), ticked, owner)
                    offer_undo(Undo("put_back", given, f"{what} given to {people[owner]}."))
                    _next_round()
