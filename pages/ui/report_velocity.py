"""The pace of selling: how long deals take, what share is won, and what that brings each day."""

import streamlit as st

from crm_core.insights import velocity
from crm_core.insights.metric_types import Question
from crm_core.insights.velocity import Step, Velocity
from crm_core.kernel.access import Actor
from pages.ui import charts, report_sections, report_table, report_tiles, words
from pages.ui.charts import Mark
from pages.ui.report_charts import share


def draw(actor: Actor, question: Question) -> None:
    """The levers and their product, how the days to win spread, and how win rate and cycle went."""
    report_tiles.some(question, ("win_rate", "sales_cycle", "deals_won", "open_deals"))
    found = velocity.report(actor, question)
    left, right = st.columns([2, 3], gap="medium")
    with left.container(border=True, height="stretch"):
        _product(found)
    with right.container(border=True, height="stretch"):
        _days(found)
    left, right = st.columns(2, gap="medium")
    with left:
        report_sections.course(actor, question, "sales_cycle", "Days to win")
    with right:
        report_sections.course(actor, question, "win_rate", "Win rate")


def _product(found: Velocity) -> None:
    st.markdown("**What the pipeline brings each day**")
    if found.a_day is None:
        st.caption("Needs at least one deal that was won in this time.")
        return
    st.metric("Sales velocity", words.money(found.a_day, found.currency), label_visibility="collapsed")
    average = words.money(found.average, found.currency)
    st.markdown(
        words.md(
            f"{words.count(found.open_deals, 'open deal')} × {average} for each won one × "
            f"{share(found.win_rate, 1)} won ÷ {found.days:,.1f} days."
        )
    )
    st.caption(
        "At this pace the open deals bring so much a day. More deals, larger ones, a higher share won or "
        "fewer days: each raises it."
    )


def _days(found: Velocity) -> None:
    st.markdown("**How many days deals took until they were won**")
    if not any(step.deals for step in found.steps):
        st.caption("No deal was won in this time.")
        return
    marks = [
        Mark(f"{step.above}-{step.until or ''}", _name(step), step.deals, f"{step.deals:,}")
        for step in found.steps
    ]
    below = "Days from opening to winning"
    picked = charts.columns(marks, "Deals won", key="days-to-win", below=below, opens=True)
    report_sections.open_part("sales_cycle", "days", charts.picked_anew("days-to-win", picked))
    with st.expander("As a table"):
        rows = [(_name(step), step.deals) for step in found.steps]
        report_table.draw(("Days", "Deals"), rows, "days-to-win", right=("Deals",))


def _name(step: Step) -> str:
    return f"over {step.above - 1}" if step.until is None else f"{step.above}–{step.until}"
