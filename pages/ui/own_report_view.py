"""What a report says, drawn: its numbers, its charts, and a table whose every number opens its rows."""

from typing import Any, Final

import pyarrow as pa
import streamlit as st

from crm_core.insights import report_answers, report_drawing, report_files, report_words
from crm_core.insights.metric_table import SHARE
from crm_core.insights.metric_types import Figure
from crm_core.insights.report_types import AREA, LINE, TABLE, TIME, Answer, Line
from pages.ui import charts, navigation, words
from pages.ui.charts import Mark

_HUES: Final = ("#2F8FD0", "#17897E", "#D55E00", "#7A8794")
_KINDS: Final = {"csv": "CSV", "xlsx": "XLSX", "png": "PNG", "pdf": "PDF"}


def draw(found: Answer, key: str, **address: str) -> None:
    """All of it; ``address`` is where its rows are opened."""
    numbers(found, address)
    if found.is_empty:
        st.info("There is nothing in this time, with these filters.", icon=":material/inbox:")
        return
    chart(found, key)
    if found.definition.split:
        table(found, key)
    for note in found.notes:
        st.caption(words.md(note))


def numbers(found: Answer, address: dict[str, str], width: int = 4) -> None:
    """The whole of each measure as a tile, with the way to its rows."""
    with st.container(key=f"tiles-own-{found.title}-{'-'.join(address.values())}"):
        places = st.columns(max(width if width < 4 else len(found.figures), len(found.figures)))
    for place, figure in zip(places, found.figures, strict=False):
        with place.container(border=width == 4, gap=None):
            _tile(figure, address)


def chart(found: Answer, key: str, *, opens: bool = True) -> None:
    """One chart a measure; nothing for what is a number or a table. A click opens rows if it may."""
    if not found.definition.split or found.definition.chart == TABLE:
        return
    for place, figure in enumerate(found.figures):
        if len(found.figures) > 1:
            st.markdown(f"**{figure.metric.title}**")
        hue = _HUES[place % len(_HUES)]
        marks = _marks(found, figure, place, is_short=not opens)
        picked = _chart(found, figure, marks, f"{key}-{place}", hue)
        if opens and picked and not figure.metric.is_state:
            open_rows(figure.metric.name, picked)


def small_table(found: Answer) -> None:
    """The groups as a table to read."""
    columns, rows = report_answers.texts(found)
    cells = {column: [row[place] for row in rows] for place, column in enumerate(columns)}
    st.dataframe(pa.table(cells), hide_index=True, alt=f"{found.title}: {len(rows)} rows")


def table(found: Answer, key: str) -> None:
    """The groups as a table; a click on a number opens its rows."""
    columns, rows = report_answers.texts(found)
    cells = {column: [row[place] for row in rows] for place, column in enumerate(columns)}
    event: Any = st.dataframe(
        pa.table(cells), hide_index=True, key=f"own-table-{key}-{hash(tuple(map(tuple, rows)))}",
        on_select="rerun", selection_mode="single-cell",
        alt=f"{found.title}: {len(rows)} rows with {', '.join(columns)}",
        column_config={column: st.column_config.Column(alignment="right") for column in columns[1:]},
    )  # fmt: skip
    for row, column in event.selection.cells:
        if column in columns[1:] and 0 <= row < len(found.lines):
            open_rows(found.metrics[columns.index(column) - 1].name, found.lines[row].part)


def open_rows(number: str, part: str = "") -> None:
    """Go to the rows of a number, or of one group of it."""
    st.query_params["number"] = number
    if part:
        st.query_params["part"] = part
    st.rerun()


def downloads(found: Answer, key: str) -> None:
    """The same as files, made when they are asked for."""
    with st.container(horizontal=True):
        for kind, label in _KINDS.items():
            name = report_files.file_name(found.title, kind)
            st.download_button(
                label, lambda kind=kind: report_files.made(found.title, [found], kind).content,  # type: ignore[misc]
                name, report_files.MEDIA[kind], key=f"{kind}-{key}", icon=":material/download:",
                on_click="ignore",
            )  # fmt: skip


def said(found: Answer) -> str:
    """The filters in words, and of when it is."""
    return words.md(" · ".join((*found.told, f"as of {report_words.moment(found.made_at)}")))


def _tile(figure: Figure, address: dict[str, str]) -> None:
    metric = figure.metric
    st.metric(
        metric.title,
        report_words.value(metric, figure.value, figure.currency, is_short=True),
        report_words.change(figure) or None,
        help=metric.meaning,
        delta_color={True: "normal", False: "inverse", None: "off"}[metric.is_good_up],  # type: ignore[arg-type]
    )
    counted = sum(amount.count for amount in figure.amounts)
    if counted and address:
        label = words.count(counted, metric.noun)
        navigation.link("reports", label, icon=":material/table_rows:", **address, number=metric.name)


def _marks(found: Answer, figure: Figure, place: int, *, is_short: bool) -> list[Mark]:
    is_time = found.definition.split == TIME

    def key(line: Line) -> str:
        return report_answers.first_day(line).isoformat() if is_time else line.part

    return [
        Mark(
            key(line),
            line.name,
            report_drawing.major(figure, line.values[place]),
            report_words.value(figure.metric, line.values[place], figure.currency, is_short=is_short),
        )
        for line in found.lines
    ]


def _chart(found: Answer, figure: Figure, marks: list[Mark], key: str, hue: str) -> str:
    """Draw it; returns the part that was clicked just now."""
    if found.definition.split != TIME:
        shown = marks[: report_drawing.MOST_BARS]
        picked = charts.bars(shown, figure.metric.title, key=f"own-bars-{key}", color=hue)
    else:
        picked = _course(found, figure, marks, key)
    return charts.picked_anew(f"own-{key}", picked)


def _course(found: Answer, figure: Figure, marks: list[Mark], key: str) -> str:
    """A measure over time; returns the part of the step that is clicked."""
    size, kind = report_answers.step_of(found.definition, found.question), found.definition.chart
    if kind in (LINE, AREA):
        numbers = ".0%" if figure.metric.unit == SHARE else "~s"
        before = _before(found, figure, marks)
        first = charts.over_time(
            marks, size, figure.metric.title, key=f"own-course-{key}", before=before, is_level=kind == LINE,
            numbers=numbers,
        )  # fmt: skip
    else:
        first = charts.columns(marks, figure.metric.title, key=f"own-columns-{key}", opens=True)
    return f"{TIME}:{size}.{first}" if first else ""


def _before(found: Answer, figure: Figure, marks: list[Mark]) -> list[Mark]:
    """The line of the time that is compared with; empty where nothing is."""
    place = found.figures.index(figure)
    return [
        Mark(mark.key, mark.name, report_drawing.major(figure, value),
             report_words.value(figure.metric, value, figure.currency))
        for mark, line in zip(marks, found.lines, strict=True)
        for value in (line.before[place] if place < len(line.before) else None,)
    ]  # fmt: skip
