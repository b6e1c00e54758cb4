"""The filter builder: conditions joined by all, any or none, nested, with a sentence and a live count."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import streamlit as st

from crm_core.kernel.access import Actor, Permission
from crm_core.kernel.errors import CrmError
from crm_core.marketing import rule_fields, rule_words, rules
from crm_core.marketing.rule_fields import Field
from crm_core.marketing.rules import Rule
from crm_core.people import listing, tags
from crm_core.people.types import CustomFieldRow
from crm_core.team import users
from pages.ui import contacts_state, words
from pages.ui.contacts_state import Asked
from pages.ui.contacts_words import value_widget
from pages.ui.fragments import secured
from pages.ui.guard import guard
from pages.ui.session import me

DRAFT = "contacts.draft"
WANTED = "contacts.wanted_rule"
KINDS = {"all": "All of these", "any": "Any of these", "none": "None of these"}
MAX_LEVEL = 3


@dataclass
class Node:
    """A condition (``field``) or a group (``parts``) while it is being built."""

    number: int
    kind: str = "all"
    parts: list["Node"] = field(default_factory=list)
    field: str = ""
    operator: str = ""
    value: Any = None


@dataclass(frozen=True)
class Known:
    """What can be chosen: fields, names of owners and tags."""

    fields: Mapping[str, Field]
    owners: Mapping[int, str]
    tags: list[str]
    custom: tuple[CustomFieldRow, ...]


def button(asked: Asked) -> None:
    """Opens the builder with the filter as it is."""
    label = "Filter" if asked.query.rule is None else "Filter on"
    if st.button(label, key="open-filter", icon=":material/filter_alt:"):
        st.session_state[DRAFT] = _draft_of(asked.query.rule)
        _open(asked)


def sentence(actor: Actor, asked: Asked) -> None:
    """The filter in words, with the way to be rid of it."""
    if asked.query.rule is None:
        return
    said = rule_words.describe(asked.query.rule, asked.custom, dict(users.choices(actor)))
    with st.container(horizontal=True, vertical_alignment="center", key="filter-sentence"):
        st.markdown(f":material/filter_alt: {words.md(said)}", width="content")
        if st.button("Remove filter", key="remove-filter", type="tertiary", icon=":material/close:"):
            st.session_state[WANTED] = None
            st.rerun()


@st.dialog("Filter contacts", width="large")
def _open(asked: Asked) -> None:
    build(asked)


@secured(Permission.CONTACTS_READ)
def build(asked: Asked) -> None:
    """The builder, drawn anew by itself with every click."""
    actor, root = me(), st.session_state.setdefault(DRAFT, _draft_of(None))
    known = Known(
        rule_fields.of_contacts(asked.custom), dict(users.choices(actor)), tags.names(actor), asked.custom
    )
    _group(root, known, 1, None)
    rule, problem = _checked(root, asked)
    st.divider()
    if problem:
        st.caption(f":orange[{words.md(problem)}]")
    elif rule is not None:
        total, is_more = listing.count(actor, replace(asked.query, rule=rule))
        said = rule_words.describe(rule, asked.custom, known.owners)
        number = words.number(total, is_capped=is_more)
        st.markdown(f"**{number} contacts** where {words.md(said)}")
    with st.container(horizontal=True, horizontal_alignment="right"):
        if st.button("Show all", key="clear-filter"):
            st.session_state[WANTED] = None
            st.rerun(scope="app")
        if st.button("Apply", key="apply-filter", type="primary", disabled=rule is None):
            st.session_state[WANTED] = rule
            st.rerun(scope="app")


def take_over() -> None:
    """Put the rule of the builder into the address, at the start of the run that follows it."""
    if WANTED in st.session_state:
        contacts_state.set_rule(st.session_state.pop(WANTED))


def _group(node: Node, known: Known, level: int, parent: Node | None) -> None:
    with st.container(border=level > 1, gap="small"):
        with st.container(horizontal=True, vertical_alignment="center"):
            chosen = st.segmented_control(
                "Join", list(KINDS), default=node.kind, required=True, format_func=KINDS.__getitem__,
                key=f"join-{node.number}", label_visibility="collapsed",
            )  # fmt: skip
            node.kind = chosen or node.kind
            if parent is not None:
                _remover(node, parent, "Remove group")
        for part in list(node.parts):
            if part.parts or not part.field:
                _group(part, known, level + 1, node)
            else:
                _condition(part, node, known)
        with st.container(horizontal=True):
            st.button(
                "Condition", key=f"add-{node.number}", icon=":material/add:", on_click=_add, args=(node,)
            )
            if level < MAX_LEVEL:
                st.button(
                    "Group",
                    key=f"nest-{node.number}",
                    icon=":material/account_tree:",
                    on_click=_nest,
                    args=(node,),
                )


def _condition(node: Node, parent: Node, known: Known) -> None:
    names = list(known.fields)
    with st.container(key=f"condition-{node.number}"):
        what, how, value, away = st.columns([4, 4, 5, 1], vertical_alignment="bottom")
    at = names.index(node.field) if node.field in known.fields else 0
    picked = what.selectbox(
        "Field", names, index=at, key=f"field-{node.number}", label_visibility="collapsed",
        format_func=lambda name: _title(known.fields[name]),
    )  # fmt: skip
    if picked != node.field:
        node.field, node.operator, node.value = str(picked), "", None
    field_ = known.fields[node.field]
    if node.operator not in field_.operators:
        node.operator = field_.operators[0]
    node.operator = how.selectbox(
        "Operator", field_.operators, index=field_.operators.index(node.operator),
        label_visibility="collapsed",
        key=f"operator-{node.number}-{node.field}", format_func=rule_words.operator_words,
    )  # fmt: skip
    with value:
        node.value = value_widget(field_, node.operator, node.value, node.number, known.owners, known.tags)
    with away:
        _remover(node, parent, "Remove condition")


def _title(field_: Field) -> str:
    """The name of a field as a choice: the admin's own stand as they were written."""
    own = field_.name.startswith(rule_fields.CUSTOM)
    return field_.label if own else field_.label[:1].upper() + field_.label[1:]


def _remover(node: Node, parent: Node, help_text: str) -> None:
    st.button(
        "", key=f"drop-{node.number}", icon=":material/close:", type="tertiary", help=help_text,
        on_click=parent.parts.remove, args=(node,),
    )  # fmt: skip


def _add(node: Node) -> None:
    node.parts.append(Node(_next_number(), field="name", operator="contains"))


def _nest(node: Node) -> None:
    node.parts.append(Node(_next_number(), "any", [Node(_next_number(), field="tag")]))


def _next_number() -> int:
    st.session_state["contacts.nodes"] = st.session_state.get("contacts.nodes", 0) + 1
    return int(st.session_state["contacts.nodes"])


def _checked(root: Node, asked: Asked) -> tuple[Rule | None, str]:
    """The rule that is built so far, or why it is none yet."""
    raw = as_json(root)
    if raw is None:
        return None, "Add a condition."
    refusals: list[CrmError] = []
    with guard(refused=refusals.append):
        return rules.parse(raw, asked.custom), ""
    return None, refusals[0].message if refusals else ""


def as_json(node: Node) -> dict[str, Any] | None:
    """A built node in the JSON form of rules; None for an empty group."""
    if node.field and not node.parts:
        return {"field": node.field, node.operator: _plain(node.value)}
    parts = [part for part in map(as_json, node.parts) if part is not None]
    if not parts:
        return None
    if node.kind == "none":
        return {"not": {"any": parts}}
    return {node.kind: parts}


def _plain(value: Any) -> Any:
    return [_plain(one) for one in value] if isinstance(value, list | tuple) else value


def _draft_of(rule: Rule | None) -> Node:
    """A rule as nodes; the outermost is always a group."""
    if rule is None:
        return Node(_next_number(), parts=[Node(_next_number(), field="tag")])
    node = _node(rules.to_json(rule))
    return node if node.parts else Node(_next_number(), parts=[node])


def _node(raw: Mapping[str, Any]) -> Node:
    if "field" in raw:
        [(operator, value)] = [(key, value) for key, value in raw.items() if key != "field"]
        return Node(_next_number(), field=str(raw["field"]), operator=operator, value=value)
    [(kind, inner)] = raw.items()
    if kind == "not":
        parts = inner.get("any", [inner])
        return Node(_next_number(), "none", [_node(part) for part in parts])
    return Node(_next_number(), kind, [_node(part) for part in inner])
