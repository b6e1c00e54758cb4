"""What all deals went through, as arrays that can be looked at from any day: nothing later shows."""

from collections.abc import Sequence
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


def gather(rows: Sequence[Any], company_currency: str) -> Past:
    """Make arrays of the rows of ``db.queries.forecast.steps``."""
    owners, currencies, sources = _Names(), _Names(), _Names()
    ids: list[int] = []
    about: list[tuple[int, int, int, int]] = []
    changes: list[tuple[int, int, int, float, float, float]] = []
    for row in rows:
        if not ids or ids[-1] != row.deal_id:
            ids.append(row.deal_id)
            owner = owners.number(row.owner_id or row.owner_name)
            currency = currencies.number(row.currency or company_currency)
            about.append((row.pipeline_id, owner, currency, sources.number(row.source)))
        amount = np.nan if row.amount is None or row.amount <= 0 else float(row.amount)
        days = (day_number(row.changed_at), day_number(row.recorded_at))
        changes.append((len(ids) - 1, row.to_stage_id, _STATUS[row.status], *days, amount))
    columns = list(zip(*changes, strict=True)) or [()] * 6
    whole = [np.array(column, np.int64) for column in columns[:3]]
    real = [np.array(column, np.float64) for column in columns[3:]]
    facts = [np.array(column, np.int64) for column in zip(*about, strict=True)] or [np.empty(0, np.int64)] * 4
    return Past(
        (whole[0], whole[1], whole[2], real[0], real[1], real[2]),
        np.array(ids, np.int64),
        facts[0],
        facts[1],
        facts[2],
        facts[3],
        tuple(owners.known),
        tuple(currencies.known),
        tuple(sources.known),
    )


class _Names:
    """Numbers names in the order in which they come."""

    def __init__(self) -> None:
        self.known: dict[Any, int] = {}

    def number(self, name: Any) -> int:
        return self.known.setdefault(name, len(self.known))
