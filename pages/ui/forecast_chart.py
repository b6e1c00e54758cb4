"""Pictures of a forecast: the periods side by side, and earlier forecasts beside what came."""

from collections.abc import Sequence
from datetime import date
from typing import Any, Final

import pyarrow as pa
import streamlit as st

from crm_core.kernel.values import money
from crm_core.sales.calibration import Step
from crm_core.sales.forecast_snapshots import Compared
from crm_core.sales.forecast_types import ForecastRow
from pages.ui import words

COLORS: Final = {"Won": "#17897E", "Commit": "#56B4E9", "Best case": "#E69F00"}
_LINE, _GREY = "#2F8FD0", "#7A8794"
_AXIS: Final = {"title": None, "grid": False, "labelAngle": 0, "ticks": False, "labelFontSize": 12}


def name_of(begin: date, by: str) -> str:
    """A period as people say it: ``Mar 2026``, ``Q1 2026``."""
    return f"Q{(begin.month - 1) // 3 + 1} {begin.year}" if by == "quarter" else f"{begin:%b %Y}"


def rounded(minor: int | None, currency: str) -> str:
    """A large amount without its cents, so that it fits a tile: ``€70,900``."""
    unit = 10 ** money.exponent(currency)
    if minor is None or abs(minor) < 1000 * unit:
        return words.money(minor, currency)
    return words.money(round(minor / unit) * unit, currency).partition(".")[0]


def periods(rows: Sequence[ForecastRow], by: str) -> None:
    """Won, commit and best case as stacked bars; what history expects as a point with its interval."""
    order = [name_of(row.starts_on, by) for row in rows if row.starts_on]
    stacked: list[dict[str, Any]] = []
    points: list[dict[str, Any]] = []
    for row, period in zip(rows, order, strict=True):
        parts = {"Won": row.won, "Commit": row.committed, "Best case": row.best_case - row.committed}
        for place, (part, minor) in enumerate(parts.items()):
            shown = words.money(minor, row.currency)
            stacked.append(
                {"period": period, "part": part, "amount": _major(minor, row), "place": place, "shown": shown}
            )
        ends = [words.money(minor, row.currency) for minor in (row.expected, row.low, row.high, row.weighted)]
        points.append({
            "period": period, "expected": _major(row.expected, row), "low": _major(row.low, row),
            "high": _major(row.high, row), "weighted": _major(row.won + row.weighted, row),
            "says": ends[0], "reach": f"{ends[1]} to {ends[2]}", "by_stage": ends[3],
        })  # fmt: skip
    tips = [
        {"field": "period", "title": "Period"}, {"field": "says", "title": "Expected"},
        {"field": "reach", "title": "80 of 100 times"}, {"field": "by_stage", "title": "Open, by stage"},
    ]  # fmt: skip
    x = {"field": "period", "type": "nominal", "sort": order, "axis": _AXIS}
    y = {"type": "quantitative", "axis": {"title": None, "format": "~s", "tickCount": 5, "domain": False}}
    spec: dict[str, Any] = {
        "height": 270,
        "layer": [
            {
                "mark": {"type": "bar", "size": 34, "cornerRadius": 2},
                "encoding": {
                    "x": x, "y": y | {"field": "amount", "stack": True}, "order": {"field": "place"},
                    "color": {
                        "field": "part", "sort": list(COLORS), "title": None,
                        "scale": {"domain": list(COLORS), "range": list(COLORS.values())},
                        "legend": {"orient": "top", "symbolType": "square"},
                    },
                    "tooltip": [{"field": "part", "title": "Part"}, {"field": "shown", "title": "Amount"}],
                },
            },
            *_points(points, x, y, tips),
        ],
    }  # fmt: skip
    st.vega_lite_chart(pa.Table.from_pylist(stacked), spec, key=f"forecast-{by}")


def _points(points: list[dict[str, Any]], x: Any, y: Any, tips: Any) -> list[dict[str, Any]]:
    source = {"data": {"values": points}}
    low_high = {"x": x, "y": y | {"field": "low"}, "y2": {"field": "high"}, "tooltip": tips}
    return [
        source | {
            "mark": {"type": "rule", "color": _LINE, "strokeWidth": 2.5, "xOffset": 26}, "encoding": low_high,
        },
        source | {
            "mark": {"type": "point", "filled": True, "color": _LINE, "size": 90, "xOffset": 26},
            "encoding": {"x": x, "y": y | {"field": "expected"}, "tooltip": tips},
        },
        source | {
            "mark": {"type": "tick", "color": _GREY, "thickness": 2, "size": 44},
            "encoding": {"x": x, "y": y | {"field": "weighted"}, "tooltip": tips},
        },
    ]  # fmt: skip


def history(found: Compared) -> None:
    """What was expected for a month on each day, with its interval, and the line of what was won."""
    rows = [
        {
            "day": kept.taken_on, "expected": _amount(kept.expected, found), "low": _amount(kept.low, found),
            "high": _amount(kept.high, found), "weighted": _amount(kept.won + kept.weighted, found),
            "came": _amount(found.came, found),
        }
        for kept in found.kept
    ]  # fmt: skip
    x = {"field": "day", "type": "temporal", "axis": {"title": None, "format": "%-d %b", "grid": False}}
    y = {"type": "quantitative", "axis": {"title": None, "format": "~s", "tickCount": 4, "domain": False}}
    spec: dict[str, Any] = {
        "height": 220,
        "encoding": {"x": x},
        "layer": [
            {"mark": {"type": "area", "color": _LINE, "opacity": 0.18},
             "encoding": {"y": y | {"field": "low"}, "y2": {"field": "high"}}},
            {"mark": {"type": "line", "color": _LINE, "point": True},
             "encoding": {"y": y | {"field": "expected"}}},
            {"mark": {"type": "line", "color": _GREY, "strokeDash": [4, 4]},
             "encoding": {"y": y | {"field": "weighted"}}},
            {"mark": {"type": "line", "color": COLORS["Won"], "strokeWidth": 2.5},
             "encoding": {"y": y | {"field": "came"}}},
        ],
    }  # fmt: skip
    st.vega_lite_chart(pa.Table.from_pylist(rows), spec, key=f"kept-{found.month_on}")


def calibration(steps: Sequence[Step]) -> None:
    """What was said against what happened; on the diagonal, chances mean what they say."""
    rows = [{"said": step.said * 100, "happened": step.happened * 100, "deals": step.count} for step in steps]
    scale = {"domain": [0, 100]}
    spec: dict[str, Any] = {
        "height": 240,
        "layer": [
            {
                "data": {"values": [{"said": 0, "happened": 0}, {"said": 100, "happened": 100}]},
                "mark": {"type": "line", "color": _GREY, "strokeDash": [4, 4]},
                "encoding": {
                    "x": {"field": "said", "type": "quantitative", "scale": scale, "title": "Said, %"},
                    "y": {"field": "happened", "type": "quantitative", "scale": scale, "title": "Won, %"},
                },
            },
            {
                "mark": {"type": "circle", "color": _LINE, "opacity": 0.9},
                "encoding": {
                    "x": {"field": "said", "type": "quantitative"},
                    "y": {"field": "happened", "type": "quantitative"},
                    "size": {"field": "deals", "type": "quantitative", "legend": None,
                             "scale": {"range": [40, 500]}},
                    "tooltip": [
                        {"field": "said", "title": "Said, %", "format": ".0f"},
                        {"field": "happened", "title": "Won, %", "format": ".0f"},
                        {"field": "deals", "title": "Deals"},
                    ],
                },
            },
        ],
    }  # fmt: skip
    st.vega_lite_chart(pa.Table.from_pylist(rows), spec, key="calibration")


def _major(minor: int | None, row: ForecastRow) -> float:
    return float(money.to_decimal(minor or 0, row.currency))


def _amount(minor: int, found: Compared) -> float:
    return float(money.to_decimal(minor, found.currency))
