"""Charts of reports: one look, colours for every kind of sight, and the same told in a sentence.

A click on a point or a bar is given back as its key, so that the page can open the rows behind it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import pyarrow as pa
import streamlit as st

from pages.ui import words
from pages.ui.report_charts import BLUE, GREEN, GREY, axis

_SPAN: Final = {"day": "%-d %b", "week": "%-d %b", "month": "%b %Y", "quarter": "%b %Y", "year": "%Y"}
_PICK: Final = {"name": "pick", "select": {"type": "point", "fields": ["key"]}}
_LETTER: Final = 7
"""Pixels that a letter behind a bar needs; ``_GAP`` is between the bar and the first one."""
_GAP: Final = 10
_NAMED: Final = 3
"""So many that are alike are named in a sentence."""
NOW, BEFORE = "This time", "Before"


@dataclass(frozen=True)
class Mark:
    """One point or bar: its key, its name, its value, and the value as people read it."""

    key: str
    name: str
    value: float | None
    shown: str


def over_time(
    points: Sequence[Mark],
    step: str,
    title: str,
    *,
    key: str,
    before: Sequence[Mark] = (),
    is_level: bool = False,
    numbers: str = "~s",
) -> str:
    """A value step by step, beside that of the time before; keys are first days. Returns the clicked one.

    Args:
        is_level: the value stands at a moment, so that a line alone tells it; else the surface is filled.
        numbers: how the values beside the lines are written (in the words of d3).
    """
    told = [point for point in points if point.value is not None]
    if len(told) < 2:
        st.caption("A line shows here as soon as there are two points in time.")
        return ""
    earlier = {now.key: then for now, then in zip(points, before, strict=False) if then.value is not None}
    rows = [_point(NOW, point, point.key) for point in told]
    rows += [_point(BEFORE, then, begin) for begin, then in earlier.items()]
    x = {"field": "day", "type": "temporal",
         "axis": axis(format=_SPAN[step], grid=False, labelFlush=True, tickCount=6)}  # fmt: skip
    # What is counted in whole things has no marks between them.
    is_whole = numbers != ".0%" and all(float(one.value or 0).is_integer() for one in (*told, *before))
    least: dict[str, Any] = {"tickMinStep": 1} if is_whole else {}
    y = {"field": "value", "type": "quantitative", "axis": axis(format=numbers, tickCount=4, **least)}
    tooltip = [{"field": "of", "type": "temporal", "title": step.capitalize(), "format": "%-d %b %Y"},
               {"field": "shown", "title": title}]  # fmt: skip
    now, then = ({"filter": f"datum.series == '{name}'"} for name in (NOW, BEFORE))
    layers: list[dict[str, Any]] = [
        {"transform": [then],
         "mark": {"type": "line", "color": GREY, "strokeWidth": 1.5, "strokeDash": [4, 4]},
         "encoding": {"tooltip": tooltip}},
        {"transform": [now], "mark": {"type": "line", "color": BLUE, "strokeWidth": 2.25}},
        {"transform": [now], "name": "points",
         "mark": {"type": "point", "filled": True, "size": 46, "color": BLUE, "cursor": "pointer"},
         "encoding": {"tooltip": tooltip}},
    ]  # fmt: skip
    if not is_level:
        area = {"type": "area", "color": BLUE, "opacity": 0.1}
        layers.insert(0, {"transform": [now], "mark": area})
    spec = {
        "height": 230, "encoding": {"x": x, "y": y}, "layer": layers,
        "params": [_PICK | {"views": ["points"]}],
    }  # fmt: skip
    event: Any = st.vega_lite_chart(pa.Table.from_pylist(rows), spec, key=key, on_select="rerun")
    st.caption(words.md(_course(told, step, title, is_compared=bool(earlier))))
    return _picked(event)


def bars(groups: Sequence[Mark], title: str, *, key: str, color: str = GREEN) -> str:
    """Values by group, in the order in which they are given. Returns the key of the one that is clicked."""
    if not groups:
        return ""
    rows = [
        {"key": one.key, "group": one.name, "value": float(one.value or 0), "shown": one.shown}
        for one in groups
    ]
    values = [float(one.value or 0) for one in groups]
    least, most = min(0.0, *values), max(values) or 1
    # Room for the words behind the longest bar, on wide and on narrow screens.
    room = _GAP + _LETTER * max(len(one.shown) for one in groups)
    end = {"expr": f"{most} * width / max(width - {room}, width / 3)"}
    x = {
        "field": "value", "type": "quantitative", "axis": None,
        "scale": {"domainMin": least, "domainMax": end, "nice": False},
    }  # fmt: skip
    spec: dict[str, Any] = {
        "height": {"step": 30},
        "params": [_PICK | {"views": ["bars"]}],
        "encoding": {
            "y": {"field": "group", "type": "nominal", "sort": None, "axis": axis(labelLimit=150)},
            "x": x,
            "tooltip": [{"field": "group", "title": "Group"}, {"field": "shown", "title": title}],
        },
        "layer": [
            {"name": "bars",
             "mark": {"type": "bar", "cornerRadiusEnd": 4, "height": 18, "color": color,
                      "cursor": "pointer"}},
            {"mark": {"type": "text", "align": "left", "dx": 6, "color": GREY, "fontSize": 12},
             "encoding": {"text": {"field": "shown"}}},
        ],
    }  # fmt: skip
    event: Any = st.vega_lite_chart(pa.Table.from_pylist(rows), spec, key=key, on_select="rerun")
    st.caption(words.md(f"{title}: {_most(groups, 'for')}."))
    return _picked(event)


def columns(steps: Sequence[Mark], title: str, *, key: str, below: str = "", opens: bool = False) -> str:
    """Values of steps that follow each other, side by side. Returns the key of the one that is clicked.

    Args:
        opens: a click leads somewhere, so that the columns look like it.
    """
    rows = [
        {"key": one.key, "step": one.name, "value": float(one.value or 0), "shown": one.shown}
        for one in steps
    ]
    most = max(steps, key=lambda one: one.value or 0)
    words_of, end = _words_above(steps, float(most.value or 0) or 1)
    spec: dict[str, Any] = {
        "height": 220,
        "params": [_PICK | {"views": ["columns"]}],
        "encoding": {
            "x": {"field": "step", "type": "ordinal", "sort": None,
                  "axis": axis(below or None, labelAngle=0)},
            "y": {"field": "value", "type": "quantitative", "axis": None,
                  "scale": {"domainMin": 0, "domainMax": end, "nice": False}},
            "tooltip": [{"field": "step", "title": below or "Step"}, {"field": "shown", "title": title}],
        },
        "layer": [
            {"name": "columns",
             "mark": {"type": "bar", "cornerRadiusEnd": 4, "color": GREEN, "width": {"band": 0.7},
                      "cursor": "pointer" if opens else "default"}},
            {"mark": words_of, "encoding": {"text": {"field": "shown"}}},
        ],
    }  # fmt: skip
    event: Any = st.vega_lite_chart(
        pa.Table.from_pylist(rows), spec, key=key, on_select="rerun" if opens else "ignore"
    )
    st.caption(words.md(f"{title}: {_most(steps, 'at')}."))
    return _picked(event) if opens else ""


def _most(marks: Sequence[Mark], where: str) -> str:
    """Where the most is, in words; several that are alike stand together."""
    most = max(mark.value or 0 for mark in marks)
    names = [mark.name for mark in marks if (mark.value or 0) == most]
    shown = next(mark.shown for mark in marks if (mark.value or 0) == most)
    if len(names) == len(marks) > 1:
        return f"{shown} each"
    if len(names) > _NAMED:
        return f"most, {shown}, {where} each of {len(names)}"
    return f"most {where} {words.joined(names)}, {shown}{' each' if len(names) > 1 else ''}"


def _words_above(steps: Sequence[Mark], most: float) -> tuple[dict[str, Any], dict[str, str]]:
    """The words above columns, and the end of the scale that leaves room for them.

    Where columns are narrower than their words, as on a phone, the words stand upright.
    """
    long = _LETTER * max(len(one.shown) for one in steps)
    is_narrow = f"(width < {len(steps) * long})"
    mark = {
        "type": "text", "color": GREY, "fontSize": 12, "baseline": "middle",
        "angle": {"expr": f"{is_narrow} ? 270 : 0"},
        "align": {"expr": f"{is_narrow} ? 'left' : 'center'"},
        "dx": {"expr": f"{is_narrow} ? 5 : 0"}, "dy": {"expr": f"{is_narrow} ? 0 : -9"},
    }  # fmt: skip
    room = f"({is_narrow} ? {long + _GAP} : {2 * _GAP})"
    return mark, {"expr": f"{most} * height / max(height - {room}, height / 3)"}


def picked_anew(chart: str, picked: str) -> str:
    """The clicked key if it was clicked just now: a chart remembers its click, and people go on elsewhere."""
    place = f"picked.{chart}"
    is_new = bool(picked) and st.session_state.get(place) != picked
    st.session_state[place] = picked
    return picked if is_new else ""


def _point(series: str, point: Mark, day: str) -> dict[str, object]:
    return {"series": series, "key": point.key, "day": day, "of": point.key, "value": float(point.value or 0),
            "shown": f"{point.shown}" + (" before" if series == BEFORE else "")}  # fmt: skip


def _course(told: Sequence[Mark], step: str, title: str, *, is_compared: bool) -> str:
    first, last = told[0], told[-1]
    best = max(told, key=lambda point: point.value or 0)
    begin, end, top = (_when(point, step) for point in (first, last, best))
    sentence = f"{title}: {first.shown} {begin}, {last.shown} {end}; the most was {best.shown}, {top}."
    return sentence + (" The dashed line is the time it is compared with." if is_compared else "")


def _picked(event: Any) -> str:
    chosen = event.selection.get("pick", ()) if event is not None else ()
    return str(chosen[0].get("key", "")) if chosen else ""


def _when(point: Mark, step: str) -> str:
    """The time of a point as one says it: ``on 7 Nov 2026``, ``in Nov 2026``, ``in the week from …``."""
    day = date.fromisoformat(point.key)
    if step in ("month", "year"):
        return f"in {day:%Y}" if step == "year" else f"in {day:%b %Y}"
    return f"on {words.day(day)}" if step == "day" else f"in the {step} from {words.day(day)}"
