"""What a forecast consists of."""

from dataclasses import dataclass
from datetime import date

PERIOD, OVERDUE, UNDATED = "period", "overdue", "undated"


@dataclass(frozen=True)
class ForecastRow:
    """One period and currency; amounts are minor units.

    ``kind`` is ``period``, or ``overdue`` and ``undated`` for open deals whose close date has passed or
    is not known: they belong to no period. ``committed`` are open deals that owners commit to,
    ``best_case`` those and the ones that they call the best case. ``expected``, ``low`` and ``high`` are for
    the whole period, what was ``won`` in it included; None where they do not apply.
    """

    kind: str
    starts_on: date | None
    currency: str
    open_deals: int = 0
    open_amount: int = 0
    won_deals: int = 0
    won: int = 0
    weighted: int = 0
    committed: int = 0
    best_case: int = 0
    expected: int | None = None
    low: int | None = None
    high: int | None = None


@dataclass(frozen=True)
class Forecast:
    """All periods from the day on; the company's currency first.

    ``has_history`` says whether enough deals were closed (``closed``) to ask history; without, ``expected``
    follows stages and close dates. ``is_learned`` says whether the chances are the learned ones.
    """

    as_of: date
    by: str
    rows: tuple[ForecastRow, ...]
    closed: int
    has_history: bool
    is_learned: bool

    @property
    def currencies(self) -> tuple[str, ...]:
        """The currencies, in the order of the rows."""
        return tuple(dict.fromkeys(row.currency for row in self.rows))

    def of(self, currency: str, kind: str = PERIOD) -> tuple[ForecastRow, ...]:
        """The rows of one currency and kind."""
        return tuple(row for row in self.rows if row.currency == currency and row.kind == kind)


@dataclass(frozen=True)
class Whose:
    """Whose deals a forecast is about; empty: all that one may see. ``owner_ids`` may hold None: nobody's."""

    owner_ids: frozenset[int | None] | None = None
    pipeline_id: int | None = None

    def holds(self, owner_id: int | None) -> bool:
        """Are the deals of this owner meant?"""
        return self.owner_ids is None or owner_id in self.owner_ids
