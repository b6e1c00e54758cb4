"""What customers bought on which days, of all customers at once: read from their kept histories.

The same as adding up their orders, in a hundredth of the time; ``doctor`` compares the histories.
"""

from base64 import b64decode
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from crm_core.commerce.order_history import LETTERS, minute
from crm_core.kernel.work import Work
from db.queries import purchases as sql
from db.queries.local_days import offsets

Wholes = NDArray[np.int64]

_ORDER: Final = np.dtype([("minute", ">i4"), ("value", ">i8")])
_DAY: Final = 24 * 60
_JANUARY_1970: Final = 1970 * 12
_PLACES: Final = 1 << 16
"""More than there are days in a history: pairs of small numbers are sorted as one number."""


class CohortMonth(NamedTuple):
    """Customers by the month of their first order and one in which they bought (year times twelve plus month
    from nought)."""

    first: int
    month: int
    customers: int


class Return(NamedTuple):
    """Customers who came back so many days after the first day of buying, or (``came_back`` 0) who did not
    within so many days."""

    days: int
    came_back: int
    customers: int


@dataclass(frozen=True)
class BuyingDays:
    """A place for each customer and day of buying, customer by customer, the earliest day first.

    ``customers`` are their ids, and ``starts`` where the days of each begin. ``day`` counts from 1970-01-01,
    ``orders`` how many there were, ``value`` is their sum in minor units.
    """

    customers: Wholes
    starts: Wholes
    day: Wholes
    orders: Wholes
    value: Wholes

    @property
    def sizes(self) -> Wholes:
        """How many days of buying each customer has."""
        return np.diff(np.append(self.starts, len(self.day)))

    def of_customer(self, each: Wholes) -> Wholes:
        """A number of each customer, at each of the customer's days."""
        return np.repeat(each, self.sizes)

    def added_up(self, each: Wholes) -> Wholes:
        """The sums for each customer of a number of each day."""
        return np.add.reduceat(each, self.starts) if len(self.starts) else each


@dataclass(frozen=True)
class Histories:
    """What is known of customers on a day, a place each, as models take it: days of buying after the first
    one (``repeats``), first and last day, what the days after the first brought, days of buying ``later``."""

    customers: Wholes
    repeats: Wholes
    first: Wholes
    last: Wholes
    spent: Wholes
    later: Wholes

    def __len__(self) -> int:
        return len(self.customers)

    def every(self, step: int) -> "Histories":
        """Each so-many-th customer."""
        parts = (self.customers, self.repeats, self.first, self.last, self.spent, self.later)
        return Histories(*(part[::step] for part in parts))


def days(
    work: Work, zone: str, before: datetime, currency: str | None = None, among: Any = None
) -> BuyingDays:
    """When customers bought, before a moment (a whole minute), on the calendar of a zone.

    Args:
        currency: only orders in this one; None for all. among: a statement of the contacts that count.
    """
    whom, minutes, values = orders(work, before, currency, among)
    place = whom * _PLACES + _local_days(minutes, zone) + _PLACES // 2  # days before 1970 are below nought
    if np.any(place[1:] < place[:-1]):
        in_turn = np.argsort(place, kind="stable")
        place, values = place[in_turn], values[in_turn]
    begins = begins_of(place)
    whom, day = np.divmod(place[begins], _PLACES)
    many = np.diff(np.append(begins, len(place)))
    sums = np.add.reduceat(values, begins) if len(begins) else values
    starts = begins_of(whom)
    return BuyingDays(whom[starts], starts, day - _PLACES // 2, many, sums)


def orders(
    work: Work, before: datetime | None, currency: str | None, among: Any = None
) -> tuple[Wholes, Wholes, Wholes]:
    """The customer, the minute and the value of every order before a moment (None: of all), customer by
    customer where ``currency`` is one, the earliest first; arguments as for ``days``."""
    customers, lengths, told = _read(work.tuples(sql.histories(currency, among)))
    whom = np.repeat(customers, lengths)
    minutes, values = told["minute"].astype(np.int64), told["value"].astype(np.int64)
    if before is None or (is_known := minutes < minute(before)).all():
        return whom, minutes, values
    return whom[is_known], minutes[is_known], values[is_known]


def cohort_months(found: BuyingDays) -> list[CohortMonth]:
    """How many customers of each first month bought in which months."""
    month = found.day.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64) + _JANUARY_1970
    first = found.of_customer(month[found.starts])
    is_new = np.ones(len(month), dtype=bool)
    is_new[1:] = month[1:] != month[:-1]
    is_new[found.starts] = True
    pairs, counts = np.unique(first[is_new] * _PLACES + month[is_new], return_counts=True)
    return [
        CohortMonth(*divmod(int(pair), _PLACES), int(many)) for pair, many in zip(pairs, counts, strict=True)
    ]


def repeaters(found: BuyingDays) -> tuple[int, int, int]:
    """Customers in all, those with more than one order, orders in all."""
    orders = found.added_up(found.orders)
    return len(orders), int((orders > 1).sum()), int(orders.sum())


def returns(found: BuyingDays, until_day: int) -> list[Return]:
    """After how many days customers came back; those who did not are watched until ``until_day``."""
    first, came_back = found.day[found.starts], found.sizes > 1
    second = found.starts[came_back] + 1
    end = np.full(len(first), until_day)
    end[came_back] = found.day[second]
    counted = Counter(zip((end - first).tolist(), came_back.astype(int).tolist(), strict=True))
    return [Return(gap, back, many) for (gap, back), many in sorted(counted.items())]


def histories(found: BuyingDays, until_day: int) -> Histories:
    """What was known of each customer who had bought by ``until_day``, by rising ids."""
    first = found.day[found.starts]
    is_known = found.day <= until_day
    is_repeat = is_known & (found.day > found.of_customer(first))
    known = found.added_up(is_known.astype(np.int64))
    last = found.day[found.starts + np.maximum(known, 1) - 1]
    spent = found.added_up(np.where(is_repeat, found.value, 0))
    later = found.sizes - known
    parts = (found.customers, known - 1, first, last, spent, later)
    return Histories(*(part[known > 0] for part in parts))


def of_rows(rows: Iterable[Any]) -> Histories:
    """Histories of single customers, as ``customer_value.histories`` finds them."""
    told = [(row.contact_id, row.repeats, row.first, row.last, row.spent, row.later) for row in rows]
    return Histories(*np.array(told, dtype=np.int64).reshape(-1, 6).T)


def alike(known: Histories, until_day: int) -> tuple[Wholes, Wholes]:
    """Customers who bought alike: repeats, days from first to last, days from first to ``until_day``, days
    of buying later, a row each in rising order; and how many these are."""
    columns = (known.repeats, known.last - known.first, until_day - known.first, known.later)
    place = np.zeros(len(known), dtype=np.uint64)
    for column in columns:
        place = place * np.uint64(_PLACES) + column.astype(np.uint64)
    _places, chosen, people = np.unique(place, return_index=True, return_counts=True)
    return np.column_stack(columns)[chosen], people


def _read(rows: Iterable[Any]) -> tuple[Wholes, Wholes, NDArray[Any]]:
    """Contacts, how many orders each has, and all the orders, one contact after the other."""
    contacts, lengths, texts = list[str](), list[int](), list[str]()
    for told, histories in rows:
        each = histories.split(" ")
        contacts += told.split(" ")
        lengths += map(len, each)
        texts += each
    orders = np.frombuffer(b64decode("".join(texts)), _ORDER)
    return np.array(contacts, dtype=np.int64), np.array(lengths, dtype=np.int64) // LETTERS, orders


def _local_days(minutes: Wholes, zone: str) -> Wholes:
    moments, ahead = zip(*offsets(zone), strict=True)
    changes = np.array([minute(moment) for moment in moments[1:]], dtype=np.int64)
    found: Wholes = (minutes + np.array(ahead)[np.searchsorted(changes, minutes, side="right")]) // _DAY
    return found


def begins_of(values: Wholes) -> Wholes:
    """Where other values begin among sorted ones."""
    is_other = np.ones(len(values), dtype=np.bool_)
    is_other[1:] = values[1:] != values[:-1]
    return np.asarray(np.flatnonzero(is_other), dtype=np.int64)
