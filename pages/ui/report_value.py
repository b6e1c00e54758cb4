"""What customers will bring: how often they come back, how good that is known, and who brings the most."""

from typing import Final

import pyarrow as pa
import streamlit as st

from crm_core.insights import customer_value
from crm_core.insights.customer_sets import of_question
from crm_core.insights.customer_value_types import ValueReport
from crm_core.insights.metric_types import Question
from crm_core.kernel.access import Actor
from pages.ui import report_sections, report_table, words
from pages.ui.report_cache import kept
from pages.ui.report_charts import BLUE, axis, share

SHOWN = 50
_COLUMNS: Final = ("Customer", "Worth", "Purchases", "Still a customer")


@kept("Looking at all purchases …")
def _report(actor: Actor, question: Question) -> ValueReport:
    return customer_value.report(actor, which=of_question(question))


def draw(actor: Actor, question: Question) -> None:
    """The outlook for a year, its parts, its method, and the customers behind it."""
    found = _report(actor, question)
    if found.missing or found.buying is None:
        _too_little(found)
        return
    _numbers(found)
    left, right = st.columns([2, 3], gap="medium")
    with left.container(border=True, height="stretch"):
        st.markdown("**Purchases expected within a year, by how often they came back**")
        _chart(found)
    with right.container(border=True, height="stretch"):
        st.markdown("**Who will bring the most within a year**")
        _largest(actor, found.currency, question)
    _method(found)


def _too_little(found: ValueReport) -> None:
    with st.container(border=True):
        st.markdown("**Not enough history yet**")
        st.write(found.missing)
        st.caption(
            f"{words.count(found.customers, 'customer')} bought so far. Until then the page of a customer "
            "shows what was bought and in which rhythm, and RFM tells who is worth a call."
        )


def _numbers(found: ValueReport) -> None:
    ahead = sum(row.customers * row.expected for row in found.rows)
    shown = (
        ("Customers", words.number(found.customers), f"Everybody who bought in {found.currency}."),
        ("Came back", share(found.repeaters / found.customers), "The share that bought on another day, too."),
        (
            "Purchases ahead",
            words.number(round(ahead)),
            "Days of buying that the model expects within a year.",
        ),
        ("Per customer", f"{ahead / found.customers:.2f}", "The same, for a customer on average."),
    )
    with st.container(key="tiles"):
        for place, (label, value, meaning) in zip(st.columns(4), shown, strict=True):
            place.container(border=True, height="stretch").metric(label, value, help=meaning)


def _chart(found: ValueReport) -> None:
    frame = pa.table(
        {
            "repeats": [row.repeats for row in found.rows],
            "expected": [round(row.expected, 2) for row in found.rows],
            "customers": [row.customers for row in found.rows],
        }
    )
    encoding = {
        "x": {
            "field": "repeats",
            "type": "ordinal",
            "sort": None,
            "axis": axis("Came back so often", labelAngle=0),
        },
        "y": {"field": "expected", "type": "quantitative", "axis": axis(None, tickCount=4, grid=True)},
        "tooltip": [
            {"field": "repeats", "title": "Came back"},
            {"field": "expected", "title": "Expected within a year"},
            {"field": "customers", "title": "Customers", "format": ","},
        ],
    }
    mark = {"type": "bar", "color": BLUE, "cornerRadiusEnd": 3}
    st.vega_lite_chart(frame, {"height": 260, "mark": mark, "encoding": encoding}, key="value-by-repeats")
    first, last = found.rows[0], found.rows[-1]
    st.caption(
        f"{words.count(first.customers, 'customer')} came back {first.repeats} times and will buy "
        f"{first.expected:.2f} times; {words.count(last.customers, 'customer')} came back {last.repeats} "
        f"times and will buy {last.expected:.1f} times."
    )


def _largest(actor: Actor, currency: str, question: Question) -> None:
    found = customer_value.largest(actor, SHOWN, which=of_question(question))
    if not found:
        st.caption("The list is made every night; it stands here from tomorrow on, if anybody is on it.")
        return
    rows = [
        (one.contact_id, (one.name, words.money(one.value, currency), f"{one.orders:.1f}", share(one.alive)))
        for one in found
    ]
    report_sections.people(rows, _COLUMNS, "value")
    report_table.downloads(_COLUMNS, lambda: [cells for _, cells in rows], "value")
    st.caption("Among the 500 customers who brought the most so far.")


def _method(found: ValueReport) -> None:
    model, spending = found.buying, found.spending
    if model is None:
        return
    with st.expander("How this is known"):
        st.markdown(
            "How often: BG/NBD (Fader, Hardie, Lee 2005), fitted to the days on which customers bought. "
            "How much: Gamma-Gamma (Fader, Hardie 2013). Both are fitted to your own orders."
        )
        rows = {"r": model.r, "alpha": model.alpha, "a": model.a, "b": model.b}
        if spending is not None:
            rows |= {"p": spending.p, "q": spending.q, "v": spending.v}
        st.markdown(" · ".join(f"{name} **{value:.3f}**" for name, value in rows.items()))
        st.markdown(
            f":small[:gray[Log likelihood {model.log_likelihood:,.1f}; data until {words.day(found.as_of)}. "
            "The page of each customer says by how much the model was off when it was last tried on days "
            "that it had not seen.]]"
        )
