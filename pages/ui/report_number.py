"""One number: its course, its groups, why it changed, and all the rows that it is made of."""

from dataclasses import replace
from datetime import date
from typing import Any, Final

import pyarrow as pa
import streamlit as st

from crm_core.insights import metrics
from crm_core.insights.metric_table import METRICS
from crm_core.insights.metric_types import FactRow, Figure, Question
from crm_core.kernel.access import Actor
from crm_core.kernel.paging import MAX_PAGE_SIZE, Paging
from crm_core.kernel.values import money
from pages.ui import navigation, number_views, report_filters, report_table, words
from pages.ui.report_tiles import change, text

VIEWS: Final = {"rows": "Rows", "time": "Over time", "split": "By group", "why": "Why it changed"}
SIZE: Final = 50
MOST: Final = 10_000
_COLUMNS: Final = ("What", "Customer", "Date", "Owner", "Value", "Currency")


def draw(actor: Actor, name: str, question: Question) -> None:
    """The page of a number."""
    query = report_filters.address() | {"view": "overview"}
    navigation.link("reports", "All numbers", icon=":material/arrow_back:", **query)
    as_of = st.session_state.get("asof")
    asked = replace(question, as_of=as_of if isinstance(as_of, date) else None)
    [figure] = metrics.figures(actor, asked, [name])
    head(figure)
    with st.container(horizontal=True, vertical_alignment="center"):
        view = st.segmented_control(
            "Show", list(VIEWS), default="rows", required=True, format_func=VIEWS.__getitem__, key="show",
            bind="query-params", label_visibility="collapsed",
        )  # fmt: skip
        st.date_input(
            "As it was known on", None, max_value=words.today(), key="asof", width=200,
            help="The number as it was at the end of that day, whatever was changed since.",
        )  # fmt: skip
    {"rows": rows_of, "time": number_views.course, "split": number_views.groups, "why": number_views.why}[
        view or "rows"
    ](actor, figure, asked)


def head(figure: Figure) -> None:
    """The number itself, exact in every currency, with its meaning."""
    metric = figure.metric
    st.metric(
        metric.title, text(figure, figure.value, figure.currency), change(figure),
        delta_color={True: "normal", False: "inverse", None: "off"}[metric.is_good_up],  # type: ignore[arg-type]
    )  # fmt: skip
    others = [text(figure, one.value(metric), one.currency) for one in figure.amounts[1:]]
    before = text(figure, figure.value_before, figure.currency) if figure.previous else ""
    told = [metric.meaning, *others, f"Before: {before}." if before else ""]
    st.caption(words.md(" ".join(part for part in told if part)))


def rows_of(actor: Actor, figure: Figure, question: Question) -> None:
    """The rows, the most valuable first; a click opens one."""
    name = figure.metric.name
    number = st.session_state.get("p", 1)
    page = metrics.rows(actor, name, question, Paging(number, SIZE))
    if not page.items:
        st.info("There is nothing in this time, with these filters.", icon=":material/inbox:")
        return
    first = page.paging.offset + 1
    st.caption(f"Rows {first:,} to {first + len(page) - 1:,} of {page.total:,}. A click opens a row.")
    cells = {
        column: [number_views.cell(figure, row)[place] for row in page]
        for place, column in enumerate(_COLUMNS[:5])
    }
    event: Any = st.dataframe(
        pa.table(cells), hide_index=True, key=f"rows-{name}-{number}-{hash(page.items)}", on_select="rerun",
        selection_mode="single-cell", column_config={"Value": st.column_config.Column(alignment="right")},
        alt=f"{figure.metric.title}: {', '.join(row.title for row in page.items[:10])}",
    )  # fmt: skip
    for position, _column in event.selection.cells:
        if isinstance(position, int) and 0 <= position < len(page):
            open_row(page.items[position])
    if page.pages > 1:
        st.pagination(page.pages, key="p", bind="query-params")
    told = "All rows as a file:" if page.total <= MOST else f"The first {MOST:,} of {page.total:,} as a file:"
    st.caption(told)
    report_table.downloads(_COLUMNS, lambda: _all(actor, figure, question), name)


def open_row(row: FactRow) -> None:
    """Go to the record of a row."""
    if row.record == "deals":
        navigation.open_page("deal", id=row.id)
    if row.record == "orders":
        navigation.open_page("orders", order=row.id)
    if row.contact_id is not None:
        navigation.open_page("customer", id=row.contact_id)


def asked() -> str:
    """The number that the address asks for; empty for none."""
    name = st.query_params.get("number", "")
    return name if name in METRICS else ""


def _all(actor: Actor, figure: Figure, question: Question) -> list[tuple[str, ...]]:
    found: list[tuple[str, ...]] = []
    for number in range(1, MOST // MAX_PAGE_SIZE + 1):
        page = metrics.rows(actor, figure.metric.name, question, Paging(number, MAX_PAGE_SIZE))
        for row in page:
            value = str(money.to_decimal(row.value, row.currency)) if row.currency else str(row.value)
            day = row.at.astimezone(words.zone()).date().isoformat() if row.at else ""
            found.append((row.title, row.customer or "", day, row.owner or "", value, row.currency))
        if number >= page.pages:
            break
    return found
