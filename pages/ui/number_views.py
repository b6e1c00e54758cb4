"""Views of one number: its course, its groups, and why it changed."""

from datetime import timedelta
from typing import Any

import streamlit as st

from crm_core.insights import changes
from crm_core.insights.metric_table import MONEY, ROWS
from crm_core.insights.metric_types import Change, FactRow, Figure, Question
from crm_core.kernel.access import Actor
from crm_core.kernel.paging import MAX_PAGE_SIZE, Paging
from pages.ui import report_sections, report_table, words
from pages.ui.report_sections import WAYS
from pages.ui.report_tiles import text


def course(actor: Actor, figure: Figure, question: Question) -> None:
    """The number step by step."""
    report_sections.course(actor, question, figure.metric.name)


def groups(actor: Actor, figure: Figure, question: Question) -> None:
    """The number by person, team, country, kind or customer."""
    by = st.segmented_control(
        "By", list(WAYS), default="owner", required=True, format_func=WAYS.__getitem__, key="by",
        bind="query-params", label_visibility="collapsed",
    )  # fmt: skip
    way = by or "owner"
    title = f"{figure.metric.title} by {WAYS[way].lower()}"
    report_sections.ranking(actor, question, figure.metric.name, way, title)


def why(actor: Actor, figure: Figure, question: Question) -> None:
    """What lies between the number of one day and that of another."""
    metric = figure.metric
    if not metric.adds_up:
        st.info(f"{metric.title} is a mean: ask for the changes of what it is made of.")
        return
    last = question.as_of or words.today()
    chosen: Any = st.date_input(
        "From the end of the first day to the end of the second", (last - timedelta(days=30), last),
        max_value=words.today(), key="between", width=320,
    )  # fmt: skip
    if len(chosen) != 2:
        return
    first, second = chosen
    story = changes.between(actor, metric.name, question, first, second, Paging(1, MAX_PAGE_SIZE))
    then, now = (amounts[0].value(metric) for amounts in (story.before, story.after))
    both = [text(figure, value, figure.currency) for value in (then, now)]
    step = text(figure, (now or 0) - (then or 0), figure.currency)
    st.markdown(words.md(f"{both[0]} then, {both[1]} afterwards: {step}."))
    table = [(one.title, one.customer, one.word.capitalize(), *_steps(figure, one)) for one in story.changes]
    if story.changes.total > len(table):
        st.caption(f"The {len(table):,} largest of {story.changes.total:,} changes.")
    if table:
        columns = ("What", "Customer", "How", "Before", "After", "Difference")
        report_table.draw(columns, table, f"{metric.name}-changes", right=columns[3:])


def cell(figure: Figure, row: FactRow) -> tuple[str, ...]:
    """A row as people read it."""
    day = words.day(row.at.astimezone(words.zone()).date()) if row.at else words.NOTHING
    return row.title, row.customer or "", day, row.owner or "", _worth(figure, row.value, row.currency)


def _steps(figure: Figure, one: Change) -> list[str]:
    values = (one.before, one.after, one.step)
    return [_worth(figure, value, one.currency if figure.metric.unit == MONEY else "") for value in values]


def _worth(figure: Figure, value: int | None, currency: str) -> str:
    if value is None:
        return ""
    if figure.metric.sums == ROWS:
        return words.money(value, currency) if currency else str(value)
    if figure.metric.unit == MONEY:
        return words.money(value, currency)
    if figure.metric.unit == "days":
        return f"{value / 86_400:.1f} days"
    return {0: "no", 1: "yes"}.get(value, str(value)) if figure.metric.unit == "share" else str(value)
