"""A rule as a sentence that people can check."""

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal

from crm_core.kernel.values import countries
from crm_core.marketing import rule_fields as fields
from crm_core.marketing.rule_events import EVENTS
from crm_core.marketing.rule_fields import Defined, Field
from db.rule_tree import Group, Has, Leaf, Not, Rule, Value

PHRASES: dict[str, str] = {
    "is": "is {}",
    "is_not": "is not {}",
    "contains": "contains {}",
    "contains_not": "does not contain {}",
    "starts_with": "starts with {}",
    "is_any_of": "is any of {}",
    "is_none_of": "is none of {}",
    "is_filled": "is filled",
    "is_empty": "is empty",
    "has": "is {}",
    "has_no": "is not {}",
    "has_any_of": "is any of {}",
    "more_than": "is more than {}",
    "less_than": "is less than {}",
    "at_least": "is at least {}",
    "at_most": "is at most {}",
    "between": "is between {}",
    "before": "is before {}",
    "after": "is after {}",
    "in_the_last_days": "is in the last {} days",
    "in_the_next_days": "is in the next {} days",
    "more_than_days_ago": "is more than {} days ago",
    "in_month": "is in {}",
}
_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
    "November", "December",
)  # fmt: skip


def operator_words(operator: str) -> str:
    """An operator as a choice in a form reads: without its value."""
    return PHRASES[operator].replace("{}", "…")


def describe(rule: Rule, custom: Iterable[Defined] = (), owners: Mapping[int, str] | None = None) -> str:
    """The rule as a readable sentence.

    Args:
        rule: a checked rule.
        custom: the fields that the admin added.
        owners: names of users by id; an id without a name is shown as a number.
    """
    return _Teller(fields.of_contacts(custom), owners or {}).tell(rule)


class _Teller:
    def __init__(self, known: Mapping[str, Field], owners: Mapping[int, str]) -> None:
        self.known = known
        self.owners = owners

    def tell(self, rule: Rule) -> str:
        if isinstance(rule, Leaf):
            return self._leaf(rule)
        if isinstance(rule, Has):
            return self._has(rule)
        if isinstance(rule, Not):
            return f"not ({self.tell(rule.part)})"
        word = " and " if rule.kind == "all" else " or "
        return word.join(f"({self.tell(p)})" if isinstance(p, Group) else self.tell(p) for p in rule.parts)

    def _has(self, rule: Has) -> str:
        event = EVENTS[rule.of]
        inside = _Teller(event.fields, self.owners)
        said = f"has {event.label}"
        if rule.where is not None:
            said += f" ({inside.tell(rule.where)})"
        if not rule.measure:
            return said
        field = Field(rule.measure, event.measures[rule.measure], "measure")
        return f"{said}, {inside._leaf_of(field, rule)}".replace(f"{field.label} is ", f"{field.label} ")

    def _leaf(self, leaf: Leaf) -> str:
        return self._leaf_of(self.known.get(leaf.field) or Field(leaf.field, leaf.field, leaf.type), leaf)

    def _leaf_of(self, field: Field, leaf: Leaf | Has) -> str:
        if field.type == "birthday" and leaf.operator == "in_the_next_days" and leaf.values == (0,):
            return "birthday is today"
        values = [self._value(field, leaf.operator, value) for value in leaf.values]
        joined = " and ".join(values) if leaf.operator == "between" else " or ".join(values)
        phrase = PHRASES[leaf.operator].format(joined)
        return f"{field.label} {phrase}".replace(" 1 days", " 1 day")

    def _value(self, field: Field, operator: str, value: Value) -> str:
        if isinstance(value, bool):
            return "yes" if value else "no"
        if operator == "in_month" and isinstance(value, int):
            return _MONTHS[value - 1]
        if field.type == "owner":
            return "me" if value == "me" else self.owners.get(int(str(value)), f"user {value}")
        if isinstance(value, date):
            return f"{value.day} {_MONTHS[value.month - 1]} {value.year}"
        if isinstance(value, str):
            if field.name.endswith("country"):
                return countries.name(value)
            return f"“{field.choices.get(value, value)}”"
        if isinstance(value, Decimal):
            return f"{value:,f}"
        return f"{value:,}" if operator not in fields.COUNTS_OF_DAYS else str(value)
