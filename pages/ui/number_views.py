"""Views of one number: its course, its groups, and why it changed."""

from datetime import timedelta
from typing import Any, Final

import streamlit as st

from crm_core.insights import changes, metrics, periods
from crm_core.insights.metric_table import MONEY, ROWS
from crm_core.insights.metric_types import Change, FactRow, Figure, Question
from crm_core.kernel.access import Actor
from crm_core.kernel.paging import MAX_PAGE_SIZE, Paging
from crm_core.kernel.values import money
from pages.ui import charts, report_table, words
from pages.ui.report_tiles import text

SPLITS: Final = {
    "owner": "Person",
    "team": "Team",
    "country": "Country",
    "kind": "Kind",
    "customer": "Customer",
}


def course(actor: Actor, figure: Figure, question: Question) -> None:
    """The number step by step."""
    metric = figure.metric
    step = periods.step_for(question.period)
    parts = metrics.series(actor, metric.name, question, step)
    mine = [part for part in parts if part.amount.currency == figure.currency]
    values = [part.amount.value(metric) for part in mine]
    shown = [text(figure, value, figure.currency) for value in values]
    points = [
        (part.key, _major(figure, value), word) for part, value, word in zip(mine, values, shown, strict=True)
    ]
    charts.over_time(points, step, metric.title, key=f"time-{metric.name}")
    table = list(zip((part.key for part in mine), shown, strict=True))
    report_table.draw(("From", metric.title), table, f"{metric.name}-by-{step}", right=(metric.title,))


def groups(actor: Actor, figure: Figure, question: Question) -> None:
    """The number by person, team, country, kind or customer."""
    metric = figure.metric
    by = st.segmented_control(
        "By", list(SPLITS), default="owner", required=True, format_func=SPLITS.__getitem__, key="by",
        bind="query-params", label_visibility="collapsed",
    )  # fmt: skip
    parts = metrics.split(actor, metric.name, question, by or "owner")
    mine = [part for part in parts if part.amount.currency == figure.currency]
    named = [(_group(part.name, by), part.amount.value(metric)) for part in mine]
    told = [(name, value, text(figure, value, figure.currency)) for name, value in named if value is not None]
    charts.bars(
        [(name, _major(figure, value) or 0.0, shown) for name, value, shown in told[:12]], metric.title,
        key=f"split-{metric.name}",
    )  # fmt: skip
    table = [(name, shown, part.amount.count) for (name, _, shown), part in zip(told, mine, strict=False)]
    report_table.draw((SPLITS[by or "owner"], metric.title, "Rows"), table, f"{metric.name}-by-{by}",
                      right=(metric.title, "Rows"))  # fmt: skip


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


def _major(figure: Figure, value: float | None) -> float | None:
    if value is None or figure.metric.unit != MONEY:
        return value
    return float(money.to_decimal(int(value), figure.currency))


def _group(name: str, by: str | None) -> str:
    if not name:
        return "Nobody" if by in ("owner", "team") else "Not said"
    return words.country_name(name) or name if by == "country" else name
