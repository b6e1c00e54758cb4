"""A checked rule as one condition on contacts, for both engines. Everything a person wrote is a bound value.

Each comparison answers true or false, never null, so that “not” means what people expect.
"""

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, and_, false, func, not_, or_, select

from db.models import Account, Contact, ContactPoint, ContactTag, Tag
from db.queries import rule_columns as columns
from db.rule_tree import Group, Leaf, Moment, Not, Rule, Value, birthday_spans, spellings

Condition = ColumnElement[bool]

NEGATIVES = {
    "is_not": "is",
    "contains_not": "contains",
    "is_none_of": "is_any_of",
    "has_no": "has",
    "is_empty": "is_filled",
}


def condition(rule: Rule, moment: Moment) -> Condition:
    """What a contact must fulfil to match the rule at this moment."""
    if isinstance(rule, Group):
        parts = [condition(part, moment) for part in rule.parts]
        return and_(*parts) if rule.kind == "all" else or_(*parts)
    if isinstance(rule, Not):
        return not_(condition(rule.part, moment))
    if rule.operator in NEGATIVES:
        return not_(_positive(Leaf(rule.field, rule.type, NEGATIVES[rule.operator], rule.values), moment))
    return _positive(rule, moment)


def _positive(leaf: Leaf, moment: Moment) -> Condition:
    if leaf.field.startswith("company."):
        inner = _BY_TYPE[leaf.type](columns.ACCOUNT[leaf.field], leaf, moment)
        return and_(Contact.account_id.is_not(None), Contact.account_id.in_(select(Account.id).where(inner)))
    if leaf.type in ("points", "phones"):
        return _points(leaf)
    if leaf.type == "tags":
        return _tags(leaf)
    if leaf.field.startswith("custom."):
        return _BY_TYPE[leaf.type](
            columns.custom(leaf.field.removeprefix("custom."), leaf.type), leaf, moment
        )
    return _BY_TYPE[leaf.type](columns.CONTACT[leaf.field], leaf, moment)


def _text(column: Any, leaf: Leaf, _moment: Moment | None = None) -> Condition:
    if leaf.operator == "is_filled":
        return and_(column.is_not(None), column != "")
    lowered = columns.lowered(column)
    sought = [spelling for value in leaf.values for spelling in spellings(str(value))]
    if leaf.operator == "contains":
        found: Condition = or_(*(columns.position(lowered, text) > 0 for text in sought))
    elif leaf.operator == "starts_with":
        found = or_(*(func.substr(lowered, 1, len(text)) == text for text in sought))
    else:
        found = lowered.in_(sought)
    return and_(column.is_not(None), found)


def _choice(column: Any, leaf: Leaf, _moment: Moment) -> Condition:
    if leaf.operator == "is_filled":
        return and_(column.is_not(None), column != "")
    return and_(column.is_not(None), column.in_(leaf.values))


def _points(leaf: Leaf) -> Condition:
    """The values on the contact itself and those among its further ones."""
    kind = leaf.field
    compare = _phone if leaf.type == "phones" else _text
    on_contact = [compare(column, leaf) for column in columns.POINTS[kind]]
    wanted = compare(ContactPoint.value, leaf)
    further = select(ContactPoint.contact_id).where(ContactPoint.kind == kind, wanted)
    return or_(*on_contact, Contact.id.in_(further))


def _phone(column: Any, leaf: Leaf) -> Condition:
    """As text; but a number without “+” is found inside the stored international form."""
    if leaf.operator != "contains":
        return _text(column, leaf)
    digits = tuple(str(value).lstrip("+0") or str(value) for value in leaf.values)
    return _text(column, Leaf(leaf.field, leaf.type, leaf.operator, digits))


def _tags(leaf: Leaf) -> Condition:
    marked = select(ContactTag.contact_id)
    if leaf.operator != "is_filled":
        lowered = columns.lowered(Tag.name)
        sought = [spelling for value in leaf.values for spelling in spellings(str(value))]
        marked = marked.where(ContactTag.tag_id.in_(select(Tag.id).where(lowered.in_(sought))))
    return Contact.id.in_(marked)


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
    return _ordered(column, leaf.operator, [_number_bound(value) for value in leaf.values])


def _number_bound(value: Value) -> Any:
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    return value


def _day(column: Any, leaf: Leaf, moment: Moment) -> Condition:
    if leaf.operator in ("is_filled", "is", "before", "after", "between"):
        return _ordered(column, leaf.operator, [str(value) for value in leaf.values])
    first, last = _span(leaf, moment.today)
    return _ordered(column, "between", [first.isoformat(), last.isoformat()])


def _instant(column: Any, leaf: Leaf, moment: Moment) -> Condition:
    if leaf.operator == "is_filled":
        return and_(column.is_not(None))
    first, last = _span(leaf, moment.today)
    zone = ZoneInfo(moment.zone)
    return and_(
        column.is_not(None), column >= _midnight(first, zone), column < _midnight(last + timedelta(1), zone)
    )


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


def _ordered(column: Any, operator: str, values: list[Any]) -> Condition:
    if operator == "is_filled":
        return and_(column.is_not(None))
    compared: dict[str, Callable[[], Condition]] = {
        "is": lambda: column == values[0],
        "more_than": lambda: column > values[0],
        "after": lambda: column > values[0],
        "less_than": lambda: column < values[0],
        "before": lambda: column < values[0],
        "between": lambda: column.between(values[0], values[1]),
    }
    return and_(column.is_not(None), compared[operator]())


def _span(leaf: Leaf, today: date) -> tuple[date, date]:
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


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time.min, zone).astimezone(UTC)


_BY_TYPE: dict[str, Callable[[Any, Leaf, Moment], Condition]] = {
    "text": _text,
    "choice": _choice,
    "many": _many,
    "owner": _owner,
    "number": _number,
    "date": _day,
    "instant": _instant,
    "birthday": _birthday,
    "yes_no": _yes_no,
}
