"""Pieces that reports are put together from: a course, a ranking, a list of people; each opens its rows."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Final

import pyarrow as pa
import streamlit as st

from crm_core.insights import metrics, periods
from crm_core.insights.metric_table import METRICS, MONEY, SHARE
from crm_core.insights.metric_types import Figure, Question
from crm_core.kernel.access import Actor
from crm_core.kernel.values import money
from pages.ui import charts, navigation, report_table, report_tiles, words
from pages.ui.charts import Mark

WAYS: Final = {
    "owner": "Person", "team": "Team", "country": "Country", "kind": "Kind", "customer": "Customer",
}  # fmt: skip
KINDS: Final = {"email": "E-mail", "sms": "SMS"}
"""Kinds of touchpoints whose name is not the word for them."""
NONE: Final = "none:"
"""The key of the bar of those that belong to no group: charts tell nothing of a click on an empty one."""

SHOWN: Final = 12
"""So many bars are drawn; the table below has all."""


def course(actor: Actor, question: Question, name: str, title: str = "") -> None:
    """A number step by step, beside that of the time before; a click opens the rows of that step."""
    metric = METRICS[name]
    if not actor.may(metric.permission):
        return
    [figure] = report_tiles.figures(actor, question, [name])
    with st.container(border=True):
        st.markdown(f"**{title or metric.title} over time**")
        step = periods.step_for(question.period)
        now, before = _marks(actor, figure, question, step), []
        if figure.previous_period is not None and not metric.is_state:
            earlier = replace(question, period=figure.previous_period, compare="none")
            before = _marks(actor, figure, earlier, step)
        picked = charts.over_time(
            now,
            step,
            metric.title,
            key=f"course-{name}",
            before=before,
            is_level=metric.is_state,
            numbers=".0%" if metric.unit == SHARE else "~s",
        )
        open_part(name, "time", charts.picked_anew(f"course-{name}", "" if metric.is_state else picked))
        with st.expander("As a table"):
            rows = [(mark.key, mark.shown) for mark in now]
            report_table.draw(("From", metric.title), rows, f"{name}-by-{step}", right=(metric.title,))


def ranking(actor: Actor, question: Question, name: str, by: str, title: str) -> None:
    """A number in groups, the largest first; a click opens the rows of a group."""
    metric = METRICS[name]
    if not actor.may(metric.permission):
        return
    [figure] = report_tiles.figures(actor, question, [name])
    parts = metrics.split(actor, name, question, by)
    marks = [
        Mark(
            part.key or NONE,
            group_name(part.name, by),
            major(figure, value),
            report_tiles.text(figure, value, figure.currency),
        )
        for part in parts
        if part.amount.currency == figure.currency and (value := part.amount.value(metric)) is not None
    ]
    with st.container(border=True, height="stretch"):
        st.markdown(f"**{title}**")
        if not marks:
            st.caption("Nothing in this time, with these filters.")
            return
        key = f"ranking-{name}-{by}"
        picked = charts.bars(marks[:SHOWN], metric.title, key=key)
        open_part(name, by, charts.picked_anew(key, picked))
        if len(marks) > SHOWN:
            st.caption(f"The first {SHOWN} of {len(marks):,}; the table has all.")
        with st.expander("As a table"):
            rows = [(mark.name, mark.shown) for mark in marks]
            report_table.draw((WAYS[by], metric.title), rows, f"{name}-by-{by}", right=(metric.title,))


def open_part(name: str, by: str, key: str) -> None:
    """Go to the rows of one group of a number, with the same filters; nothing without a key."""
    if key:
        # The filters stay in the address by themselves; it does not let itself be written as a whole.
        st.query_params["number"], st.query_params["part"] = name, f"{by}:{'' if key == NONE else key}"
        st.rerun()


def people(
    rows: Sequence[tuple[int, tuple[str, ...]]], columns: Sequence[str], name: str, opens: str = "customer"
) -> None:
    """People (or deals) as a table of words, each with its number; a click opens the page of one."""
    cells = {column: [row[place] for _, row in rows] for place, column in enumerate(columns)}
    event: Any = st.dataframe(
        pa.table(cells), hide_index=True, key=f"people-{name}-{hash(tuple(rows))}", on_select="rerun",
        selection_mode="single-cell", alt=f"{name}: {', '.join(row[0] for _, row in rows[:10])}",
        column_config={column: st.column_config.Column(alignment="right") for column in columns[2:]},
    )  # fmt: skip
    for place, _column in event.selection.cells:
        if isinstance(place, int) and 0 <= place < len(rows):
            navigation.open_page(opens, id=rows[place][0])


def major(figure: Figure, value: float | None) -> float | None:
    """A number as charts draw it: money in whole units."""
    if value is None or figure.metric.unit != MONEY:
        return value
    return float(money.to_decimal(int(value), figure.currency))


def group_name(name: str, by: str | None) -> str:
    """A group as people call it; what belongs to none has a name, too."""
    if not name:
        return "Nobody" if by in ("owner", "team") else "Not said"
    if by == "kind":
        return KINDS.get(name) or words.sentence(name)
    return words.country_name(name) or name if by in ("country", "region") else name


def _marks(actor: Actor, figure: Figure, question: Question, step: str) -> list[Mark]:
    metric = figure.metric
    parts = metrics.series(actor, metric.name, question, step)
    mine = [part for part in parts if part.amount.currency == figure.currency]
    today = words.today().isoformat()
    return [
        Mark(part.key, part.key, major(figure, value), report_tiles.text(figure, value, figure.currency))
        for part in mine
        if part.key <= today
        for value in (part.amount.value(metric),)
    ]
