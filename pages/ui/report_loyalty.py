"""The loyalty programme: points that are held, when they end, and who stands on which tier."""

import streamlit as st

from crm_core.insights.metric_types import Question
from crm_core.kernel.access import Actor
from crm_core.loyalty import statements, tiers
from crm_core.loyalty.types import Liability, TierRow
from pages.ui import charts, navigation, report_sections, report_table, report_tiles, words
from pages.ui.charts import Mark


def draw(actor: Actor, question: Question) -> None:
    """What open points are worth, by the month in which they end; members by tier; the largest balances."""
    liability, known = statements.liability(actor), tiers.search(actor)
    [held] = report_tiles.figures(actor, question, ["points_liability"])
    if not (liability.points or held.value or any(tier.members for tier in known)):
        st.info(
            "As soon as customers are members and collect points, their points and tiers show here.",
            icon=":material/loyalty:",
        )
        return
    report_tiles.some(question, ("points_liability", "repeat_rate"))
    left, right = st.columns(2, gap="medium")
    with left.container(border=True, height="stretch"):
        _ends(liability)
    with right.container(border=True, height="stretch"):
        _tiers(known)
    navigation.link(
        "loyalty",
        "Costs and effect of the programme",
        icon=":material/loyalty:",
        show="programme",
    )
    report_sections.ranking(actor, question, "points_liability", "customer", "Who holds the most points")


def _ends(found: Liability) -> None:
    st.markdown("**When open points end**")
    worth = words.money(found.cost, found.currency)
    st.caption(words.md(f"All {found.points:,} open points are worth {worth}, if every one is used."))
    if not found.months:
        return
    named = [("never" if on is None else f"{on:%b %Y}", points, cost) for on, points, cost in found.months]
    marks = [Mark(name, name, points, f"{points:,}") for name, points, _ in named[:18]]
    charts.columns(marks, "Points", key="points-end", below="Month in which they end")
    with st.expander("As a table"):
        rows = [(name, points, words.money(cost, found.currency)) for name, points, cost in named]
        report_table.draw(("Month", "Points", "Worth"), rows, "points-end", right=("Points", "Worth"))


def _tiers(known: list[TierRow]) -> None:
    st.markdown("**Members by tier**")
    if not known:
        st.caption("The programme has no tiers yet.")
        return
    marks = [Mark(str(tier.id), tier.name, tier.members, f"{tier.members:,}") for tier in known]
    charts.bars(marks, "Members", key="tier-members")
    with st.expander("As a table"):
        rows = [(tier.name, f"{tier.threshold:,}", tier.members) for tier in known]
        report_table.draw(("Tier", "From", "Members"), rows, "tiers", right=("From", "Members"))
