"""Customers by how lately, how often and for how much they bought: a map, and the segments."""

import pyarrow as pa
import streamlit as st

from crm_core.insights import rfm
from crm_core.insights.rfm import RfmReport
from crm_core.kernel.access import Actor
from crm_core.kernel.paging import Paging
from crm_core.kernel.values import money
from pages.ui import navigation, words
from pages.ui.report_cache import kept
from pages.ui.report_charts import SCHEME, axis, share

SHOWN = 50


@kept("Scoring the customers …")
def _report(actor: Actor) -> RfmReport:
    return rfm.report(actor)


def draw(actor: Actor) -> None:
    """The map of recency and frequency, the segments, and the customers of one of them."""
    found = _report(actor)
    if not found.customers:
        st.info("As soon as there are orders, customers are scored here.", icon=":material/grid_on:")
        return
    left, right = st.columns(2, gap="medium")
    with left.container(border=True, height="stretch"):
        st.markdown("**Where customers stand**")
        _map(found)
    with right.container(border=True, height="stretch"):
        st.markdown("**Segments**")
        _segments(found)
    _members(actor, found)


def _map(found: RfmReport) -> None:
    unit = 10 ** money.exponent(found.currency)
    cells = [(r, f) for r in rfm.SCORES for f in rfm.SCORES]
    among = {(r, f): [one for one in found.cells if (one.r, one.f) == (r, f)] for r, f in cells}
    people = {place: sum(one.customers for one in ones) for place, ones in among.items()}
    means = {
        place: sum(one.revenue for one in ones) / people[place] / unit if people[place] else 0.0
        for place, ones in among.items()
    }
    frame = pa.table(
        {
            "r": [r for r, _f in cells],
            "f": [f for _r, f in cells],
            "customers": [people[place] for place in cells],
            "mean": [round(means[place], 2) for place in cells],
        }
    )
    axes = {
        "x": {"field": "r", "type": "ordinal", "axis": axis("Recency: 5 is lately", labelAngle=0)},
        "y": {"field": "f", "type": "ordinal", "sort": "descending", "axis": axis("Frequency: 5 is often")},
    }
    color = {"field": "customers", "type": "quantitative", "scale": {"scheme": SCHEME}, "legend": None}
    tooltip = [
        {"field": "r", "title": "Recency"},
        {"field": "f", "title": "Frequency"},
        {"field": "customers", "title": "Customers", "format": ","},
        {"field": "mean", "title": f"Brought on average ({found.currency})", "format": ",.2f"},
    ]
    middle = max(people.values()) / 2
    ink = {"condition": {"test": f"datum.customers > {middle}", "value": "#1A1A1A"}, "value": "#FFFFFF"}
    spec = {
        "height": 300,
        "encoding": axes | {"tooltip": tooltip},
        "layer": [
            {"mark": {"type": "rect", "cornerRadius": 3}, "encoding": {"color": color}},
            {"mark": {"type": "text", "fontSize": 13},
             "encoding": {"text": {"field": "customers", "format": ","}, "color": ink}},
        ],
    }  # fmt: skip
    st.vega_lite_chart(frame, spec, key="rfm-map")
    best = max(cells, key=lambda place: people[place])
    st.caption(
        f"{words.count(found.customers, 'customer')} who bought in {found.currency}; most of them stand at "
        f"recency {best[0]}, frequency {best[1]}."
    )


def _segments(found: RfmReport) -> None:
    st.dataframe(
        {
            "Segment": [row.segment for row in found.segments],
            "Customers": [row.customers for row in found.segments],
            "Share": [share(row.share) for row in found.segments],
            "Orders": [row.orders for row in found.segments],
            "Revenue": [words.money(row.revenue, found.currency) for row in found.segments],
            "Of all": [share(row.revenue_share) for row in found.segments],
        },
        hide_index=True,
        height="content",
    )
    with st.expander("How scores are made"):
        days = ", ".join(f"{end:,.0f}" for end in found.days)
        orders = ", ".join(f"{end:,.0f}" for end in found.orders)
        revenue = ", ".join(words.md(words.money(round(end), found.currency)) for end in found.revenue)
        st.markdown(
            "Five scores each, by fifths of your customers. A score rises at these values (and falls at "
            f"these days since the last order): days {days}; orders {orders}; revenue {revenue}. "
            f"Counted on {words.day(found.as_of)}."
        )


def _members(actor: Actor, found: RfmReport) -> None:
    names = [row.segment for row in found.segments]
    with st.container(border=True):
        picked = st.pills("Show the customers of", names, key="rfm-segment")
        if not picked:
            return
        page = rfm.members(actor, picked, paging=Paging(size=SHOWN))
        for one in page:
            label = f"{words.md(one.name)} · {words.md(words.money(one.revenue, found.currency))}"
            scores, often = f"{one.r}{one.f}{one.m}", words.count(one.orders, "order")
            told = f" :gray[{often}, last {words.ago(one.last_at)}, {scores}]"
            navigation.link("customer", label + told, icon=":material/person:", id=one.contact_id)
        if page.total > len(page):
            st.caption(f"The {len(page)} that brought the most, of {words.number(page.total)}.")
