"""A checked rule as JSON that keeps the type of every value, for rules that are stored to be asked again."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from db.rule_tree import Group, Has, Leaf, Not, Rule, Value


def dump(rule: Rule) -> dict[str, Any]:
    """The rule in JSON types; ``load`` gives the same rule back."""
    if isinstance(rule, Group):
        return {"kind": rule.kind, "parts": [dump(part) for part in rule.parts]}
    if isinstance(rule, Not):
        return {"kind": "not", "part": dump(rule.part)}
    values = [_dumped(value) for value in rule.values]
    if isinstance(rule, Has):
        return {
            "kind": "has", "of": rule.of, "where": dump(rule.where) if rule.where else None,
            "measure": rule.measure, "operator": rule.operator, "values": values,
        }  # fmt: skip
    return {"field": rule.field, "type": rule.type, "operator": rule.operator, "values": values}


def load(stored: Mapping[str, Any]) -> Rule:
    """The rule that was stored."""
    kind = stored.get("kind")
    if kind in ("all", "any"):
        return Group(kind, tuple(load(part) for part in stored["parts"]))
    if kind == "not":
        return Not(load(stored["part"]))
    values = tuple(_loaded(value) for value in stored["values"])
    if kind == "has":
        where = load(stored["where"]) if stored["where"] else None
        return Has(stored["of"], where, stored["measure"], stored["operator"], values)
    return Leaf(stored["field"], stored["type"], stored["operator"], values)


def _dumped(value: Value) -> Any:
    if isinstance(value, Decimal):
        return {"number": str(value)}
    return {"day": value.isoformat()} if isinstance(value, date) else value


def _loaded(value: Any) -> Value:
    if not isinstance(value, Mapping):
        plain: Value = value
        return plain
    return Decimal(value["number"]) if "number" in value else date.fromisoformat(value["day"])
