"""Which share of the customers of each month came back in later months."""

from typing import Any

import pyarrow as pa
import streamlit as st

from crm_core.insights import cohorts
from crm_core.insights.cohorts import CohortCell, CohortMember, CohortReport
from crm_core.insights.customer_sets import of_question
from crm_core.insights.metric_types import Question
from crm_core.insights.table_files import Cell
from crm_core.kernel.access import Actor
from crm_core.kernel.paging import Page, Paging
from pages.ui import report_filters, report_people_list, report_table, words
from pages.ui.report_cache import kept
from pages.ui.report_charts import axis, shade, share

SHOWN = 18
"""So many months are drawn, the latest ones."""


@kept("Following the customers of each month …")
def _report(actor: Actor, question: Question) -> CohortReport:
    return cohorts.report(actor, as_of=question.as_of, which=of_question(question))


def draw(actor: Actor, question: Question) -> None:
    """The repeat rate, the cohorts as a picture and as a table, and the customers of a cell."""
    found = _report(actor, question)
    if not found.customers:
        report_filters.nobody(
            question, "As soon as there are orders, cohorts show here.", ":material/table_chart:"
        )
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
        st.markdown("**Share of customers (%) who bought again, by months since their first order**")
        picked = _picture(found)
        with st.expander("As a table"):
            columns, rows = _table(found)
            report_table.draw(columns, rows, "cohorts", right=columns[1:])
    _members(actor, found, picked, question)


def _picture(found: CohortReport) -> str:
    latest = set(sorted(found.sizes)[-SHOWN:])
    cells = [cell for cell in found.cells if cell.cohort in latest and 0 < cell.months <= SHOWN]
    if not cells:
        st.caption("Nobody has come back in a later month yet.")
        return ""
    frame = pa.table(
        {
            "key": [f"{cell.cohort}+{cell.months}" for cell in cells],
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
    color, ink = shade("share", max(cell.share for cell in cells))
    # Cells are narrow on a phone: the number alone has room there.
    is_narrow = f"width < {30 * len({cell.months for cell in cells})}"
    words_of = {
        "text": {"expr": f"format(datum.share * 100, '.0f') + ({is_narrow} ? '' : '%')"},
        "fontSize": {"expr": f"{is_narrow} ? 9 : 11"},
    }
    spec = {
        "height": {"step": 26},
        "params": [{"name": "pick", "select": {"type": "point", "fields": ["key"]}, "views": ["cells"]}],
        "encoding": encoding,
        "layer": [
            {
                "name": "cells",
                "mark": {"type": "rect", "cornerRadius": 2, "cursor": "pointer"},
                "encoding": {"color": color},
            },
            {"mark": {"type": "text"} | words_of, "encoding": {"color": ink}},
        ],
    }
    event: Any = st.vega_lite_chart(frame, spec, key="cohort-map", on_select="rerun")
    told = ", ".join(f"{share(found.average[months])} after {months}" for months in (1, 3, 6, 12)
                     if months in found.average)  # fmt: skip
    st.caption(f"On average over all cohorts, by months: {told}. The present month is not over yet. "
               "A click opens the customers of a cell.")  # fmt: skip
    chosen = event.selection.get("pick", ()) if event is not None else ()
    return str(chosen[0].get("key", "")) if chosen else ""


def _members(actor: Actor, found: CohortReport, picked: str, question: Question) -> None:
    latest = sorted(found.sizes)[-SHOWN:]
    options = {f"{cell.cohort}+{cell.months}": _said(cell) for cell in found.cells if cell.cohort in latest}
    with st.container(border=True, key="cohort-customers"):
        chosen = report_people_list.choose("Open the customers of …", options, "cohort", picked)
        if not chosen:
            return
        cohort, _, months = chosen.partition("+")

        def page_of(paging: Paging) -> Page[CohortMember]:
            return cohorts.members(actor, cohort, int(months), question.as_of, paging, of_question(question))

        def row_of(one: CohortMember) -> tuple[int, tuple[str, ...]]:
            return one.contact_id, (one.name, f"{one.orders:,}", words.when(one.last_at))

        report_people_list.draw(
            "cohort-customers", ("Customer", "Orders that month", "Last of them"), page_of, row_of
        )


def _said(cell: CohortCell) -> str:
    people = words.count(cell.customers, "customer")
    if not cell.months:
        return f"{cell.cohort}: {people} with the first order"
    return f"{cell.cohort}, {words.count(cell.months, 'month')} later: {people}"


def _table(found: CohortReport) -> tuple[list[str], list[tuple[Cell, ...]]]:
    months = range(max((cell.months for cell in found.cells), default=0) + 1)
    shares = {(cell.cohort, cell.months): cell.share for cell in found.cells}
    names = sorted(found.sizes)
    columns = ["First order in", "Customers", *(f"+{month}" for month in months[1:])]
    rows: list[tuple[Cell, ...]] = [
        (name, found.sizes[name],
         *(share(shares[name, month]) if (name, month) in shares else "" for month in months[1:]))
        for name in names
    ]  # fmt: skip
    return columns, rows
