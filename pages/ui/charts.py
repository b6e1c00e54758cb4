"""Charts of reports: one look, colours for every kind of sight, and the same told in a sentence."""

from collections.abc import Sequence
from datetime import date
from typing import Any, Final

import pyarrow as pa
import streamlit as st

from pages.ui import words
from pages.ui.report_charts import BLUE, GREEN, GREY, axis

_SPAN: Final = {"day": "%-d %b", "week": "%-d %b", "month": "%b %Y", "quarter": "%b %Y", "year": "%Y"}


def over_time(points: Sequence[tuple[str, float | None, str]], step: str, title: str, *, key: str) -> None:
    """A value step by step: (first day, value, value as people read it)."""
    told = [(day, value, shown) for day, value, shown in points if value is not None]
    if len(told) < 2:
        st.caption("A line shows here as soon as there are two points in time.")
        return
    frame = pa.table(
        {
            "day": [day for day, _, _ in told],
            "value": [float(value) for _, value, _ in told],
            "shown": [shown for _, _, shown in told],
        }
    )
    encoding: dict[str, Any] = {
        "x": {"field": "day", "type": "temporal",
              "axis": axis(format=_SPAN[step], grid=False, labelFlush=True, tickCount=6)},
        "y": {"field": "value", "type": "quantitative", "axis": axis(format="~s", tickCount=4)},
        "tooltip": [{"field": "day", "type": "temporal", "title": step.capitalize(), "format": "%-d %b %Y"},
                    {"field": "shown", "title": title}],
    }  # fmt: skip
    mark = {"type": "line", "color": BLUE, "strokeWidth": 2, "point": {"size": 30, "color": BLUE}}
    st.vega_lite_chart(frame, {"height": 220, "mark": mark, "encoding": encoding}, key=key)
    first, last = told[0], told[-1]
    best = max(told, key=lambda point: point[1])
    st.caption(
        words.md(
            f"{title}: {first[2]} in the {step} of {_day(first)}, {last[2]} in that of {_day(last)}; "
            f"most in that of {_day(best)}: {best[2]}."
        )
    )


def bars(groups: Sequence[tuple[str, float, str]], title: str, *, key: str) -> None:
    """Values by group, the largest first: (name, value, value as people read it)."""
    if not groups:
        return
    frame = pa.table(
        {
            "group": [name for name, _, _ in groups],
            "value": [float(value) for _, value, _ in groups],
            "shown": [shown for _, _, shown in groups],
        }
    )
    y_axis, x_axis = axis(labelLimit=160), axis(format="~s", grid=False, tickCount=4)
    spec: dict[str, Any] = {
        "height": {"step": 28},
        "encoding": {
            "y": {"field": "group", "type": "nominal", "sort": None, "axis": y_axis},
            "x": {"field": "value", "type": "quantitative", "axis": x_axis},
            "tooltip": [{"field": "group", "title": "Group"}, {"field": "shown", "title": title}],
        },
        "layer": [
            {"mark": {"type": "bar", "cornerRadiusEnd": 4, "height": 16, "color": GREEN}},
            {"mark": {"type": "text", "align": "left", "dx": 6, "color": GREY},
             "encoding": {"text": {"field": "shown"}}},
        ],
    }  # fmt: skip
    st.vega_lite_chart(frame, spec, key=key)
    st.caption(words.md(f"{title}: most for {groups[0][0]}, {groups[0][2]}."))


def _day(point: tuple[str, Any, str]) -> str:
    return words.day(date.fromisoformat(point[0]))
