"""Pictures of the loyalty programme: when points end, the way through the tiers, who comes back."""

import pyarrow as pa
import streamlit as st

from crm_core.insights.loyalty_types import ProgrammeReport, RepeatCohort
from pages.ui import charts, report_table, words
from pages.ui.charts import Mark
from pages.ui.report_charts import BLUE, GREY, axis, shade, share

MONTHS = 18
FEWEST = 5
"""A cohort of fewer customers says nothing by its share."""

NO_TIER = "No tier"
MEMBERS, OTHERS = "Members", "Other customers"


def expiry(found: ProgrammeReport) -> None:
    """Open points by the month in which they end."""
    st.markdown("**When open points end**")
    held = found.open_points
    if not held.months:
        st.caption("No points are open.")
        return
    named = [(f"{month:%b %Y}" if month else "Never", points, cost) for month, points, cost in held.months]
    marks = [Mark(name, name, points, f"{points:,}") for name, points, _ in named[:MONTHS]]
    charts.bars(marks, "Points", key="points-ending")
    if len(named) > MONTHS:
        st.caption(f"The first {MONTHS} of {len(named)} months; the table has all.")
    with st.expander("As a table"):
        rows = [(name, f"{points:,}", words.money(cost, found.currency)) for name, points, cost in named]
        report_table.draw(("Month", "Points", "Worth"), rows, "points-ending", right=("Points", "Worth"))


def tiers(found: ProgrammeReport) -> None:
    """From which tier to which members went."""
    st.markdown("**The way through the tiers**")
    if not found.flow:
        st.caption("Nobody came to another tier in this time.")
        return
    rows = [
        {"source": one.source or NO_TIER, "target": one.target or NO_TIER, "members": one.members}
        for one in found.flow
    ]
    color, ink = shade("members", max(one.members for one in found.flow))
    spec = {
        "height": {"step": 38},
        "encoding": {
            "x": {"field": "target", "type": "nominal", "sort": None,
                  "axis": axis("To", labelAngle=0, orient="top")},
            "y": {"field": "source", "type": "nominal", "sort": None, "axis": axis("From")},
            "tooltip": [{"field": "source", "title": "From"}, {"field": "target", "title": "To"},
                        {"field": "members", "title": "Members", "format": ","}],
        },
        "layer": [
            {"mark": {"type": "rect", "cornerRadius": 3}, "encoding": {"color": color}},
            {"mark": {"type": "text", "fontSize": 12},
             "encoding": {"text": {"field": "members", "format": ","}, "color": ink}},
        ],
    }  # fmt: skip
    st.vega_lite_chart(pa.Table.from_pylist(rows), spec, key="tier-flow")
    most = max(found.flow, key=lambda one: one.members)
    way = f"{most.source or NO_TIER} to {most.target or NO_TIER}"
    st.caption(words.md(f"Most went from {way}: {words.count(most.members, 'member')}."))


def repeat(found: ProgrammeReport) -> None:
    """Which part of the customers of each month ordered again: members, and others."""
    st.markdown("**Who ordered again**")
    told = [one for one in found.cohorts if one.customers >= FEWEST]
    if not told:
        st.caption("As soon as a month has five new customers or more, it shows here.")
        return
    rows = [
        {"month": one.month_on.isoformat(), "who": _who(one), "share": one.share,
         "customers": one.customers, "repeaters": one.repeaters}
        for one in told
    ]  # fmt: skip
    spec = {
        "height": 230,
        "encoding": {
            "x": {"field": "month", "type": "temporal",
                  "axis": axis(format="%b %Y", grid=False, tickCount=6, labelFlush=True)},
            "y": {"field": "share", "type": "quantitative", "axis": axis(format=".0%", tickCount=4)},
            "color": {"field": "who", "type": "nominal", "title": None,
                      "scale": {"domain": [MEMBERS, OTHERS], "range": [BLUE, GREY]},
                      "legend": {"orient": "top"}},
            "tooltip": [
                {"field": "month", "type": "temporal", "title": "First order in", "format": "%b %Y"},
                {"field": "who", "title": "Who"},
                {"field": "share", "title": "Ordered again", "format": ".1%"},
                {"field": "repeaters", "title": "Of them again", "format": ","},
                {"field": "customers", "title": "Customers", "format": ","},
            ],
        },
        "mark": {"type": "line", "strokeWidth": 2.25, "point": {"filled": True, "size": 40}},
    }  # fmt: skip
    st.vega_lite_chart(pa.Table.from_pylist(rows), spec, key="repeat-cohorts")
    st.caption(
        f"By the month of the first order: of the members {_whole(told, is_member=True)} ordered again, of "
        f"the others {_whole(told, is_member=False)}. Whoever buys more joins sooner: this is no effect."
    )


def _who(one: RepeatCohort) -> str:
    return MEMBERS if one.is_member else OTHERS


def _whole(told: list[RepeatCohort], *, is_member: bool) -> str:
    mine = [one for one in told if one.is_member == is_member]
    people = sum(one.customers for one in mine)
    return share(sum(one.repeaters for one in mine) / people if people else None)
