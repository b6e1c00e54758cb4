"""How long until customers come back, and who may be about to leave."""

import pyarrow as pa
import streamlit as st

from crm_core.insights import churn, retention
from crm_core.insights.churn import ChurnReport
from crm_core.insights.retention import ReturnReport
from crm_core.kernel.access import Actor
from pages.ui import navigation, words
from pages.ui.report_cache import kept
from pages.ui.report_charts import BLUE, axis, share

LONGEST = 730
"""Days that are drawn."""


@kept("Looking at who came back …")
def _returns(actor: Actor) -> ReturnReport:
    return retention.report(actor)


@kept("Learning from those who left …")
def _risks(actor: Actor) -> ChurnReport:
    return churn.report(actor)


def draw(actor: Actor) -> None:
    """Returns as a curve; the customers at risk, with how far that can be trusted."""
    found = _returns(actor)
    if not found.customers:
        st.info("As soon as there are orders, returns and risks show here.", icon=":material/replay:")
        return
    left, right = st.columns(2, gap="medium")
    with left.container(border=True, height="stretch"):
        st.markdown("**How long until customers come back**")
        _curve(found)
    with right.container(border=True, height="stretch"):
        st.markdown("**Who may be about to leave**")
        _at_risk(_risks(actor))


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
    for one in found.customers[:12]:
        spent = words.md(words.money(one.spent, found.currency))
        with st.container(horizontal=True, wrap=False, vertical_alignment="center", gap="small"):
            navigation.link("customer", words.md(one.name), icon=":material/person:", id=one.contact_id)
            st.markdown(
                f"**{share(one.risk)}** :gray[:small[{spent}, usually every {one.usual_gap:.0f} days, last "
                f"{words.short_day(one.last_on)}]]",
                width="stretch",
            )
    if not found.customers:
        st.caption("Nobody who came back regularly is at risk.")
    st.caption(
        f"Learned from {words.count(found.learned_from, 'customer')}; {share(found.base_rate)} of them "
        "bought nothing for half a year. Of two customers, the one who left had the higher risk "
        f"{share(found.auc)} of the time (by silence alone: {share(found.auc_of_recency)}). "
        "Sorted by risk times revenue."
    )
