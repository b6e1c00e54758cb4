"""What all deals went through, as arrays that can be looked at from any day: nothing later shows."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

Reals = NDArray[np.float64]
Whole = NDArray[np.int64]
Flags = NDArray[np.bool_]

OPEN, WON, LOST = 0, 1, 2
_STATUS: Final = {"open": OPEN, "won": WON, "lost": LOST}
SECONDS: Final = 86_400.0


def day_number(instant: datetime) -> float:
    """An instant in days since 1970."""
    return instant.timestamp() / SECONDS


@dataclass(frozen=True)
class View:
    """The deals that existed at a moment, one entry each.

    ``entered`` is when the present stage or end was reached, ``amount`` is NaN where none was told by then.
    """

    now: float
    deal: Whole
    stage: Whole
    status: Whole
    opened: Reals
    entered: Reals
    amount: Reals
    visits: tuple[Whole, Whole]

    @property
    def is_open(self) -> Flags:
        """Which are open."""
        found: Flags = self.status == OPEN
        return found

    @property
    def ended(self) -> Reals:
        """When they ended, now for open ones."""
        return np.where(self.is_open, self.now, self.entered)

    @property
    def last_end(self) -> float:
        """When the last deal was won or lost; minus infinity when none was."""
        closed = ~self.is_open
        return float(self.entered[closed].max()) if closed.any() else -np.inf


@dataclass(frozen=True)
class Past:
    """All changes of all deals, deal by deal in their order, and of each deal what does not change.

    Deals are numbered from 0; ``owners``, ``currencies`` and ``sources`` name what the numbers in ``owner``,
    ``currency`` and ``source`` mean. Owners are user ids, or names of sellers who are no users.
    """

    change: tuple[Whole, Whole, Whole, Reals, Reals, Reals]
    ids: Whole
    pipeline: Whole
    owner: Whole
    currency: Whole
    source: Whole
    owners: tuple[Any, ...]
    currencies: tuple[str, ...]
    sources: tuple[str, ...]

    def at(self, now: float) -> View:
        """The deals as they were at a moment, from changes until then."""
        seen = self.change[3] <= now
        deal, stage, status = (column[seen] for column in self.change[:3])
        day, told, amount = (column[seen] for column in self.change[3:])
        if not len(deal):
            none = np.empty(0, np.int64)
            return View(now, none, none, none, np.empty(0), np.empty(0), np.empty(0), (none, none))
        begins = np.concatenate([[True], deal[1:] != deal[:-1]])
        first = np.flatnonzero(begins)
        last = np.concatenate([first[1:], [len(deal)]]) - 1
        # What was told only afterwards may be the amount of the end: it was not known then.
        known = np.where((told[last] <= now) | (status[last] == WON), amount[last], np.nan)
        return View(now, deal[last], stage[last], status[last], day[first], day[last], known, (deal, stage))


def gather(rows: Sequence[Sequence[Any]], company_currency: str) -> Past:
    """Make arrays of the rows of ``db.queries.forecast.steps``, column by column: there are many of them."""
    if not rows:
        return _of_nothing()
    key, stage, status, amount, changed, recorded, *about = zip(*rows, strict=True)
    number = np.array(key, np.int64)
    begins = np.concatenate([[True], number[1:] != number[:-1]])
    first = np.flatnonzero(begins)
    owner_id, owner_name, pipeline, source, currency = ([column[at] for at in first] for column in about)
    owners, currencies, sources = _Names(), _Names(), _Names()
    return Past(
        (
            np.cumsum(begins) - 1,
            np.array(stage, np.int64),
            np.array([_STATUS[one] for one in status], np.int64),
            np.array([day_number(one) for one in changed]),
            np.array([day_number(one) for one in recorded]),
            np.array([np.nan if one is None or one <= 0 else float(one) for one in amount]),
        ),
        number[first],
        np.array(pipeline, np.int64),
        owners.numbers(mine or name for mine, name in zip(owner_id, owner_name, strict=True)),
        currencies.numbers(one or company_currency for one in currency),
        sources.numbers(source),
        tuple(owners.known),
        tuple(currencies.known),
        tuple(sources.known),
    )


def _of_nothing() -> Past:
    whole, real = np.empty(0, np.int64), np.empty(0)
    return Past((whole, whole, whole, real, real, real), whole, whole, whole, whole, whole, (), (), ())


class _Names:
    """Numbers names in the order in which they come."""

    def __init__(self) -> None:
        self.known: dict[Any, int] = {}

    def numbers(self, names: Iterable[Any]) -> Whole:
        known = self.known
        return np.array([known.setdefault(name, len(known)) for name in names], np.int64)
