"""Which share of the customers of each month came back in later months."""

import pyarrow as pa
import streamlit as st

from crm_core.insights import cohorts
from crm_core.insights.cohorts import CohortReport
from crm_core.kernel.access import Actor
from pages.ui import words
from pages.ui.report_cache import kept
from pages.ui.report_charts import SCHEME, axis, share

SHOWN = 18
"""So many months are drawn, the latest ones."""


@kept("Following the customers of each month …")
def _report(actor: Actor) -> CohortReport:
    return cohorts.report(actor)


def draw(actor: Actor) -> None:
    """The repeat rate, and the table of cohorts as a picture and as a table."""
    found = _report(actor)
    if not found.customers:
        st.info("As soon as there are orders, cohorts show here.", icon=":material/table_chart:")
        return
    each = found.orders / found.customers
    shown = (
        ("Customers", words.number(found.customers), "Everybody who ever ordered."),
        ("Repeat rate", share(found.repeat_rate, 1), "The share of customers with more than one order."),
        ("Orders a customer", f"{each:.2f}", "All orders, by all customers."),
        (
            "Back after 3 months",
            share(found.average.get(3), 1),
            "The share that bought in the third month after.",
        ),
    )
    with st.container(key="tiles"):
        for place, (label, value, meaning) in zip(st.columns(4), shown, strict=True):
            place.container(border=True, height="stretch").metric(label, value, help=meaning)
    with st.container(border=True):
        st.markdown("**Share of customers who bought again, by months since their first order**")
        _picture(found)
        with st.expander("As a table"):
            st.dataframe(_table(found), hide_index=True)


def _picture(found: CohortReport) -> None:
    latest = set(sorted(found.sizes)[-SHOWN:])
    cells = [cell for cell in found.cells if cell.cohort in latest and 0 < cell.months <= SHOWN]
    if not cells:
        st.caption("Nobody has come back in a later month yet.")
        return
    frame = pa.table(
        {
            "cohort": [cell.cohort for cell in cells],
            "months": [cell.months for cell in cells],
            "share": [cell.share for cell in cells],
            "customers": [cell.customers for cell in cells],
            "began": [found.sizes[cell.cohort] for cell in cells],
        }
    )
    encoding = {
        "x": {
            "field": "months",
            "type": "ordinal",
            "axis": axis("Months after the first order", labelAngle=0),
        },
        "y": {"field": "cohort", "type": "ordinal", "axis": axis(None)},
        "tooltip": [
            {"field": "cohort", "title": "First order in"},
            {"field": "months", "title": "Months later"},
            {"field": "share", "title": "Bought again", "format": ".1%"},
            {"field": "customers", "title": "Customers", "format": ","},
            {"field": "began", "title": "Began with", "format": ","},
        ],
    }
    color = {"field": "share", "type": "quantitative", "scale": {"scheme": SCHEME}, "legend": None}
    middle = max(cell.share for cell in cells) / 2
    ink = {"condition": {"test": f"datum.share > {middle}", "value": "#1A1A1A"}, "value": "#FFFFFF"}
    text = {"text": {"field": "share", "format": ".0%"}, "color": ink}
    spec = {
        "height": {"step": 26},
        "encoding": encoding,
        "layer": [
            {"mark": {"type": "rect", "cornerRadius": 2}, "encoding": {"color": color}},
            {"mark": {"type": "text", "fontSize": 11}, "encoding": text},
        ],
    }
    st.vega_lite_chart(frame, spec, key="cohort-map")
    told = ", ".join(f"{share(found.average[months])} after {months}" for months in (1, 3, 6, 12)
                     if months in found.average)  # fmt: skip
    st.caption(f"On average over all cohorts, by months: {told}. The present month is not over yet.")


def _table(found: CohortReport) -> dict[str, list[object]]:
    months = range(max((cell.months for cell in found.cells), default=0) + 1)
    shares = {(cell.cohort, cell.months): cell.share for cell in found.cells}
    names = sorted(found.sizes)
    columns: dict[str, list[object]] = {
        "First order in": list(names),
        "Customers": [found.sizes[name] for name in names],
    }
    for month in months[1:]:
        columns[f"+{month}"] = [
            share(shares[name, month]) if (name, month) in shares else "" for name in names
        ]
    return columns
