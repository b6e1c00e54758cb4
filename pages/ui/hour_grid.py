"""Days as columns of hours: entries stand where they begin and are as long as they last.

It shows and reports, the page decides. On telephones one column is seen at a time.
"""

import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

import streamlit as st

from pages.ui.component_events import hears

DAY = 24 * 60
SHORTEST = 30
"""Minutes that an entry takes up at least, so that its title can be read."""

USUAL = (7, 20)
_FOLDER = Path(__file__).parent
_draw = st.components.v2.component(
    "rapport.hours",
    html=(
        '<div class="wrap"><div class="days" role="tablist" aria-label="Day"></div>'
        '<div class="grid"></div></div>'
    ),
    css=(_FOLDER / "hour_grid.css").read_text(encoding="utf-8"),
    js=(_FOLDER / "hour_grid.js").read_text(encoding="utf-8"),
)


@dataclass(frozen=True)
class Entry:
    """Something that is planned; ``tone`` is a colour, ``label`` what a screen reader says.

    ``start`` and ``minutes`` count from midnight; without a start it stands above the hours.
    """

    id: int
    title: str
    clock: str
    who: str
    label: str
    tone: str = "gray"
    start: int | None = None
    minutes: int = 0
    is_over: bool = False


@dataclass(frozen=True)
class Column:
    """A day, or a person on a day; ``short`` is its name where room is scarce, ``title`` in full."""

    id: str
    title: str
    short: str
    entries: tuple[Entry, ...]
    tone: str = ""
    is_today: bool = False
    more: str = ""


def draw(
    columns: Sequence[Column],
    *,
    key: str,
    now: int | None,
    may_plan: bool,
    opened: Callable[[int], None],
    planned: Callable[[str, int], None],
    more: Callable[[str], None],
) -> None:
    """Show the hours.

    Args:
        columns: what stands beside each other; texts are shown letter by letter.
        key: its name on the page.
        now: the minute of the day at which today's line is drawn; None draws none.
        may_plan: is an empty hour there to be clicked?
        opened: called with the id of an entry that was clicked.
        planned: called with the id of a column and the minute at which something is to be planned.
        more: called with the id of a column of which everything should be shown.
    """
    first, last = hours([entry for column in columns for entry in column.entries])
    shown = [_shown(column) for column in columns]
    told = json.dumps([first, last, may_plan, shown], sort_keys=True)
    _draw(
        key=key,
        data={
            "rev": sha256(told.encode()).hexdigest()[:16], "first": first, "last": last, "now": now,
            "plans": may_plan, "columns": shown,
        },
        on_open_change=hears(key, "open", lambda said: opened(int(said["entry"]))),
        on_plan_change=hears(key, "plan", lambda said: planned(str(said["column"]), int(said["minute"]))),
        on_more_change=hears(key, "more", lambda said: more(str(said["column"]))),
    )  # fmt: skip


def hours(entries: Sequence[Entry]) -> tuple[int, int]:
    """The first and the last hour to show: the usual ones, and those in which something is planned."""
    timed = [(entry.start, _end(entry)) for entry in entries if entry.start is not None]
    first = min([USUAL[0], *(start // 60 for start, _ in timed)])
    return first, max([USUAL[1], *(-(-end // 60) for _, end in timed)])


def beside(spans: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Where spans of time stand that overlap: (lane, how many lanes share the room), in their order.

    Each takes the first lane that is free at its beginning; all that hang together share the room evenly.
    """
    found = [(0, 1)] * len(spans)
    group: list[int] = []
    ends: list[int] = []
    for place in sorted(range(len(spans)), key=lambda one: (spans[one][0], -spans[one][1], one)):
        start, end = spans[place]
        if ends and start >= max(ends):
            group, ends = [], []
        lane = next((at for at, until in enumerate(ends) if until <= start), len(ends))
        ends[lane : lane + 1] = [end]
        group.append(place)
        found[place] = (lane, 1)
        for one in group:
            found[one] = (found[one][0], len(ends))
    return found


def _end(entry: Entry) -> int:
    return min((entry.start or 0) + max(entry.minutes, SHORTEST), DAY)


def _shown(column: Column) -> dict[str, Any]:
    timed = [entry for entry in column.entries if entry.start is not None]
    places = beside([(entry.start or 0, _end(entry)) for entry in timed])
    placed = [
        {**asdict(entry), "end": _end(entry), "lane": lane, "lanes": lanes}
        for entry, (lane, lanes) in zip(timed, places, strict=True)
    ]
    above = [asdict(entry) for entry in column.entries if entry.start is None]
    return {**asdict(column), "entries": placed, "above": above}
