"""How each kind of value is compared, on both engines. Each comparison answers true or false, never null."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, and_, false, func, or_

from db.queries import rule_columns as columns
from db.rule_tree import Leaf, Moment, Value, birthday_spans, spellings

Condition = ColumnElement[bool]

NEGATIVES = {
    "is_not": "is",
    "contains_not": "contains",
    "is_none_of": "is_any_of",
    "has_no": "has",
    "is_empty": "is_filled",
}


def positive(leaf: Leaf) -> Leaf:
    """The comparison without its “not”, for a leaf whose operator is in ``NEGATIVES``."""
    return Leaf(leaf.field, leaf.type, NEGATIVES[leaf.operator], leaf.values)


def text(column: Any, leaf: Leaf, _moment: Moment | None = None) -> Condition:
    """A text as people write it: A to Z in any case."""
    if leaf.operator == "is_filled":
        return and_(column.is_not(None), column != "")
    lowered = columns.lowered(column)
    sought = [spelling for value in leaf.values for spelling in spellings(str(value))]
    if leaf.operator == "contains":
        found: Condition = or_(*(columns.position(lowered, part) > 0 for part in sought))
    elif leaf.operator == "starts_with":
        found = or_(*(func.substr(lowered, 1, len(part)) == part for part in sought))
    else:
        found = lowered.in_(sought)
    return and_(column.is_not(None), found)


def _choice(column: Any, leaf: Leaf, _moment: Moment) -> Condition:
    if leaf.operator == "is_filled":
        return and_(column.is_not(None), column != "")
    return and_(column.is_not(None), column.in_(leaf.values))


def _many(column: Any, leaf: Leaf, _moment: Moment) -> Condition:
    if leaf.operator == "is_filled":
        return columns.list_is_filled(column)
    return or_(*(columns.list_holds(column, str(value)) for value in leaf.values))


def _owner(column: Any, leaf: Leaf, moment: Moment) -> Condition:
    if leaf.operator == "is_filled":
        return and_(column.is_not(None))
    ids = [moment.me if value == "me" else value for value in leaf.values]
    known = [owner for owner in ids if owner is not None]
    return and_(column.is_not(None), column.in_(known)) if known else false()


def _number(column: Any, leaf: Leaf, _moment: Moment) -> Condition:
    return ordered(column, leaf.operator, [number_bound(value) for value in leaf.values])


def _money(column: Any, leaf: Leaf, moment: Moment) -> Condition:
    """Minor units with a value in major ones; whoever asks sees to it that the currency is the company's."""
    return ordered(column, leaf.operator, minor(leaf.values, moment))


def _day_column(column: Any, leaf: Leaf, moment: Moment) -> Condition:
    """A calendar day in a column of days."""
    if leaf.operator in ("is_filled", "is", "before", "after", "between"):
        return ordered(column, leaf.operator, list(leaf.values))
    first, last = span(leaf, moment.today)
    return ordered(column, "between", [first, last])


def number_bound(value: Value) -> Any:
    """A number as the engines compare it with whole ones and with broken ones."""
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    return value


def minor(values: tuple[Value, ...], moment: Moment) -> list[Any]:
    """Amounts of the company's currency in its minor units."""
    return [number_bound(Decimal(str(value)).scaleb(moment.decimals)) for value in values]


def _day(column: Any, leaf: Leaf, moment: Moment) -> Condition:
    if leaf.operator in ("is_filled", "is", "before", "after", "between"):
        return ordered(column, leaf.operator, [str(value) for value in leaf.values])
    first, last = span(leaf, moment.today)
    return ordered(column, "between", [first.isoformat(), last.isoformat()])


def _instant(column: Any, leaf: Leaf, moment: Moment) -> Condition:
    if leaf.operator == "is_filled":
        return and_(column.is_not(None))
    first, end = instants(leaf, moment)
    return and_(column.is_not(None), column >= first, column < end)


def _birthday(column: Any, leaf: Leaf, moment: Moment) -> Condition:
    if leaf.operator == "is_filled":
        return and_(column.is_not(None))
    days = int(str(leaf.values[0]))
    spans = birthday_spans(moment.today, days)
    if leaf.operator == "in_month":
        spans = ((days * 100, days * 100 + 31),)
    return and_(column.is_not(None), or_(*(column.between(low, high) for low, high in spans)))


def _yes_no(column: Any, leaf: Leaf, _moment: Moment) -> Condition:
    if leaf.operator == "is_filled":
        return and_(column.is_not(None))
    return and_(column.is_not(None), column.is_(leaf.values[0]))


def ordered(column: Any, operator: str, values: list[Any]) -> Condition:
    """Compare by size; nothing where there is no value."""
    if operator == "is_filled":
        return and_(column.is_not(None))
    compared: dict[str, Callable[[], Condition]] = {
        "is": lambda: column == values[0],
        "more_than": lambda: column > values[0],
        "after": lambda: column > values[0],
        "less_than": lambda: column < values[0],
        "at_least": lambda: column >= values[0],
        "at_most": lambda: column <= values[0],
        "before": lambda: column < values[0],
        "between": lambda: column.between(values[0], values[1]),
    }
    return and_(column.is_not(None), compared[operator]())


def span(leaf: Leaf, today: date) -> tuple[date, date]:
    """The first and last calendar day that an operator means."""
    first, last = date(1, 1, 2), date(9999, 12, 30)
    value = leaf.values[0]
    if isinstance(value, date):
        one = timedelta(1)
        end = leaf.values[-1]
        spans = {"before": (first, value - one), "after": (value + one, last), "between": (value, end)}
        return spans[leaf.operator]  # type: ignore[return-value]
    days = timedelta(int(value))
    relative = {
        "in_the_last_days": (today - days, today),
        "in_the_next_days": (today, today + days),
        "more_than_days_ago": (first, today - days - timedelta(1)),
    }
    return relative[leaf.operator]


def instants(leaf: Leaf, moment: Moment) -> tuple[datetime, datetime]:
    """When the first day begins that an operator means, and when its last day has ended."""
    first, last = span(leaf, moment.today)
    zone = ZoneInfo(moment.zone)
    return midnight(first, zone), midnight(last + timedelta(1), zone)


def midnight(day: date, zone: ZoneInfo) -> datetime:
    """When a calendar day begins."""
    return datetime.combine(day, time.min, zone).astimezone(UTC)


BY_TYPE: dict[str, Callable[[Any, Leaf, Moment], Condition]] = {
    "text": text,
    "choice": _choice,
    "many": _many,
    "owner": _owner,
    "number": _number,
    "money": _money,
    "date": _day,
    "day": _day_column,
    "instant": _instant,
    "birthday": _birthday,
    "yes_no": _yes_no,
}
