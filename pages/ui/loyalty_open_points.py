"""What all open points are worth, and in which months they expire."""

import altair as alt
import streamlit as st

from crm_core.kernel.access import Actor
from crm_core.loyalty import statements, tiers
from pages.ui import words

MOST_MONTHS = 24


def draw(actor: Actor) -> None:
    """Key figures, the profile of expiry, and how many members stand in which tier."""
    found = statements.liability(actor)
    with st.container(horizontal=True, key="open-points"):
        st.metric("Open points", f"{found.points:,}", border=True)
        st.metric("Worth", words.money(found.cost, found.currency), border=True)
        for tier in tiers.search(actor):
            st.metric(words.md(tier.name), f"{tier.members:,}", border=True, help="Members in this tier")
    if not found.months:
        st.caption("No points are open.")
        return
    st.subheader("When they expire", anchor=False)
    rows = [
        {"Month": f"{month:%b %Y}" if month else "Never", "Points": points, "place": place}
        for place, (month, points, _) in enumerate(found.months[:MOST_MONTHS])
    ]
    chart = alt.Chart(alt.InlineData(rows)).mark_bar(cornerRadiusEnd=3)
    st.altair_chart(
        chart.encode(
            x=alt.X("Month:N", sort=alt.EncodingSortField("place"), title=None),
            y=alt.Y("Points:Q", title="Points"), tooltip=["Month:N", alt.Tooltip("Points:Q", format=",")],
        ).properties(height=260)
    )  # fmt: skip
