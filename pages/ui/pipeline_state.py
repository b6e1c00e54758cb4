"""What the pipeline is asked for: kept in the address, so that board, list and a link show the same deals."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

import streamlit as st

from crm_core.kernel.access import Actor
from crm_core.kernel.paging import Paging
from crm_core.sales.types import DealQuery, PipelineRow
from crm_core.team import users
from pages.ui import contacts_state, words

VIEWS = {"board": "Board", "list": "List"}
STATUSES = {"open": "Open", "won": "Won", "lost": "Lost", "all": "All"}
PILLS = {
    "mine": "Mine",
    "rotting": "Needs care",
    "stepless": "No next step",
    "month": "Closes this month",
    "overdue": "Close date passed",
}
SORTS = {
    "close_date": "Close date",
    "-amount": "Largest first",
    "-created": "Newest first",
    "-updated": "Changed last",
    "stage": "Stage",
    "name": "Name",
}
_ADDRESS = ("q", "pill", "status", "owner", "pipeline", "view", "sort", "p")


@dataclass(frozen=True)
class Asked:
    """The pipeline as it is asked for."""

    pipeline: PipelineRow
    view: str
    query: DealQuery

    @property
    def is_filtered(self) -> bool:
        """Is any deal of this pipeline left out?"""
        plain = DealQuery(pipeline_id=self.pipeline.id, status=self.query.status, paging=self.query.paging)
        return self.query != plain


def understand_address(pipelines: Sequence[PipelineRow]) -> None:
    """Take filters by their names from links of other pages, before the widgets are drawn."""
    known: Mapping[str, Any] = {"pill": PILLS, "status": STATUSES, "view": VIEWS, "sort": SORTS}
    for key, names in known.items():
        wanted = [name for name in st.query_params.get_all(key) if name in names]
        if wanted:
            st.session_state[key] = wanted if key == "pill" else wanted[0]
            del st.query_params[key]
    ids = {str(pipeline.id): pipeline.id for pipeline in pipelines}
    for key, values in (("pipeline", ids), ("owner", None)):
        wanted_id = st.query_params.get(key, "")
        if wanted_id.isascii() and wanted_id.isdigit() and (values is None or wanted_id in values):
            st.session_state[key] = int(wanted_id)
            del st.query_params[key]


def read(actor: Actor, pipelines: Sequence[PipelineRow]) -> Asked:
    """Read the address and the memory of the page."""
    state = st.session_state
    chosen = next((each for each in pipelines if each.id == state.get("pipeline")), pipelines[0])
    view = state.get("view") if state.get("view") in VIEWS else "board"
    status = state.get("status") if view == "list" and state.get("status") in STATUSES else "open"
    sort = state.get("sort") if state.get("sort") in SORTS else "close_date"
    number = state.get("p", 1) if view == "list" else 1
    query = DealQuery(
        text=str(state.get("q") or ""),
        pipeline_id=chosen.id,
        status="" if status == "all" else str(status),
        owner_id=state.get("owner"),
        paging=Paging(number if isinstance(number, int) else 1, contacts_state.page_size(actor), str(sort)),
    )
    return Asked(chosen, str(view), _with_pills(query, state.get("pill") or ()))


def _with_pills(query: DealQuery, pills: Sequence[str]) -> DealQuery:
    today = words.today()
    if "mine" in pills:
        query = replace(query, mine=True)
    if "rotting" in pills:
        query = replace(query, rotting=True)
    if "stepless" in pills:
        query = replace(query, without_next_step=True)
    if "month" in pills:
        query = replace(query, close_from=today.replace(day=1), close_to=_month_end(today))
    if "overdue" in pills:
        query = replace(query, close_from=None, close_to=today - timedelta(days=1))
    return query


def _month_end(day: date) -> date:
    return (day.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)


def usual(key: str, value: str) -> str | None:
    """What a widget begins with, unless the address said something else already."""
    return None if key in st.session_state else value


def owners(actor: Actor) -> dict[int, str]:
    """Whose deals one may ask for."""
    return {0: "Nobody’s", **dict(users.choices(actor))}


def first_page() -> None:
    """What changes the list also goes back to its beginning."""
    st.session_state["p"] = 1


def clear() -> None:
    """Show every deal of the pipeline again."""
    state = st.session_state
    state["q"], state["pill"], state["owner"] = "", [], None
    first_page()


def back_query() -> dict[str, str | list[str]]:
    """The address of the list, for the way back from a deal."""
    kept: dict[str, str | list[str]] = st.session_state.get("pipeline.address", {})
    return kept


def remember_address() -> None:
    """Leave the filters where the page of a deal finds its way back."""
    found = {name: st.query_params.get_all(name) for name in _ADDRESS if name in st.query_params}
    st.session_state["pipeline.address"] = {
        name: values if len(values) > 1 else values[0] for name, values in found.items()
    }
