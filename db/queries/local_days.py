"""Calendar days and months of instants in the time zone of the company, as whole numbers, on both engines;
and the earliest of some instants."""

from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Integer, case, literal
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

from db.base import UtcDateTime

_FIRST, _LAST = datetime(1970, 1, 1, tzinfo=UTC), datetime(2038, 1, 1, tzinfo=UTC)


class _OfMoment(FunctionElement[int]):
    """A number made from an instant; SQLite is told each offset of the zone, Postgres its name."""

    type = Integer()
    inherit_cache = True

    def __init__(self, moment: Any, zone: str) -> None:
        super().__init__(moment, literal(zone), _offset(moment, zone))


class LocalDay(_OfMoment):
    """Days since 1970-01-01 on the calendar of a zone."""

    inherit_cache = True


class LocalMonth(_OfMoment):
    """Year times twelve plus month (from nought) on the calendar of a zone."""

    inherit_cache = True


class Earliest(FunctionElement[datetime]):
    """The first of some instants, any of which may be missing."""

    type = UtcDateTime()
    inherit_cache = True


@compiles(Earliest, "postgresql")
def _earliest_on_postgres(element: Earliest, compiler: Any, **options: Any) -> str:
    return f"LEAST({compiler.process(element.clauses, **options)})"


@compiles(Earliest, "sqlite")
def _earliest_on_sqlite(element: Earliest, compiler: Any, **options: Any) -> str:
    each = [str(compiler.process(one, **options)) for one in element.clauses]
    if len(each) == 1:
        return each[0]
    # What is missing counts as later than everything.
    told = ", ".join(f"coalesce({one}, '~')" for one in each)
    return f"nullif(min({told}), '~')"


@compiles(LocalDay, "postgresql")
def _day_on_postgres(element: LocalDay, compiler: Any, **options: Any) -> str:
    return f"(CAST({_local(element, compiler, options)} AS DATE) - DATE '1970-01-01')"


@compiles(LocalDay, "sqlite")
def _day_on_sqlite(element: LocalDay, compiler: Any, **options: Any) -> str:
    return f"CAST(julianday(date({_shifted(element, compiler, options)})) - 2440587.5 AS INTEGER)"


@compiles(LocalMonth, "postgresql")
def _month_on_postgres(element: LocalMonth, compiler: Any, **options: Any) -> str:
    local = _local(element, compiler, options)
    return f"CAST(EXTRACT(YEAR FROM {local}) * 12 + EXTRACT(MONTH FROM {local}) - 1 AS INTEGER)"


@compiles(LocalMonth, "sqlite")
def _month_on_sqlite(element: LocalMonth, compiler: Any, **options: Any) -> str:
    shifted = _shifted(element, compiler, options)
    year, month = (f"CAST(strftime('{part}', {shifted}) AS INTEGER)" for part in ("%Y", "%m"))
    return f"({year} * 12 + {month} - 1)"


def _local(element: Any, compiler: Any, options: Any) -> str:
    moment, zone, _offsets = element.clauses
    name, instant = compiler.process(zone, **options), compiler.process(moment, **options)
    return f"timezone({name}, timezone('UTC', {instant}))"


def _shifted(element: Any, compiler: Any, options: Any) -> str:
    moment, _zone, offset = element.clauses
    return f"{compiler.process(moment, **options)}, {compiler.process(offset, **options)}"


def _offset(moment: Any, zone: str) -> ColumnElement[str]:
    changes = [(at, f"{minutes:+d} minutes") for at, minutes in offsets(zone)]
    earliest = literal(changes[0][1])
    later = [(moment >= at, literal(offset)) for at, offset in reversed(changes[1:])]
    return case(*later, else_=earliest) if later else earliest


@lru_cache(maxsize=8)
def offsets(name: str) -> tuple[tuple[datetime, int], ...]:
    """When the clocks of a zone were changed, the oldest first, and the minutes that are added to UTC from
    then on; before the second one, those of the first hold."""
    zone = ZoneInfo(name)
    known = [(_FIRST, _ahead(_FIRST, zone))]
    low, week = _FIRST, timedelta(days=7)
    while low < _LAST:
        high = low + week
        if _ahead(high, zone) != known[-1][1]:
            known.append((_change(low, high, zone), _ahead(high, zone)))
        low = high
    return tuple(known)


def _change(low: datetime, high: datetime, zone: ZoneInfo) -> datetime:
    """The minute between two moments in which the clocks were changed."""
    old = _ahead(low, zone)
    while high - low > timedelta(minutes=1):
        middle = low + timedelta(minutes=(high - low) // timedelta(minutes=2))
        low, high = (middle, high) if _ahead(middle, zone) == old else (low, middle)
    return high


def _ahead(moment: datetime, zone: ZoneInfo) -> int:
    offset = moment.astimezone(zone).utcoffset() or timedelta()
    return round(offset / timedelta(minutes=1))
