"""One number: its course, its groups, why it changed, and all the rows that it is made of."""

from collections.abc import Callable
from datetime import date
from typing import Any, Final

import pyarrow as pa
import streamlit as st

from crm_core.insights import kpi_filters, metrics, parts
from crm_core.insights.metric_table import METRICS
from crm_core.insights.metric_types import FactRow, Figure, Question
from crm_core.kernel.access import Actor
from crm_core.kernel.paging import MAX_PAGE_SIZE, Page, Paging
from crm_core.kernel.values import money
from pages.ui import (
    navigation,
    number_views,
    report_filters,
    report_sections,
    report_table,
    report_tiles,
    words,
)
from pages.ui.report_tiles import text

VIEWS: Final = {"rows": "Rows", "time": "Over time", "split": "By group", "why": "Why it changed"}
SIZE: Final = 50
MOST: Final = 10_000
PageOf = Callable[[Paging], Page[FactRow]]
_COLUMNS: Final = ("What", "Customer", "Date", "Owner", "Value", "Currency")


def draw(actor: Actor, name: str, question: Question, back: str) -> None:
    """The page of a number, or of one group of it when the address names one (``part=owner:7``)."""
    query = report_filters.address() | {"view": report_tiles.view()}
    navigation.link("reports", f"Back to {back}", icon=":material/arrow_back:", **query)
    by, _, key = st.query_params.get("part", "").partition(":")
    if by:
        _part(actor, name, question, (by, key))
        return
    [figure] = metrics.figures(actor, question, [name])
    head(figure)
    view = st.segmented_control(
        "Show", list(VIEWS), default="rows", required=True, format_func=VIEWS.__getitem__, key="show",
        bind="query-params", label_visibility="collapsed",
    )  # fmt: skip
    if view in (None, "rows"):
        rows_of(figure, lambda paging: metrics.rows(actor, name, question, paging))
        return
    {"time": number_views.course, "split": number_views.groups, "why": number_views.why}[view or "time"](
        actor, figure, question
    )


def _part(actor: Actor, name: str, question: Question, part: tuple[str, str]) -> None:
    """One group: its number, and its rows."""
    figure = parts.figure(actor, name, question, *part)
    head(figure, _called(actor, part))
    if part[0] in (parts.PRODUCT, parts.CATEGORY):
        st.caption(
            "What was taken off whole orders, or paid back, is shared out to their lines, to the cent."
        )
    query = report_filters.address() | {"view": report_tiles.view(), "number": name}
    navigation.link("reports", f"All of {figure.metric.title.lower()}", icon=":material/select_all:", **query)
    rows_of(figure, lambda paging: parts.rows(actor, name, question, part, paging))


def _called(actor: Actor, part: tuple[str, str]) -> str:
    """What people call a group."""
    by, key = part
    if by == parts.TIME:
        return f"from {words.day(date.fromisoformat(key))}"
    if by in ("owner", "team"):
        owners, teams = metrics.people(actor)
        return {str(number): name for number, name in (owners if by == "owner" else teams)}.get(key, "nobody")
    if by == parts.CATEGORY:
        return key or "without a category"
    if by == parts.DAYS:
        first, _, last = key.partition("-")
        return f"{first} to {last} days" if last else f"{first} days or more"
    if by == parts.PRODUCT:
        return dict(kpi_filters.products_to_choose(actor)).get(int(key), "one product")
    return report_sections.group_name(key, by)


def head(figure: Figure, part: str = "") -> None:
    """The number itself, exact in every currency, with its meaning; ``part`` says which group it is of."""
    metric = figure.metric
    st.metric(
        f"{metric.title}: {part}" if part else metric.title,
        text(figure, figure.value, figure.currency),
        **report_tiles.delta(figure),
    )
    others = [text(figure, one.value(metric), one.currency) for one in figure.amounts[1:]]
    before = text(figure, figure.value_before, figure.currency) if figure.previous else ""
    told = [metric.meaning, *others, f"Before: {before}." if before else ""]
    st.caption(words.md(" ".join(part for part in told if part)))


def rows_of(figure: Figure, page_of: PageOf) -> None:
    """The rows, the most valuable first; a click opens one."""
    name = figure.metric.name
    number = st.session_state.get("p", 1)
    page = page_of(Paging(number, SIZE))
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
    report_table.downloads(_COLUMNS, lambda: _all(page_of), name)


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


def _all(page_of: PageOf) -> list[tuple[str, ...]]:
    found: list[tuple[str, ...]] = []
    for number in range(1, MOST // MAX_PAGE_SIZE + 1):
        page = page_of(Paging(number, MAX_PAGE_SIZE))
        for row in page:
            value = str(money.to_decimal(row.value, row.currency)) if row.currency else str(row.value)
            day = row.at.astimezone(words.zone()).date().isoformat() if row.at else ""
            found.append((row.title, row.customer or "", day, row.owner or "", value, row.currency))
        if number >= page.pages:
            break
    return found
