"""What is told about the value of customers."""

from dataclasses import dataclass
from datetime import date, datetime

from crm_core.insights.buying import Buying
from crm_core.insights.spend import Spending


@dataclass(frozen=True)
class Holdout:
    """How the model did on days that it had not seen: days of buying, in all.

    ``mae`` is the mean absolute error a customer; ``naive`` is what “as often as before” would have said.
    """

    since: date
    until: date
    expected: float
    actual: int
    mae: float
    naive: float

    @property
    def error(self) -> float | None:
        """By which share the model was off: -0.12 is twelve percent too low."""
        return self.expected / self.actual - 1 if self.actual else None


@dataclass(frozen=True)
class RepeatGroup:
    """Customers who had come back so often: how often they would, and (in held-out time) did, on average."""

    repeats: str
    customers: int
    expected: float
    actual: float | None


@dataclass(frozen=True)
class ValueReport:
    """Customers of one currency up to a day, and the models of their buying.

    Without a model (``missing`` says why) there is nothing but counts. ``weeks`` is how far it looks ahead.
    """

    currency: str
    as_of: date
    customers: int
    repeaters: int
    weeks: float
    buying: Buying | None
    spending: Spending | None
    holdout: Holdout | None
    rows: tuple[RepeatGroup, ...]
    missing: str


@dataclass(frozen=True)
class Span:
    """An expected amount and the bounds between which it will lie four times out of five."""

    middle: float
    low: float
    high: float


@dataclass(frozen=True)
class CustomerValue:
    """What may be expected of one customer within a year.

    ``orders`` are days of buying, ``value`` minor units of ``currency``; both None without a model, as
    ``missing`` explains. ``error`` is by which share the model was off in held-out time.
    """

    currency: str
    days: int
    alive: float | None
    orders: Span | None
    value: Span | None
    missing: str
    error: float | None
    fitted_at: datetime | None


@dataclass(frozen=True)
class ValuedCustomer:
    """One line of the list of customers by what they will bring within a year, in minor units."""

    contact_id: int
    name: str
    days: int
    last_on: date
    alive: float
    orders: float
    value: int
