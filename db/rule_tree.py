"""A checked rule over records, as statements need it: frozen, typed, without a word that nobody looked at."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Literal

Value = str | int | bool | Decimal | date


@dataclass(frozen=True)
class Leaf:
    """One comparison. ``type`` is the kind of the field; values have its Python type already."""

    field: str
    type: str
    operator: str
    values: tuple[Value, ...] = ()


@dataclass(frozen=True)
class Group:
    """All of the parts, or any of them; at least two."""

    kind: Literal["all", "any"]
    parts: tuple["Rule", ...]


@dataclass(frozen=True)
class Not:
    """Everything that the part does not match."""

    part: "Rule"


@dataclass(frozen=True)
class Has:
    """Things that happened to a contact, and how much of them.

    Args:
        of: what kind of thing, such as ``orders``.
        where: which of them; None means all.
        measure: what is compared: their ``count``, or the sum of an amount. Empty: there is at least one.
        operator: how the measure is compared, as for a number.
        values: with what.
    """

    of: str
    where: "Rule | None" = None
    measure: str = ""
    operator: str = ""
    values: tuple[Value, ...] = ()


Rule = Leaf | Group | Not | Has


@dataclass(frozen=True)
class Cuts:
    """Where fifths begin: four values each of the last purchase, the number of orders, and the revenue.

    Revenue is in minor units of ``currency``.
    """

    last: tuple[datetime, ...]
    orders: tuple[float, ...]
    revenue: tuple[float, ...]
    currency: str


def _no_segment(name: str) -> Rule:
    raise LookupError(name)


def _no_cuts() -> Cuts | None:
    return None


@dataclass(frozen=True)
class Moment:
    """What “today”, “me” and other words mean where a rule is asked.

    Args:
        today: the calendar day in the company's time zone.
        zone: the name of that zone; days of instants begin and end there.
        me: the user who asks; None for the shell and the system.
        currency: the company's currency, in which amounts are compared.
        decimals: how many decimals its minor unit has.
        segment: gives the rule of a segment by its name.
        cuts: gives the fifths of all customers; None while nobody bought anything.
        is_of_all: all contacts are counted: SQLite, which knows no histograms, shall read them one after the
            other instead of opening half of them by an index.
    """

    today: date
    zone: str = "UTC"
    me: int | None = None
    currency: str = ""
    decimals: int = 2
    segment: Callable[[str], Rule] = field(default=_no_segment, compare=False)
    cuts: Callable[[], Cuts | None] = field(default=_no_cuts, compare=False)
    is_of_all: bool = False


def folded_ascii(text: str) -> str:
    """The text with A to Z in lower case: what both engines do to every letter they compare."""
    return text.translate(_LOWER)


def spellings(text: str) -> tuple[str, ...]:
    """A text as people vary its case, ready to compare with a value whose A to Z are in lower case.

    The engines disagree about the case of other letters, so ``école`` is looked for as ``École`` and
    ``ÉCOLE`` too.
    """
    if text.isascii():
        return (text.lower(),)
    varied = (text, text.lower(), text.upper(), text.title(), text.capitalize())
    return tuple(dict.fromkeys(map(folded_ascii, varied)))


def birthday_spans(start: date, days: int) -> tuple[tuple[int, int], ...]:
    """Month * 100 + day of all birthdays from ``start`` over so many days, as inclusive spans.

    A 29 February is kept on the 28th in years without one.
    """
    if days >= 365:
        return ((101, 1231),)
    last = date.fromordinal(start.toordinal() + days)
    first_key, last_key = _key(start), _key(last)
    if last_key == 228 and last.year % 4:
        last_key = 229
    if start.year == last.year:
        return ((first_key, last_key),)
    return ((first_key, 1231), (101, last_key))


def _key(day: date) -> int:
    return day.month * 100 + day.day


_LOWER = {code: code + 32 for code in range(65, 91)}
