"""Shapes of segments: as they are made, listed, and watched over time."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime


@dataclass(frozen=True)
class NewSegment:
    """A segment as a form or a program gives it.

    Args:
        name: how people call it; rules refer to it by this name.
        rule: a line of the rule language; empty for a static list.
        is_static: members are put on it one by one.
        portrait: who these people are, for a persona; see ``personas.PARTS``.
    """

    name: str
    rule: str = ""
    description: str = ""
    is_static: bool = False
    portrait: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class SegmentDayRow:
    """How large a segment was on a day, and how many entered and left it since the day before."""

    counted_on: date
    size: int
    entered: int
    left: int


@dataclass(frozen=True)
class SegmentRow:
    """A segment with its size as it was counted last; ``days`` are the last weeks, the oldest first."""

    id: int
    version: int
    name: str
    description: str
    rule: str
    is_static: bool
    portrait: Mapping[str, str]
    size: int | None
    counted_at: datetime | None
    archived_at: datetime | None
    days: tuple[SegmentDayRow, ...] = ()

    @property
    def is_persona(self) -> bool:
        """Does it have a face?"""
        return any(self.portrait.values())


@dataclass(frozen=True)
class SampleRow:
    """One contact of those that a rule means."""

    id: int
    name: str
    company: str
    email: str


@dataclass(frozen=True)
class Mover:
    """A contact that entered or left a segment."""

    id: int
    name: str
    company: str
    at: datetime


@dataclass(frozen=True)
class Use:
    """A place that depends on a segment: what kind of place, its key and its name."""

    kind: str
    id: int
    name: str


@dataclass(frozen=True)
class Trait:
    """What many people of a segment share: so many of them have this value."""

    field: str
    value: str
    count: int
    share: float
