"""A rule while it is being built: conditions, groups, and things that happened."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import streamlit as st

from crm_core.marketing import rules
from crm_core.marketing.rules import Rule


@dataclass
class Node:
    """A condition (``field``), a group (``parts``), or something that happened (``of``) with its parts.

    Of what happened, ``operator`` and ``value`` compare the ``measure``; without one it happened at all.
    """

    number: int
    kind: str = "all"
    parts: list["Node"] = field(default_factory=list)
    field: str = ""
    operator: str = ""
    value: Any = None
    of: str = ""
    measure: str = ""


def as_json(node: Node) -> dict[str, Any] | None:
    """A built node in the JSON form of rules; None for an empty group."""
    if node.field and not node.parts:
        return {"field": node.field, node.operator: _plain(node.value)}
    inside = _joined(node)
    if not node.of:
        return inside
    where = {"where": inside} if inside is not None else {}
    measured = {node.measure: {node.operator: _plain(node.value)}} if node.measure else {}
    return {"has": node.of, **where, **measured}


def draft_of(rule: Rule | None) -> Node:
    """A rule as nodes; the outermost is always a group."""
    if rule is None:
        return Node(next_number(), parts=[Node(next_number(), field="tag")])
    node = _node(rules.to_json(rule))
    return node if node.parts and not node.of else Node(next_number(), parts=[node])


def next_number() -> int:
    """A number that no other node of this person has."""
    st.session_state["contacts.nodes"] = st.session_state.get("contacts.nodes", 0) + 1
    return int(st.session_state["contacts.nodes"])


def _joined(node: Node) -> dict[str, Any] | None:
    parts = [part for part in map(as_json, node.parts) if part is not None]
    if not parts:
        return None
    if node.kind == "none":
        return {"not": {"any": parts}}
    return {node.kind: parts}


def _plain(value: Any) -> Any:
    return [_plain(one) for one in value] if isinstance(value, list | tuple) else value


def _node(raw: Mapping[str, Any]) -> Node:
    if "has" in raw:
        return _event(raw)
    if "field" in raw:
        [(operator, value)] = [(key, value) for key, value in raw.items() if key != "field"]
        return Node(next_number(), field=str(raw["field"]), operator=operator, value=value)
    [(kind, inner)] = raw.items()
    if kind == "not":
        parts = inner.get("any", [inner])
        return Node(next_number(), "none", [_node(part) for part in parts])
    return Node(next_number(), kind, [_node(part) for part in inner])


def _event(raw: Mapping[str, Any]) -> Node:
    event = Node(next_number(), of=str(raw["has"]))
    if raw.get("where") is not None:
        inside = _node(raw["where"])
        is_group = bool(inside.parts) and not inside.of
        event.kind, event.parts = (inside.kind, inside.parts) if is_group else ("all", [inside])
    for measure in raw.keys() - {"has", "where"}:
        [(event.operator, event.value)] = raw[measure].items()
        event.measure = measure
    return event
