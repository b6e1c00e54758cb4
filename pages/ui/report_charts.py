"""What the charts of reports about customers have in common: colours, axes, and shares as words."""

from typing import Any, Final

BLUE: Final = "#0072B2"
GREEN: Final = "#17897E"
ORANGE: Final = "#D55E00"
GREY: Final = "#7A8794"
"""Colours that people of all kinds of sight can tell apart (Okabe, Ito 2008)."""

SCHEME: Final = "viridis"


def axis(title: str | None = None, **more: Any) -> dict[str, Any]:
    """An axis without lines that say nothing."""
    return {"title": title, "domain": False, "ticks": False, "labelPadding": 6, **more}


def share(value: float | None, places: int = 0) -> str:
    """A share as people read it; a dash where there is none."""
    return "–" if value is None else f"{value:.{places}%}"
