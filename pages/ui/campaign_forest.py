"""How intervals are drawn: a forest plot."""

from collections.abc import Mapping
from typing import Any


def picture(colors: Mapping[str, str]) -> dict[str, Any]:
    """A point and its interval a row, around the line of no difference; ``colors`` by verdict."""
    color = {
        "field": "verdict", "type": "nominal", "legend": None,
        "scale": {"domain": list(colors), "range": list(colors.values())},
    }  # fmt: skip
    tooltip = [
        {"field": "variant", "title": "Variant"},
        {"field": "difference", "title": "Difference", "format": "+.2f"},
        {"field": "low", "title": "From", "format": "+.2f"},
        {"field": "high", "title": "To", "format": "+.2f"},
        {"field": "verdict", "title": "It is"},
    ]
    names = {
        "field": "variant", "type": "nominal", "sort": None, "title": None, "scale": {"type": "band"},
        "axis": {"ticks": False, "domain": False, "labelPadding": 8, "labelLimit": 110},
    }  # fmt: skip
    signed = "datum.value == 0 ? '0' : format(datum.value, '+~g')"
    across = {"type": "quantitative", "title": None, "scale": {"zero": True},
              "axis": {"grid": False, "tickCount": 5, "labelExpr": signed}}  # fmt: skip
    return {
        "height": {"step": 34},
        "layer": [
            {
                "mark": {"type": "rule", "color": "#7A8794", "strokeDash": [3, 3]},
                "encoding": {"x": {"datum": 0}},
            },
            {
                "mark": {"type": "rule", "strokeWidth": 3, "strokeCap": "round"},
                "encoding": {"y": names, "x": {"field": "low", **across}, "x2": {"field": "high"},
                             "color": color, "tooltip": tooltip},
            },
            {
                "mark": {"type": "point", "filled": True, "size": 90, "opacity": 1},
                "encoding": {"y": names, "x": {"field": "difference", **across}, "color": color,
                             "tooltip": tooltip},
            },
        ],
    }  # fmt: skip
