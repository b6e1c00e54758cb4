"""What happened to a contact as a condition: which events a rule means, and how many of them or how much.

Contacts without such an event have none of it: they match where nought matches.
"""

from typing import Any

from sqlalchemy import ColumnElement, and_, func, not_, or_, select

from db.models import (
    Contact,
    Order,
    PurchaseTotal,
)
from db.queries.rule_comparisons import BY_TYPE, NEGATIVES, Condition, minor, number_bound, ordered, positive
from db.queries.rule_sources import LINES, SOURCES, Source
from db.rule_tree import Group, Has, Leaf, Moment, Not, Rule, Value

_MONEY = frozenset({"revenue", "amount", "discount"})


def happened(rule: Has, moment: Moment) -> Condition:
    """The contacts to whom it happened, as often as the rule says."""
    if rule == Has("orders"):  # the kept totals know it, and are a fraction of the orders
        return Contact.id.in_(select(PurchaseTotal.contact_id))
    is_of_lines = rule.of == "purchases" and _asked(rule.where) <= set(LINES.columns) | set(LINES.named)
    if is_of_lines and rule.measure in ("", "count", "quantity"):
        source = LINES
    else:
        source, is_of_lines = SOURCES[rule.of], False
    rows = source.rows().where(source.contact.is_not(None))
    if "status" not in _asked(rule.where) and rule.of in ("orders", "purchases") and not is_of_lines:
        rows = rows.where(Order.status != "cancelled")
    if rule.where is not None:
        rows = rows.where(_which(rule.where, source, moment))
    if not rule.measure:
        return Contact.id.in_(rows)
    amount, values = _measure(rule, source, moment)
    if source.currency is not None and rule.measure in _MONEY:
        rows = rows.where(source.currency == moment.currency)
    enough = compared(rule.operator, amount, values)
    grouped = rows.group_by(source.contact)
    if holds(rule.operator, 0, values):
        return not_(Contact.id.in_(grouped.having(not_(enough))))
    return Contact.id.in_(grouped.having(enough))


def compared(operator: str, amount: Any, values: list[Any]) -> Condition:
    """A number that is always there, compared."""
    return not_(ordered(amount, "is", values)) if operator == "is_not" else ordered(amount, operator, values)


def holds(operator: str, number: float, values: list[Any]) -> bool:
    """Would this number match?"""
    first, last = values[0], values[-1]
    found: dict[str, bool] = {
        "is": number == first,
        "is_not": number != first,
        "more_than": number > first,
        "less_than": number < first,
        "at_least": number >= first,
        "at_most": number <= first,
        "between": first <= number <= last,
    }
    return found[operator]


def _measure(rule: Has, source: Source, moment: Moment) -> tuple[ColumnElement[Any], list[Any]]:
    values: tuple[Value, ...] = rule.values
    if rule.measure == "count":
        counted = func.count(func.distinct(source.key)) if rule.of == "purchases" else func.count()
        return counted, [number_bound(value) for value in values]
    total = func.sum(source.sums[rule.measure])
    if rule.measure in _MONEY:
        return total, minor(values, moment)
    if rule.measure == "quantity":
        return total, minor(values, Moment(moment.today, decimals=3))
    return total, [number_bound(value) for value in values]


def _asked(rule: Rule | None) -> set[str]:
    """The fields that a rule speaks about."""
    if rule is None or isinstance(rule, Has):
        return set()
    if isinstance(rule, Leaf):
        return {rule.field}
    parts = rule.parts if isinstance(rule, Group) else (rule.part,)
    return set().union(*map(_asked, parts))


def _which(rule: Rule, source: Source, moment: Moment) -> Condition:
    if isinstance(rule, Group):
        parts = [_which(part, source, moment) for part in rule.parts]
        return and_(*parts) if rule.kind == "all" else or_(*parts)
    if isinstance(rule, Not):
        return not_(_which(rule.part, source, moment))
    if isinstance(rule, Has):
        raise TypeError("Rules are checked: nothing that happens stands inside something else.")
    if rule.operator in NEGATIVES:
        return not_(_one(positive(rule), source, moment))
    return _one(rule, source, moment)


def _one(leaf: Leaf, source: Source, moment: Moment) -> Condition:
    if leaf.field in source.named:
        return source.named[leaf.field](leaf, moment)
    found = BY_TYPE[leaf.type](source.columns[leaf.field], leaf, moment)
    if leaf.type == "money" and leaf.operator != "is_filled":
        return and_(source.currency == moment.currency, found)
    return found
