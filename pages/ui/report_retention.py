"""How long until customers come back, and who may be about to leave."""

from typing import Final

import pyarrow as pa
import streamlit as st

from crm_core.insights import churn, retention
from crm_core.insights.churn import ChurnReport
from crm_core.insights.customer_sets import of_question
from crm_core.insights.metric_types import Question
from crm_core.insights.retention import ReturnReport
from crm_core.kernel.access import Actor
from pages.ui import report_filters, report_sections, report_table, words
from pages.ui.report_cache import kept
from pages.ui.report_charts import BLUE, axis, share

SHOWN: Final = 50
_COLUMNS: Final = ("Customer", "Risk", "Spent", "Usually every", "Last")
LONGEST = 730
"""Days that are drawn."""


@kept("Looking at who came back …")
def _returns(actor: Actor, question: Question) -> ReturnReport:
    return retention.report(actor, question.as_of, of_question(question))


@kept("Learning from those who left …")
def _risks(actor: Actor, question: Question) -> ChurnReport:
    return churn.report(actor, SHOWN, as_of=question.as_of, which=of_question(question))


def draw(actor: Actor, question: Question) -> None:
    """Returns as a curve; the customers at risk, with how far that can be trusted."""
    found = _returns(actor, question)
    if not found.customers:
        report_filters.nobody(
            question, "As soon as there are orders, returns and risks show here.", ":material/replay:"
        )
        return
    left, right = st.columns(2, gap="medium")
    with left.container(border=True, height="stretch"):
        st.markdown("**How long until customers come back**")
        _curve(found)
    with right.container(border=True, height="stretch"):
        st.markdown("**Who may be about to leave**")
        _at_risk(_risks(actor, question))


def _curve(found: ReturnReport) -> None:
    steps = [step for step in found.curve if step.time <= LONGEST]
    if not found.came_back or not steps:
        st.caption("Nobody has come back yet.")
        return
    frame = pa.table(
        {
            "days": [step.time for step in steps],
            "share": [1 - step.share for step in steps],
            "low": [1 - step.high for step in steps],
            "high": [1 - step.low for step in steps],
        }
    )
    x = {"field": "days", "type": "quantitative", "axis": axis("Days after the first order", grid=False)}
    percent = axis(None, format=".0%", tickCount=5)
    tooltip = [{"field": "days", "title": "Days"}, {"field": "share", "title": "Came back", "format": ".1%"}]
    spec = {
        "height": 280,
        "encoding": {"x": x},
        "layer": [
            {"mark": {"type": "area", "color": BLUE, "opacity": 0.18, "interpolate": "step-after"},
             "encoding": {"y": {"field": "low", "type": "quantitative", "axis": percent},
                          "y2": {"field": "high"}}},
            {"mark": {"type": "line", "color": BLUE, "interpolate": "step-after"},
             "encoding": {"y": {"field": "share", "type": "quantitative"}, "tooltip": tooltip}},
        ],
    }  # fmt: skip
    st.vega_lite_chart(frame, spec, key="return-curve")
    told = [f"{share(part)} within {days} days" for days in (30, 90, 365)
            if (part := found.share_after(days)) is not None]  # fmt: skip
    half = f" Half are back after {found.median_days} days." if found.median_days is not None else ""
    st.caption(f"{words.joined(told)} come back." + half if told else half)
    st.caption("Kaplan and Meier's estimate: those who may still come back are counted as long as they were "
               "watched. The band holds the true share 95 times out of 100.")  # fmt: skip


def _at_risk(found: ChurnReport) -> None:
    if found.missing:
        st.write(found.missing)
        return
    if found.customers:
        rows = [
            (one.contact_id, (one.name, share(one.risk), words.money(one.spent, found.currency),
                              f"{one.usual_gap:.0f} days", words.short_day(one.last_on)))
            for one in found.customers
        ]  # fmt: skip
        report_sections.people(rows, _COLUMNS, "at-risk")
        report_table.downloads(_COLUMNS, lambda: [cells for _, cells in rows], "at-risk")
    else:
        st.caption("Nobody who came back regularly is at risk.")
    st.caption(
        f"Learned from {words.count(found.learned_from, 'customer')}; {share(found.base_rate)} of them "
        "bought nothing for half a year. Of two customers, the one who left had the higher risk "
        f"{share(found.auc)} of the time (by silence alone: {share(found.auc_of_recency)}). "
        "Sorted by risk times revenue."
    )
