"""Customers by how lately, how often and for how much they bought: a map, and the segments."""

from typing import Any, Final

import pyarrow as pa
import streamlit as st

from crm_core.insights import rfm
from crm_core.insights.customer_sets import of_question
from crm_core.insights.metric_types import Question
from crm_core.insights.rfm import RfmMember, RfmReport
from crm_core.kernel.access import Actor
from crm_core.kernel.paging import Page, Paging
from crm_core.kernel.values import money
from pages.ui import report_filters, report_people_list, report_table, words
from pages.ui.report_cache import kept
from pages.ui.report_charts import axis, shade, share

_COLUMNS: Final = ("Customer", "Scores", "Orders", "Revenue", "Last order")


@kept("Scoring the customers …")
def _report(actor: Actor, question: Question) -> RfmReport:
    return rfm.report(actor, question.as_of, which=of_question(question))


def draw(actor: Actor, question: Question) -> None:
    """The map of recency and frequency, the segments, and the customers of one cell or segment."""
    found = _report(actor, question)
    if not found.customers:
        report_filters.nobody(
            question, "As soon as there are orders, customers are scored here.", ":material/grid_on:"
        )
        return
    left, right = st.columns(2, gap="medium")
    with left.container(border=True, height="stretch"):
        st.markdown("**Where customers stand**")
        picked = _map(found)
    with right.container(border=True, height="stretch"):
        st.markdown("**Segments**")
        _segments(found)
    _members(actor, found, picked, question)


def _map(found: RfmReport) -> str:
    unit = 10 ** money.exponent(found.currency)
    cells = sorted({(one.r, one.f) for one in found.cells})
    among = {(r, f): [one for one in found.cells if (one.r, one.f) == (r, f)] for r, f in cells}
    people = {place: sum(one.customers for one in ones) for place, ones in among.items()}
    means = {
        place: sum(one.revenue for one in ones) / people[place] / unit if people[place] else 0.0
        for place, ones in among.items()
    }
    frame = pa.table(
        {
            "key": [f"{r}-{f}" for r, f in cells],
            "r": [r for r, _f in cells],
            "f": [f for _r, f in cells],
            "customers": [people[place] for place in cells],
            "mean": [round(means[place], 2) for place in cells],
        }
    )
    axes = {
        "x": {
            "field": "r",
            "type": "ordinal",
            "scale": {"domain": list(rfm.SCORES)},
            "axis": axis("Recency: 5 is lately", labelAngle=0),
        },
        "y": {
            "field": "f",
            "type": "ordinal",
            "scale": {"domain": list(reversed(rfm.SCORES))},
            "axis": axis("Frequency: 5 is often"),
        },
    }
    color, ink = shade("customers", max(people.values()))
    tooltip = [
        {"field": "r", "title": "Recency"},
        {"field": "f", "title": "Frequency"},
        {"field": "customers", "title": "Customers", "format": ","},
        {"field": "mean", "title": f"Brought on average ({found.currency})", "format": ",.2f"},
    ]
    spec = {
        "height": 300,
        "params": [{"name": "pick", "select": {"type": "point", "fields": ["key"]}, "views": ["cells"]}],
        "encoding": axes | {"tooltip": tooltip},
        "layer": [
            {"name": "cells", "mark": {"type": "rect", "cornerRadius": 3, "cursor": "pointer"},
             "encoding": {"color": color}},
            {"mark": {"type": "text", "fontSize": 13},
             "encoding": {"text": {"field": "customers", "format": ","}, "color": ink}},
        ],
    }  # fmt: skip
    event: Any = st.vega_lite_chart(frame, spec, key="rfm-map", on_select="rerun")
    best = max(cells, key=lambda place: people[place])
    st.caption(
        f"{words.count(found.customers, 'customer')} who bought in {found.currency}; most of them stand at "
        f"recency {best[0]}, frequency {best[1]}. A click opens the customers of a cell."
    )
    chosen = event.selection.get("pick", ()) if event is not None else ()
    return str(chosen[0].get("key", "")) if chosen else ""


def _segments(found: RfmReport) -> None:
    columns = ("Segment", "Customers", "Share", "Orders", "Revenue", "Of all")
    rows = [
        (row.segment, row.customers, share(row.share), row.orders, words.money(row.revenue, found.currency),
         share(row.revenue_share))
        for row in found.segments
    ]  # fmt: skip
    report_table.draw(columns, rows, "rfm", right=columns[1:])
    with st.expander("How scores are made"):
        days = ", ".join(f"{end:,.0f}" for end in found.days)
        orders = ", ".join(f"{end:,.0f}" for end in found.orders)
        revenue = ", ".join(words.md(words.money(round(end), found.currency)) for end in found.revenue)
        st.markdown(
            "Five scores each, by fifths of your customers. A score rises at these values (and falls at "
            f"these days since the last order): days {days}; orders {orders}; revenue {revenue}. "
            f"Counted on {words.day(found.as_of)}."
        )


def _members(actor: Actor, found: RfmReport, picked: str, question: Question) -> None:
    segments = {row.segment: row.segment for row in found.segments}
    cells = {
        f"{r}-{f}": f"Recency {r}, frequency {f}" for f in reversed(rfm.SCORES) for r in reversed(rfm.SCORES)
    }
    with st.container(border=True, key="rfm-customers"):
        chosen = report_people_list.choose("Open the customers of …", segments | cells, "cell", picked)
        if not chosen:
            return

        day, which = question.as_of, of_question(question)

        def page_of(paging: Paging) -> Page[RfmMember]:
            if chosen in segments:
                return rfm.members(actor, chosen, day, paging=paging, which=which)
            return rfm.at(actor, (int(chosen[0]), int(chosen[-1])), day, paging=paging, which=which)

        def row_of(one: RfmMember) -> tuple[int, tuple[str, ...]]:
            worth = words.money(one.revenue, found.currency)
            return one.contact_id, (
                one.name,
                f"{one.r}{one.f}{one.m}",
                f"{one.orders:,}",
                worth,
                words.ago(one.last_at),
            )

        report_people_list.draw("rfm-customers", _COLUMNS, page_of, row_of)
