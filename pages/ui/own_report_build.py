"""The builder of a report: what is measured, how it is split and drawn, and the filters above it."""

from dataclasses import replace
from typing import Any, Final

import streamlit as st

from crm_core.insights import report_definitions
from crm_core.insights.metric_table import METRICS
from crm_core.insights.metric_types import Question
from crm_core.insights.periods import STEPS
from crm_core.insights.report_types import AREA, BARS, LINE, NUMBER, TABLE, TIME, Definition
from crm_core.kernel.access import Actor
from pages.ui import own_report_state, words
from pages.ui.own_report_state import PREFIX
from pages.ui.report_sections import WAYS

SPLITS: Final = {"": "No split", TIME: "Over time"} | {
    key: f"By {name.lower()}" for key, name in WAYS.items()
}
CHARTS: Final = {NUMBER: "Number", LINE: "Line", AREA: "Area", BARS: "Bars", TABLE: "Table"}
_STEPS: Final = {"": "Steps that fit"} | {step: f"By {step}" for step in STEPS}
_SORTS: Final = {"value": "Largest first", "name": "By name"}


def draw(actor: Actor, *, is_new: bool) -> tuple[Definition, Question]:
    """The fields; what they ask is kept as the draft and returned."""
    now = own_report_state.draft()
    with st.expander("What it shows", expanded=is_new, icon=":material/tune:", key=f"{PREFIX}builder"):
        built = _fields(actor, now)
    question, filters = own_report_state.ask_filters(actor)
    definition = replace(now, **built, **filters)
    own_report_state.keep(definition)
    return definition, question


def question_of(definition: Definition) -> Question:
    """What a draft asks today."""
    return report_definitions.question_of(definition, words.today())


def _fields(actor: Actor, now: Definition) -> dict[str, Any]:
    seen = [one.name for one in METRICS.values() if actor.may(one.permission)]
    measures = st.multiselect(
        "Measures", seen, format_func=lambda name: f"{METRICS[name].title} · {METRICS[name].area}",
        key=f"{PREFIX}measures", max_selections=report_definitions.MOST_MEASURES,
        help=f"Up to {report_definitions.MOST_MEASURES} numbers.",
    )  # fmt: skip
    split_at, more_at, chart_at = st.columns([2, 2, 3])
    with split_at:
        split = (
            st.selectbox("Split", list(SPLITS), format_func=SPLITS.__getitem__, key=f"{PREFIX}split") or ""
        )
    built: dict[str, Any] = {"split": split, "measures": tuple(measures) or now.measures}
    with more_at:
        built |= _more(split)
    fitting = report_definitions.charts_of(split)
    if st.session_state.get(f"{PREFIX}chart") not in fitting:
        st.session_state[f"{PREFIX}chart"] = fitting[0]
    with chart_at:
        built["chart"] = st.segmented_control(
            "Drawn as", list(fitting), format_func=CHARTS.__getitem__, key=f"{PREFIX}chart", required=True
        )
    return built


def _more(split: str) -> dict[str, Any]:
    """What only some splits have: the length of steps, or the order and number of groups."""
    if split == TIME:
        step = st.selectbox("Steps", list(_STEPS), format_func=_STEPS.__getitem__, key=f"{PREFIX}step")
        return {"step": step or ""}
    if not split:
        return {}
    sort = st.selectbox("Order", list(_SORTS), format_func=_SORTS.__getitem__, key=f"{PREFIX}sort")
    limit = st.number_input("Groups at most", 1, report_definitions.MOST_GROUPS, key=f"{PREFIX}limit", step=1)
    return {"sort": sort or "value", "limit": int(limit)}
