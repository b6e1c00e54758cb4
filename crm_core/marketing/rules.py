"""The rule language: which contacts are meant. Lists filter by it, and so do segments and automation.

In JSON a rule is ``{"all": [rule, …]}``, ``{"any": [rule, …]}``, ``{"not": rule}``, or one comparison such as
``{"field": "country", "is": "DE"}``. What happened to a contact is asked by
``{"has": "purchases", "where": rule, "count": {"more_than": 2}}``; ``where`` and the measure may be left out.
Fields and operators are closed lists (`rule_fields`, `rule_events`); nothing that a person writes becomes
part of a statement, only a bound value.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any, Literal

from crm_core.kernel.errors import Invalid
from crm_core.marketing import rule_fields as fields
from crm_core.marketing.rule_events import EVENTS, Event
from crm_core.marketing.rule_fields import Defined, Field
from crm_core.marketing.rule_values import value_of
from db.rule_tree import Group, Has, Leaf, Not, Rule, Value

__all__ = ["Rule", "group", "leaves", "parse", "to_json"]

MAX_DEPTH = 6
MAX_LEAVES = 60
MAX_VALUES = 200


def parse(raw: Any, custom: Iterable[Defined] = ()) -> Rule:
    """A checked rule from its JSON form.

    Args:
        raw: the rule as ``json.loads`` gives it.
        custom: the fields that the admin added.

    Raises:
        Invalid: with a sentence that says what is wrong and where.
    """
    return _Parser(fields.of_contacts(custom)).rule(raw, 1)


def to_json(rule: Rule) -> dict[str, Any]:
    """The JSON form of a rule; ``parse`` gives the same rule back."""
    if isinstance(rule, Group):
        return {rule.kind: [to_json(part) for part in rule.parts]}
    if isinstance(rule, Not):
        return {"not": to_json(rule.part)}
    if isinstance(rule, Has):
        where = {"where": to_json(rule.where)} if rule.where is not None else {}
        return {"has": rule.of, **where, **({rule.measure: _compared(rule)} if rule.measure else {})}
    return {"field": rule.field, **_compared(rule)}


def _compared(rule: Leaf | Has) -> dict[str, Any]:
    values = [_plain(value) for value in rule.values]
    if rule.operator in fields.NO_VALUE:
        return {rule.operator: True}
    many = rule.operator in fields.MANY_VALUES | fields.TWO_VALUES
    return {rule.operator: values if many else values[0]}


def leaves(rule: Rule) -> tuple[Leaf, ...]:
    """All comparisons of a rule, from left to right."""
    if isinstance(rule, Leaf):
        return (rule,)
    if isinstance(rule, Has):
        return leaves(rule.where) if rule.where is not None else ()
    parts = rule.parts if isinstance(rule, Group) else (rule.part,)
    return tuple(leaf for part in parts for leaf in leaves(part))


def group(kind: Literal["all", "any"], parts: Iterable[Rule | None]) -> Rule | None:
    """The parts that exist, joined; one part stays itself, and of nothing comes nothing."""
    found = tuple(part for part in parts if part is not None)
    return Group(kind, found) if len(found) > 1 else found[0] if found else None


class _Parser:
    """Walks a JSON rule and counts what it has seen."""

    def __init__(self, known: Mapping[str, Field]) -> None:
        self.known = known
        self.count = 0
        self.event: Event | None = None

    def rule(self, raw: Any, depth: int) -> Rule:
        if depth > MAX_DEPTH:
            raise Invalid(f"The rule is nested more than {MAX_DEPTH} levels deep. Split it into two.")
        if not isinstance(raw, Mapping):
            raise Invalid("A rule is an object such as {“field”: “country”, “is”: “DE”}.")
        if "field" in raw:
            return self.leaf(raw)
        if "has" in raw:
            return self.has(raw, depth)
        if len(raw) != 1:
            raise Invalid(
                "A part of the rule needs “field” or “has”, or exactly one of “all”, “any” and “not”."
            )
        [(kind, inner)] = raw.items()
        if kind == "not":
            return Not(self.rule(inner, depth + 1))
        if kind not in ("all", "any"):
            raise Invalid(f"A rule knows “all”, “any” and “not”, but no “{str(kind)[:60]}”.")
        if not isinstance(inner, list | tuple) or not inner:
            raise Invalid(f"“{kind}” needs a list of at least one part.")
        parts = tuple(self.rule(part, depth + 1) for part in inner)
        return Group(kind, parts) if len(parts) > 1 else parts[0]

    def has(self, raw: Mapping[str, Any], depth: int) -> Has:
        """Something that happened, which of it, and how much."""
        self._count_one()
        event = EVENTS.get(str(raw["has"]))
        if event is None:
            raise Invalid(f"A contact “has” {', '.join(EVENTS)}, but no “{str(raw['has'])[:60]}”.")
        if self.event is not None:
            raise Invalid(f"“has {event.name}” cannot stand inside “has {self.event.name}”.")
        where = self._where(raw["where"], event, depth) if raw.get("where") is not None else None
        asked = [str(key) for key in raw if key not in ("has", "where")]
        if not asked:
            return Has(event.name, where)
        if len(asked) > 1 or asked[0] not in event.measures:
            said = ", ".join(f"“{name[:30]}”" for name in asked)
            raise Invalid(f"Of {event.label} a rule can ask {', '.join(event.measures)}; here stands {said}.")
        measure = asked[0]
        field = Field(measure, event.measures[measure], "measure")
        operator, values = _compare(field, raw[measure])
        return Has(event.name, where, measure, operator, values)

    def _where(self, raw: Any, event: Event, depth: int) -> Rule:
        outside, self.known, self.event = self.known, event.fields, event
        found = self.rule(raw, depth + 1)
        self.known, self.event = outside, None
        return found

    def _count_one(self) -> None:
        self.count += 1
        if self.count > MAX_LEAVES:
            raise Invalid(f"The rule has more than {MAX_LEAVES} comparisons.")

    def leaf(self, raw: Mapping[str, Any]) -> Leaf:
        """One comparison of a field."""
        self._count_one()
        field = self.known.get(str(raw["field"]))
        if field is None:
            place = f" of {self.event.label}; they have {', '.join(self.known)}" if self.event else ""
            raise Invalid(f"There is no field “{str(raw['field'])[:60]}”{place}.")
        operator, values = _compare(field, {key: value for key, value in raw.items() if key != "field"})
        return Leaf(field.name, field.type, operator, values)


def _compare(field: Field, raw: Any) -> tuple[str, tuple[Value, ...]]:
    """The one operator that stands there, with its values."""
    named = list(raw) if isinstance(raw, Mapping) else []
    if len(named) != 1 or named[0] not in field.operators:
        said = ", ".join(f"“{str(name)[:30]}”" for name in named) or "nothing"
        raise Invalid(
            f"About “{field.label}” a rule can ask {', '.join(field.operators)}; here stands {said}."
        )
    operator = str(named[0])
    return operator, _values(field, operator, raw[operator])


def _values(field: Field, operator: str, raw: Any) -> tuple[Value, ...]:
    if operator in fields.NO_VALUE:
        return ()
    listed = list(raw) if isinstance(raw, list | tuple) else None
    if operator in fields.MANY_VALUES:
        listed = [raw] if listed is None else listed
        if not 1 <= len(listed) <= MAX_VALUES:
            raise Invalid(f"Give between 1 and {MAX_VALUES} values for “{field.label}”.")
        return tuple(dict.fromkeys(value_of(field, operator, one) for one in listed))
    if operator in fields.TWO_VALUES:
        if listed is None or len(listed) != 2:
            raise Invalid(f"“{field.label}” between needs two values: from and to.")
        low, high = (value_of(field, operator, one) for one in listed)
        if low > high:  # type: ignore[operator]
            raise Invalid(
                f"“{field.label}” between {low} and {high} is empty: the first value is the greater one."
            )
        return (low, high)
    if listed is not None:
        raise Invalid(f"“{field.label}” with “{operator}” takes one value, not a list.")
    return (value_of(field, operator, raw),)


def _plain(value: Value) -> Any:
    """A value as JSON can hold it, without losing a digit."""
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else str(value)
    return value.isoformat() if isinstance(value, date) else value
