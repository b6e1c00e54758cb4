"""The list of cases: views with their counts, search and filters in the address, acts on the ticked ones."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import pyarrow as pa
import streamlit as st

from crm_core.kernel.access import Actor, Permission
from crm_core.kernel.paging import Page, Paging
from crm_core.kernel.work import Clock
from crm_core.service import case_batches, case_lists, rules
from crm_core.service.case_types import CaseCounts, CaseQuery, CaseRow, ManyCases
from crm_core.team import users
from pages.ui import case_state, case_words, contacts_state, navigation, words
from pages.ui.case_state import Undo, offer_undo
from pages.ui.guard import flash, guard
from pages.ui.session import me

_VIEW: Final = "case-view"
BACK: Final = "case.back"
"""Where the list leaves its address, for the way back from a case."""
_ROUND: Final = "case.round"
_FOUND: Final = ("q", "priority", "kind", "who", "p")


@dataclass(frozen=True)
class View:
    """A way to look at the cases; ``counted`` names its number, ``empty`` says what to do without any."""

    title: str
    tab: str
    statuses: tuple[str, ...]
    counted: str = ""
    empty: str = "**No case here.** Nothing has to be done."


VIEWS: Final = {
    "mine": View("Mine", "mine", rules.UNSOLVED, "mine",
                 "**You have no open case.** Take one of those that nobody looks after."),
    "unassigned": View("Unassigned", "unassigned", rules.UNSOLVED, "unassigned",
                       "**Every case has somebody who looks after it.**"),
    "open": View("Open", "all", rules.UNSOLVED, "all",
                 "**No open case.** When a customer asks for something, note it as a case."),
    "overdue": View("Overdue", "overdue", rules.UNSOLVED, "overdue", "**Nothing is overdue.** Well done."),
    "unanswered": View("To answer", "unanswered", rules.UNSOLVED, "unanswered",
                       "**Nobody waits for an answer.**"),
    "waiting": View("Waiting", "all", ("waiting",), empty="**No case waits for its customer.**"),
    "solved": View("Solved", "all", ("solved", "closed"), empty="**No case is solved yet.**"),
    "all": View("All", "all", (), empty="**No cases yet.** When a customer asks for something, note it."),
}  # fmt: skip
_COLUMNS: Final = {
    "promise": "Promise", "number": "Case", "subject": "Subject", "customer": "Customer",
    "priority": "Priority", "status": "Status", "owner": "Who", "touched": "Last message",
}  # fmt: skip
_WIDE: Final = {
    "promise": 172, "number": 66, "subject": 215, "customer": 190, "priority": 76, "status": 100,
    "owner": 106, "touched": 112,
}  # fmt: skip


def draw(actor: Actor) -> None:
    """Views, filters, the table, its pages, and the bar for the ticked ones."""
    view = _view(actor, case_lists.counts(actor))
    query = _asked(actor, view)
    kept = ("view", *_FOUND)
    st.session_state[BACK] = {one: st.query_params[one] for one in kept if one in st.query_params}
    case_state.undo_bar()
    case_state.show_refusal()
    page = case_lists.search(actor, query)
    if not page.items:
        _nothing(actor, view, query)
        return
    found = words.number(page.total, is_capped=page.is_capped)
    order = "the nearest promise first" if query.sort == "urgency" else "the latest message first"
    st.caption(f"{found} {'case' if page.total == 1 else 'cases'}, {order}")
    ticked = _table(actor, page)
    if (last := contacts_state.last_page(page)) > 1:
        st.pagination(last, key="p", bind="query-params")
    if ticked and actor.may(Permission.CASES_EDIT):
        _bar(actor, ticked)


def _view(actor: Actor, counts: CaseCounts) -> View:
    usual = "mine" if actor.may(Permission.CASES_EDIT) and counts.mine else "open"

    def title(name: str) -> str:
        view = VIEWS[name]
        return f"{view.title} {getattr(counts, view.counted):,}" if view.counted else view.title

    names = [name for name in VIEWS if name != "mine" or actor.may(Permission.CASES_EDIT)]
    wanted = st.query_params.get("view", "")
    st.session_state[_VIEW] = wanted if wanted in names else usual
    chosen = st.pills(
        "View", names, required=True, format_func=title, key=_VIEW, on_change=_keep_view,
        label_visibility="collapsed",
    )  # fmt: skip
    return VIEWS[chosen or usual]


def _keep_view() -> None:
    """The address names the view without its number, which changes."""
    st.query_params["view"] = st.session_state.get(_VIEW) or "open"
    contacts_state.first_page()


def _asked(actor: Actor, view: View) -> CaseQuery:
    people = {str(key): name for key, name in users.choices(actor)}
    with st.container(key="list-filters"):
        box, priority, kind, who = st.columns([4, 2, 2, 2])
    text = box.text_input(
        "Search cases", key="q", live="250ms", bind="query-params", on_change=contacts_state.first_page,
        max_chars=200, icon=":material/search:", placeholder="Number, subject or customer",
        label_visibility="collapsed",
    )  # fmt: skip
    urgency = _choice(priority, "priority", "Any priority", case_words.PRIORITY_WORDS)
    sort = _choice(kind, "kind", "Any kind", case_words.KIND_WORDS)
    owner = _choice(who, "who", "Anybody", people) if len(people) > 1 else None
    return CaseQuery(
        tab=view.tab, statuses=view.statuses, priorities=(urgency,) if urgency else (),
        kinds=(sort,) if sort else (), owner_ids=(int(owner),) if owner else (), text=text or "",
        sort="touched" if "solved" in view.statuses or not view.statuses else "urgency",
        paging=Paging(st.session_state.get("p", 1), contacts_state.page_size(actor)),
    )  # fmt: skip


def _choice(place: Any, key: str, placeholder: str, options: dict[str, str]) -> str | None:
    chosen: str | None = place.selectbox(
        placeholder, list(options), index=None, format_func=lambda one: options.get(one, one), key=key,
        bind="query-params", on_change=contacts_state.first_page, label_visibility="collapsed",
        placeholder=placeholder,
    )  # fmt: skip
    return chosen


def _table(actor: Actor, page: Page[CaseRow]) -> list[int]:
    """The table; a click on a row opens the case. Returns the ids of the ticked rows."""
    now, height = Clock.now(), contacts_state.row_height(actor)
    cells = [_cells(row, now) for row in page]
    arrays = {
        name: pa.array([[cell[name]] if name == "promise" else cell[name] for cell in cells])
        for name in _COLUMNS
    }
    event: Any = st.dataframe(
        pa.table(arrays), hide_index=True,
        key=f"cases-{st.session_state.get(_ROUND, 0)}-{hash(tuple((row.id, row.version) for row in page))}",
        on_select="rerun",
        selection_mode=["multi-row", "single-cell"] if actor.may(Permission.CASES_EDIT) else "single-cell",
        row_height=height, height=height * (len(page) + 1) + 2, column_config=_columns(page, now),
        alt=f"Cases: {', '.join(row.subject for row in page.items[:20])}",
    )  # fmt: skip
    ids = [row.id for row in page]
    for position, _column in event.selection.cells:
        if isinstance(position, int) and 0 <= position < len(ids):
            navigation.open_page("service", case=ids[position])
    return [ids[at] for at in event.selection.rows if isinstance(at, int) and 0 <= at < len(ids)]


def _columns(page: Page[CaseRow], now: datetime) -> dict[str, Any]:
    colors = {f"{one.sign} {one.text}": one.color for one in (case_words.promise(row, now) for row in page)}
    configured = {name: st.column_config.Column(title, width=_WIDE[name]) for name, title in _COLUMNS.items()}
    configured["promise"] = st.column_config.MultiselectColumn(
        _COLUMNS["promise"], width=_WIDE["promise"], options=list(colors), color=list(colors.values())
    )
    return configured


def _cells(row: CaseRow, now: datetime) -> dict[str, str]:
    promise = case_words.promise(row, now)
    urgent = "! " if row.priority in ("urgent", "high") else ""
    return {
        "promise": f"{promise.sign} {promise.text}",
        "number": rules.shown(row.number),
        "subject": row.subject,
        "customer": row.contact_name + (f" · {row.account_name}" if row.account_name else ""),
        "priority": urgent + case_words.PRIORITY_WORDS.get(row.priority, row.priority),
        "status": words.sentence(row.status),
        "owner": row.owner_name or "Nobody",
        "touched": words.ago(row.last_message_at),
    }


def _nothing(actor: Actor, view: View, query: CaseQuery) -> None:
    with st.container(border=True, horizontal_alignment="center", key="no-cases"):
        if query.text or query.kinds or query.priorities or query.owner_ids:
            st.markdown("**No case matches.** Use fewer words or filters.", width="content")
            st.button("Take the filters off", key="show-all", on_click=_clear)
            return
        st.markdown(view.empty, width="content")
        if not actor.may(Permission.CASES_EDIT):
            return
        if view.tab == "mine":
            st.button(
                "Show unassigned cases", key="show-unassigned", on_click=st.query_params.update,
                args=({"view": "unassigned"},),
            )  # fmt: skip
        elif view.title in ("Open", "All"):
            st.button("New case", key="first-case", on_click=case_state.open_dialog, args=("new",))


def _clear() -> None:
    for key in _FOUND:
        st.session_state.pop(key, None)
        st.query_params.pop(key, None)


def _bar(actor: Actor, ticked: list[int]) -> None:
    what = words.count(len(ticked), "case")
    with st.bottom, st.container(horizontal=True, vertical_alignment="center", key="bulk-bar"):
        st.markdown(f"**{what}**", width="content")
        st.button(
            "Solve",
            key="cases-solve",
            type="primary",
            icon=":material/check:",
            on_click=_solve,
            args=(ticked,),
        )
        st.button(
            "Take", key="cases-take", icon=":material/front_hand:", on_click=_give, args=(ticked, actor.id)
        )
        people: dict[int, str] = dict(users.choices(actor))
        if len(people) > 1:
            with st.popover("Assign", icon=":material/person:"):
                owner = st.selectbox(
                    "Who looks after them", [None, *people], key="cases-owner",
                    format_func=lambda one: people.get(one, "Nobody"),
                )  # fmt: skip
                st.button("Assign", key="cases-assign", type="primary", on_click=_give, args=(ticked, owner))


def _solve(ticked: list[int]) -> None:
    with guard(refused=case_state.refuse):
        _offer(case_batches.solve(me(), ticked), "solved")


def _give(ticked: list[int], owner_id: int | None) -> None:
    with guard(refused=case_state.refuse):
        _offer(case_batches.assign(me(), ticked, owner_id), "given away" if owner_id else "given to nobody")


def _offer(done: ManyCases, verb: str) -> None:
    """Say what became of them, with the way back; nothing is ticked any more."""
    st.session_state[_ROUND] = st.session_state.get(_ROUND, 0) + 1
    kept = f" {words.count(done.kept, 'case')} stayed as they were." if done.kept else ""
    if done.count:
        offer_undo(Undo(done, f"{words.count(done.count, 'case')} {verb}.{kept}"))
    else:
        flash(f"Nothing had to be changed.{kept}")
