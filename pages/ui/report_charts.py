"""What the charts of reports have in common: colours, axes, and shares as words."""

from typing import Any, Final

BLUE: Final = "#2F8FD0"
GREEN: Final = "#17897E"
ORANGE: Final = "#D55E00"
GREY: Final = "#7A8794"
"""Colours that people of all kinds of sight can tell apart (after Okabe, Ito 2008), on light and on dark."""

SHADES: Final = ("#D9EFED", "#A2D5D2", "#53ADA9", "#1B807E", "#0A5453")
"""From few to many, each darker than the one before, so that grey prints tell them apart, too."""


def axis(title: str | None = None, **more: Any) -> dict[str, Any]:
    """An axis without lines that say nothing."""
    return {"title": title, "domain": False, "ticks": False, "labelPadding": 6, **more}


def shade(field: str, most: float) -> tuple[dict[str, Any], dict[str, Any]]:
    """How cells are coloured by a value, and the ink that is read on them."""
    scale = {"range": list(SHADES), "domain": [0, most or 1]}
    color = {"field": field, "type": "quantitative", "scale": scale, "legend": None}
    ink = {
        "condition": {"test": f"datum.{field} > {(most or 1) * 0.55}", "value": "#FFFFFF"},
        "value": "#10302F",
    }
    return color, ink


def share(value: float | None, places: int = 0) -> str:
    """A share as people read it; a dash where there is none."""
    return "–" if value is None else f"{value:.{places}%}"
