"""Shapes of the programme report. Points are whole numbers; money is in minor units of its currency."""

from dataclasses import dataclass
from datetime import date, datetime

MONEY, POINTS, COUNT, SHARE = "money", "points", "count", "share"


@dataclass(frozen=True)
class ProgrammeFigure:
    """A number of the programme: its unit, what it is, and how many rows it adds up."""

    name: str
    title: str
    meaning: str
    unit: str
    value: int
    rows: int


@dataclass(frozen=True)
class ProgrammeRow:
    """A row behind a number: whose, of when, how much of it, and what it was."""

    contact_id: int | None
    name: str
    at: datetime | None
    value: int
    what: str


@dataclass(frozen=True)
class OpenPoints:
    """What open points are worth: all of them, and those that are expected to be spent.

    ``expected`` is the share that is expected to be spent: of all points that came to their end so far,
    those that were spent. None while nothing has come to its end. ``has_expired`` is false while no point has
    had the time to expire, or none did: then the share says little.
    """

    points: int
    cost: int
    expected: float | None
    expected_cost: int
    has_expired: bool
    months: tuple[tuple[date | None, int, int], ...]

    @property
    def breakage(self) -> float | None:
        """The share that is expected to expire."""
        return None if self.expected is None else 1 - self.expected


@dataclass(frozen=True)
class TierFlow:
    """How many members went from a tier to another; empty names mean no tier."""

    source: str
    target: str
    members: int


@dataclass(frozen=True)
class RepeatCohort:
    """Customers whose first order fell into a month, and those of them who ordered again."""

    month_on: date
    is_member: bool
    customers: int
    repeaters: int

    @property
    def share(self) -> float:
        """The part that ordered again."""
        return self.repeaters / self.customers


@dataclass(frozen=True)
class ProgrammeReport:
    """The programme in a time, its last day included; ``figures`` in the order in which they are shown."""

    since: date
    until: date
    currency: str
    figures: tuple[ProgrammeFigure, ...]
    open_points: OpenPoints
    flow: tuple[TierFlow, ...]
    cohorts: tuple[RepeatCohort, ...]

    def value(self, name: str) -> int:
        """One of the numbers."""
        return next(figure.value for figure in self.figures if figure.name == name)

    @property
    def active_share(self) -> float | None:
        """Members who earned or spent in the time, of all; None without members."""
        return _share(self.value("active"), self.value("members"))

    @property
    def redemption_rate(self) -> float | None:
        """Points spent in the time, of those given in it; None when none were given."""
        return _share(self.value("spent"), self.value("given"))


@dataclass(frozen=True)
class MemberLift:
    """What people with something did more than comparable people without it, per person.

    ``source`` is ``matched`` for members against customers alike, else the name of a coupon that was held
    back from some. ``measure`` is ``converted`` (a share) or ``revenue`` (whole units of money). ``usual`` is
    the value of those without; ``low`` and ``high`` hold the truth in 95 of 100 cases.
    """

    source: str
    measure: str
    people: int
    compared: int
    usual: float
    difference: float
    low: float
    high: float
    enough: bool

    @property
    def is_clear(self) -> bool:
        """Is zero outside of the interval?"""
        return self.low > 0 or self.high < 0


@dataclass(frozen=True)
class LiftReport:
    """All comparisons; for how many members there was nobody alike, and every how many-th customer counts."""

    currency: str
    months: int
    unmatched: int
    every: int
    rows: tuple[MemberLift, ...]


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole > 0 else None
