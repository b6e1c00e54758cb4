"""The report that is being built: kept in the session while people try out what it says."""

from typing import Any, Final

import streamlit as st

from crm_core.insights import report_definitions
from crm_core.insights.metric_table import METRICS
from crm_core.insights.metric_types import Question
from crm_core.insights.periods import Period
from crm_core.insights.report_types import OWN, TIME, Definition
from crm_core.kernel.access import Actor
from pages.ui import report_filters

PREFIX: Final = "own."
NEW: Final = "new"
_DRAFT: Final = "ownreport.draft"
_OPENED: Final = "ownreport.opened"
_FILTERS: Final = ("time", "days", "vs", "team", "owner", "segment", "country", "product", "asof")
_BUILT: Final = ("measures", "split", "step", "chart", "sort", "limit")


def open_with(name: str, definition: Definition) -> None:
    """Begin with this definition, unless the same report is open already."""
    if st.session_state.get(_OPENED) != name:
        st.session_state[_OPENED] = name
        begin_with(definition)


def begin_with(definition: Definition) -> None:
    """Put a definition in the place of what was tried out."""
    st.session_state[_DRAFT] = definition
    for key in (*_FILTERS, *_BUILT):
        st.session_state.pop(PREFIX + key, None)


def close() -> None:
    """Forget what was tried out."""
    st.session_state.pop(_OPENED, None)


def draft() -> Definition:
    """What is being tried out."""
    found: Definition = st.session_state.get(_DRAFT) or first(None)
    return found


def keep(definition: Definition) -> None:
    """What is being tried out is this now."""
    st.session_state[_DRAFT] = definition


def first(actor: Actor | None) -> Definition:
    """What a new report begins with: a number that this person may see, over time."""
    seen = [one.name for one in METRICS.values() if actor is None or actor.may(one.permission)]
    return Definition((seen[0],), TIME, chart=report_definitions.charts_of(TIME)[0], time="months_12")


def seed() -> None:
    """Give the fields their values from the draft where they have none: they forget them when not drawn."""
    now = draft()
    told: dict[str, Any] = {
        "measures": list(now.measures), "split": now.split, "step": now.step, "chart": now.chart,
        "sort": now.sort, "limit": now.limit, "time": now.time, "vs": now.compare,
        "team": _text(now.team_id), "owner": _text(now.owner_id), "segment": _text(now.segment_id),
        "product": _text(now.product_id), "country": now.country or None, "asof": now.as_of,
    }  # fmt: skip
    for key, value in told.items():
        if PREFIX + key not in st.session_state:
            st.session_state[PREFIX + key] = value


def ask_filters(actor: Actor) -> tuple[Question, dict[str, Any]]:
    """The filter bar: what it asks now, and the same as parts of a definition."""
    now = draft()
    days = Period(now.since, now.until) if now.since and now.until else None
    question = report_filters.ask(actor, PREFIX, days)
    named = str(st.session_state.get(PREFIX + "time") or "month")
    own = named == OWN
    return question, {
        "time": named,
        "since": question.period.since if own else None,
        "until": question.period.until if own else None,
        "compare": question.compare,
        "team_id": question.team_id,
        "owner_id": question.owner_id,
        "product_id": question.product_id,
        "segment_id": question.segment_id,
        "country": question.country,
        "as_of": question.as_of,
    }


def _text(number: int | None) -> str | None:
    return None if number is None else str(number)
