"""What is asked about metrics, and what is answered."""

from dataclasses import dataclass
from datetime import date, datetime

from crm_core.insights.metric_table import DAYS, HOURS, MEAN, ROWS, SCORE, SHARE, Metric
from crm_core.insights.periods import Period

_DAY_SECONDS = 86_400
_HOUR_SECONDS = 3_600


@dataclass(frozen=True)
class Question:
    """A period and what it is compared with (see ``periods.COMPARISONS``), and whose numbers are meant.

    ``owner_id`` 0 means what belongs to nobody. ``as_of``: as it was known at the end of that day.
    """

    period: Period
    compare: str = "previous"
    team_id: int | None = None
    owner_id: int | None = None
    product_id: int | None = None
    segment_id: int | None = None
    country: str = ""
    as_of: date | None = None


@dataclass(frozen=True)
class Amount:
    """What some rows add up to: how many, and the sum of their values, in one currency or none."""

    currency: str = ""
    count: int = 0
    total: int = 0

    def value(self, metric: Metric) -> float | int | None:
        """The number that a metric makes of it; None where there is nothing to make it of.

        Money stays in minor units, exact for sums and rounded to whole ones for means.
        """
        if metric.sums == ROWS:
            return self.count
        if metric.sums != MEAN:
            return self.total
        if not self.count:
            return None
        if metric.unit == DAYS:
            return round(self.total / self.count / _DAY_SECONDS, 2)
        if metric.unit == HOURS:
            return round(self.total / self.count / _HOUR_SECONDS, 2)
        mean = self.total / self.count
        return round(mean) if self.currency else round(mean, 6)


@dataclass(frozen=True)
class Figure:
    """A metric with its number, and the one it is compared with.

    ``amounts`` has one for each currency, the company's own first; ``previous`` likewise, None where nothing
    is compared. ``goal`` is a target in the same unit, for the whole of ``period``.
    """

    metric: Metric
    period: Period
    amounts: tuple[Amount, ...]
    previous_period: Period | None = None
    previous: tuple[Amount, ...] | None = None
    goal: int | None = None

    @property
    def currency(self) -> str:
        """The currency of the first amount; empty for what is no money."""
        return self.amounts[0].currency

    @property
    def value(self) -> float | int | None:
        """The number in the company's currency."""
        return self.amounts[0].value(self.metric)

    @property
    def value_before(self) -> float | int | None:
        """The number it is compared with."""
        return self.previous[0].value(self.metric) if self.previous else None

    @property
    def change(self) -> float | None:
        """How much more than before, as a share; for shares and scores the
        difference. None without a comparison."""
        now, then = self.value, self.value_before
        if now is None or then is None:
            return None
        if self.metric.unit in (SHARE, SCORE):
            return now - then
        return (now - then) / abs(then) if then else None


@dataclass(frozen=True)
class FactRow:
    """One row that a number is made of. ``record`` is the table in which ``id`` is found."""

    id: int
    at: datetime | None
    value: int
    currency: str
    record: str
    title: str
    contact_id: int | None
    account_id: int | None
    customer: str | None
    owner: str | None


@dataclass(frozen=True)
class Part:
    """One group or step of a metric: its name, the key it is found by, and what it adds up to."""

    name: str
    key: str
    amount: Amount


@dataclass(frozen=True)
class Change:
    """One reason for a difference: a row that came, went, or is worth something else.

    ``before`` and ``after`` are None where the row did not count; ``step`` is what it adds to the number.
    """

    id: int
    record: str
    title: str
    customer: str
    contact_id: int | None
    currency: str
    before: int | None
    after: int | None
    step: int

    @property
    def word(self) -> str:
        """``came``, ``went`` or ``changed``."""
        return "came" if self.before is None else "went" if self.after is None else "changed"
