"""The builder of rules: conditions joined by all, any or none, nested, and what happened how often."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import streamlit as st

from crm_core.kernel.access import Actor, Permission
from crm_core.kernel.errors import CrmError
from crm_core.marketing import rule_fields, rule_words, rules, segments
from crm_core.marketing.rule_events import EVENTS
from crm_core.marketing.rule_fields import Field
from crm_core.marketing.rules import Rule
from crm_core.people import tags
from crm_core.people.types import CustomFieldRow
from crm_core.team import users
from pages.ui.contacts_words import value_widget
from pages.ui.guard import guard
from pages.ui.rule_nodes import Node, as_json, next_number

KINDS = {"all": "All of these", "any": "Any of these", "none": "None of these"}
MAX_LEVEL = 3


@dataclass(frozen=True)
class Known:
    """What can be chosen: fields, names of owners, tags and segments."""

    fields: Mapping[str, Field]
    owners: Mapping[int, str]
    tags: list[str]
    custom: tuple[CustomFieldRow, ...]
    is_event: bool = False


def known_to(actor: Actor, custom: tuple[CustomFieldRow, ...]) -> Known:
    """What this person can choose from."""
    fields = rule_fields.of_contacts(custom)
    if actor.may(Permission.SEGMENTS_READ):
        names = {row.name: row.name for row in segments.search(actor)}
        fields["segment"] = replace(fields["segment"], choices=names)
    return Known(fields, dict(users.choices(actor)), tags.names(actor), custom)


def draw(root: Node, known: Known) -> None:
    """The whole rule, to be changed in place."""
    _group(root, known, 1, None)


def checked(root: Node, known: Known) -> tuple[Rule | None, str]:
    """The rule that is built so far, or why it is none yet."""
    raw = as_json(root)
    if raw is None:
        return None, "Add a condition."
    refusals: list[CrmError] = []
    with guard(refused=refusals.append):
        return rules.parse(raw, known.custom), ""
    return None, refusals[0].message if refusals else ""


def _group(node: Node, known: Known, level: int, parent: Node | None) -> None:
    with st.container(border=level > 1, gap="small"):
        with st.container(horizontal=True, vertical_alignment="center"):
            if node.of:
                _happened(node)
            chosen = st.segmented_control(
                "Join", list(KINDS), default=node.kind, required=True, format_func=KINDS.__getitem__,
                key=f"join-{node.number}", label_visibility="collapsed",
            )  # fmt: skip
            node.kind = chosen or node.kind
            if parent is not None:
                _remover(node, parent, "Remove group")
        inner = replace(known, fields=EVENTS[node.of].fields, is_event=True) if node.of else known
        for part in list(node.parts):
            if part.parts or part.of or not part.field:
                _group(part, inner, level + 1, node)
            else:
                _condition(part, node, inner)
        _adders(node, inner, level)
        if node.of:
            _measure(node)


def _adders(node: Node, known: Known, level: int) -> None:
    with st.container(horizontal=True):
        first = next(iter(known.fields)) if known.is_event else "name"
        st.button(
            "Condition", key=f"add-{node.number}", icon=":material/add:", on_click=_add, args=(node, first)
        )
        if level < MAX_LEVEL:
            st.button(
                "Group", key=f"nest-{node.number}", icon=":material/account_tree:", on_click=_nest,
                args=(node, first if known.is_event else "tag"),
            )  # fmt: skip
        if level < MAX_LEVEL and not known.is_event:
            st.button(
                "What happened", key=f"happen-{node.number}", icon=":material/history:", on_click=_happen,
                args=(node,),
            )  # fmt: skip


def _happened(node: Node) -> None:
    """What kind of thing happened; its conditions begin anew with another kind."""
    kinds = list(EVENTS)
    picked = st.selectbox(
        "What happened", kinds, index=kinds.index(node.of), key=f"of-{node.number}",
        format_func=lambda name: f"Has {EVENTS[name].label}", label_visibility="collapsed", width=230,
    )  # fmt: skip
    if picked != node.of:
        node.of, node.parts, node.measure = str(picked), [], ""


def _measure(node: Node) -> None:
    """How often or how much; “at all” needs no number."""
    measures = EVENTS[node.of].measures
    with st.container(key=f"measure-{node.number}"):
        what, how, value = st.columns([4, 4, 6], vertical_alignment="bottom")
    options = ["", *measures]
    at = options.index(node.measure) if node.measure in options else 0
    node.measure = what.selectbox(
        "How much", options, index=at, key=f"measure-of-{node.number}-{node.of}",
        label_visibility="collapsed", format_func=lambda name: _start(measures.get(name, "at all")),
    )  # fmt: skip
    if not node.measure:
        return
    operators = rule_fields.OPERATORS["measure"]
    node.operator = node.operator if node.operator in operators else "at_least"
    node.operator = how.selectbox(
        "Operator", operators, index=operators.index(node.operator), key=f"measure-how-{node.number}",
        label_visibility="collapsed", format_func=rule_words.operator_words,
    )  # fmt: skip
    with value:
        field = Field(node.measure, measures[node.measure], "measure")
        start = 1 if node.value in (None, True, "") else node.value
        node.value = value_widget(field, node.operator, start, node.number, {}, [])


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
    field = known.fields[node.field]
    if node.operator not in field.operators:
        node.operator = field.operators[0]
    node.operator = how.selectbox(
        "Operator", field.operators, index=field.operators.index(node.operator),
        label_visibility="collapsed",
        key=f"operator-{node.number}-{node.field}", format_func=rule_words.operator_words,
    )  # fmt: skip
    with value:
        node.value = value_widget(field, node.operator, node.value, node.number, known.owners, known.tags)
    with away:
        _remover(node, parent, "Remove condition")


def _title(field: Field) -> str:
    """The name of a field as a choice: the admin's own stand as they were written."""
    return field.label if field.name.startswith(rule_fields.CUSTOM) else _start(field.label)


def _start(text: str) -> str:
    return text[:1].upper() + text[1:]


def _remover(node: Node, parent: Node, help_text: str) -> None:
    st.button(
        "", key=f"drop-{node.number}", icon=":material/close:", type="tertiary", help=help_text,
        on_click=parent.parts.remove, args=(node,),
    )  # fmt: skip


def _add(node: Node, field: str) -> None:
    operator = "contains" if field == "name" else ""
    node.parts.append(Node(next_number(), field=field, operator=operator))


def _nest(node: Node, field: str) -> None:
    node.parts.append(Node(next_number(), "any", [Node(next_number(), field=field)]))


def _happen(node: Node) -> None:
    node.parts.append(Node(next_number(), of="purchases"))
