"""Pictures of data quality: the score as a ring, and how it went day by day. Both are told in words too."""

from collections.abc import Sequence
from typing import Any, Final

import pyarrow as pa
import streamlit as st

from crm_core.data.quality import Day
from pages.ui import words

GOOD, FAIR, POOR = 85, 60, 0
COLORS: Final = {GOOD: "#009E73", FAIR: "#E69F00", POOR: "#D55E00"}
WORDS: Final = {GOOD: "well kept", FAIR: "with gaps", POOR: "with large gaps"}
_GREY: Final = "#7A8794"


def level(score: float) -> int:
    """The step that a score stands on."""
    return next(step for step in (GOOD, FAIR, POOR) if score >= step)


def ring(score: float) -> None:
    """The score of the base: a ring that is full at 100."""
    color = COLORS[level(score)]
    arc: dict[str, Any] = {"type": "arc", "innerRadius": 46, "outerRadius": 58, "cornerRadius": 6}
    spec: dict[str, Any] = {
        "width": 124,
        "height": 124,
        "padding": {"top": 2, "bottom": 2, "left": 2, "right": 2},
        "layer": [
            {"mark": arc | {"theta": 0, "theta2": 6.2832, "color": _GREY, "opacity": 0.2}},
            {"mark": arc | {"theta": 0, "theta2": max(score, 1) / 100 * 6.2832, "color": color}},
            {
                "mark": {"type": "text", "fontSize": 30, "fontWeight": 600, "color": color, "dy": 2},
                "encoding": {"text": {"field": "shown"}},
            },
        ],
        "config": {"view": {"stroke": None}},
    }
    st.vega_lite_chart(pa.table({"shown": [f"{score:.0f}"]}), spec, key="quality-ring", width=130)


def trend(days: Sequence[Day]) -> None:
    """The score day by day, from the second day on; below it the same in a sentence."""
    if len(days) < 2:
        st.caption("From tomorrow on, a line shows here how the score changes from day to day.")
        return
    low = max(min(day.score for day in days) - 5, 0)
    high = min(max(day.score for day in days) + 3, 100)
    days_axis = {"title": None, "format": "%-d %b", "tickCount": 4, "grid": False, "labelFlush": True}
    encoding: dict[str, Any] = {
        "x": {"field": "day", "type": "temporal", "axis": days_axis},
        "y": {
            "field": "score", "type": "quantitative", "scale": {"domain": [low, high], "zero": False},
            "axis": {"title": None, "tickCount": 3, "domain": False, "ticks": False},
        },
        "tooltip": [
            {"field": "day", "type": "temporal", "title": "Day", "format": "%-d %b %Y"},
            {"field": "score", "title": "Score"},
            {"field": "findings", "title": "Points to mend", "format": ","},
        ],
    }  # fmt: skip
    line = {"type": "line", "color": "#17897E", "strokeWidth": 2, "point": {"size": 28, "color": "#17897E"}}
    frame = pa.table(
        {
            "day": [day.on for day in days],
            "score": [day.score for day in days],
            "findings": [day.findings for day in days],
        }
    )
    st.vega_lite_chart(frame, {"height": 110, "mark": line, "encoding": encoding}, key="quality-trend")
    first, last = days[0], days[-1]
    st.caption(
        f"Score {first.score:g} on {words.day(first.on)}, {last.score:g} on {words.day(last.on)}; "
        f"points to mend {first.findings:,}, then {last.findings:,}."
    )
