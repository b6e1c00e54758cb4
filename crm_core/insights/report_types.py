"""Reports that people build: what they ask, and what they are answered."""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Final

from crm_core.insights.metric_table import Metric
from crm_core.insights.metric_types import Figure, Question

TIME: Final = "time"
NUMBER, BARS, LINE, AREA, TABLE = "number", "bars", "line", "area", "table"
CHARTS: Final = (BARS, LINE, AREA, TABLE, NUMBER)
OWN: Final = "own"
"""The name of a period that is given by its days."""

PRIVATE, TEAM, EVERYBODY = "", "team", "all"
SHARING: Final = (PRIVATE, TEAM, EVERYBODY)


@dataclass(frozen=True)
class Definition:
    """What a report asks: measures, how they are split, whose numbers of which time, and how it is drawn.

    ``split`` is empty, ``time`` (in steps of ``step``; empty: what suits the period) or one of
    ``metrics.SPLITS``. ``time`` names a period that moves with the calendar, or is ``own`` with first and
    last day. ``sort`` is ``value`` (of the first measure) or ``name``; so many groups are shown at most.
    """

    measures: tuple[str, ...]
    split: str = ""
    step: str = ""
    chart: str = NUMBER
    time: str = "month"
    since: date | None = None
    until: date | None = None
    compare: str = "previous"
    team_id: int | None = None
    owner_id: int | None = None
    product_id: int | None = None
    segment_id: int | None = None
    country: str = ""
    as_of: date | None = None
    sort: str = "value"
    limit: int = 12


@dataclass(frozen=True)
class Line:
    """One group or step: its name, the ``part`` that opens its rows, and its values, one a measure.

    Money is in minor units of the company's currency. ``before`` has what a step is compared with.
    """

    name: str
    part: str
    values: tuple[float | int | None, ...]
    before: tuple[float | int | None, ...] = ()


@dataclass(frozen=True)
class Answer:
    """What a report says to one person: the whole of each measure, and the groups.

    ``told`` are the filters in words, ``notes`` what must be known beside: what is left out, other
    currencies.
    """

    title: str
    definition: Definition
    question: Question
    figures: tuple[Figure, ...]
    lines: tuple[Line, ...]
    told: tuple[str, ...]
    notes: tuple[str, ...]
    made_at: datetime

    @property
    def metrics(self) -> tuple[Metric, ...]:
        """The measures, in their order."""
        return tuple(figure.metric for figure in self.figures)

    @property
    def is_empty(self) -> bool:
        """Is there not a single row behind it?"""
        return not any(amount.count for figure in self.figures for amount in figure.amounts)


@dataclass(frozen=True)
class ReportCard:
    """A saved report as somebody sees it; ``shared`` is one of ``SHARING``."""

    id: int
    name: str
    by: str
    is_mine: bool
    shared: str
    definition: Definition
    updated_at: datetime


@dataclass(frozen=True)
class Tile:
    """A report on a dashboard: how many of three columns it takes, and whether it is drawn higher (2)."""

    report_id: int
    width: int = 1
    height: int = 1


@dataclass(frozen=True)
class Board:
    """A dashboard as somebody sees it; ``reports`` has those of its tiles that still exist, by number."""

    id: int
    name: str
    by: str
    is_mine: bool
    shared: str
    tiles: tuple[Tile, ...]
    reports: dict[int, ReportCard] = field(default_factory=dict)
