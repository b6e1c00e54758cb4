"""What can be said of a step or a beginning: a widget for each option."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import time
from typing import Any

import streamlit as st

from crm_core.automation.options import WEEKDAYS, Option
from crm_core.kernel.access import Actor
from crm_core.kernel.errors import CrmError
from crm_core.kernel.paging import Paging
from crm_core.marketing import rule_text, templates
from crm_core.marketing.rules import Rule
from crm_core.people import custom_fields
from crm_core.team import users
from pages.ui import rule_builder, words
from pages.ui.guard import guard
from pages.ui.rule_nodes import draft_of

MOST_TEMPLATES = 100
LONG = 300


@dataclass(frozen=True)
class Offered:
    """What there is to choose from: templates, tags, owners, and the fields of rules."""

    templates: list[str]
    owners: Mapping[int, str]
    rules: rule_builder.Known

    @property
    def tags(self) -> list[str]:
        """The tags in use."""
        return self.rules.tags


def offered(actor: Actor) -> Offered:
    """What this person may choose from."""
    names = [row.name for row in templates.search(actor, paging=Paging(size=MOST_TEMPLATES))]
    known = rule_builder.known_to(actor, tuple(custom_fields.search(actor)))
    return Offered(names, dict(users.choices(actor)), known)


def draw(options: Mapping[str, Option], values: dict[str, Any], key: str, known: Offered) -> None:
    """A widget for each option; what is said is put into ``values``."""
    for name in [name for name in values if name not in options]:
        del values[name]
    for name, option in options.items():
        value = values.get(name, option.default)
        values[name] = _one(name, option, value, f"{key}-{name}", known)


def rule(label: str, line: str, key: str, known: Offered, *, empty: str) -> str:
    """A rule as a line, with a builder beside it for those who would rather click."""
    state = f"{key}-line"
    st.session_state.setdefault(state, line)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        written = st.text_input(label, key=state, placeholder=empty)
        if st.button("", key=f"{key}-build", icon=":material/filter_alt:", help="Build the rule by clicks"):
            _build(label, state, written, known)
    return str(written)


def _one(name: str, option: Option, value: Any, key: str, known: Offered) -> Any:
    label = words.sentence(option.label)
    if option.type == "rule":
        return rule(label, str(value or ""), key, known, empty="country is DE and tag has VIP")
    if option.type == "number" and name == "owner_id":
        return _chosen(label, list(known.owners), value, key, known.owners.__getitem__)
    if option.type == "number":
        return st.number_input(label, option.low, option.high, value or 0, key=key)
    if option.type == "choice":
        return _chosen(label, list(option.choices), value, key, words.label)
    if option.type == "yes_no":
        return st.toggle(label, bool(value), key=key)
    if option.type == "clock":
        chosen = st.time_input(label, time.fromisoformat(str(value or "09:00")), key=key)
        return chosen.strftime("%H:%M")
    if option.type == "weekdays":
        return st.pills(
            label, WEEKDAYS, selection_mode="multi", default=list(value or ()), key=key,
            format_func=lambda day: day[:3].capitalize(),
        )  # fmt: skip
    return _text(name, option, str(value or ""), key, known)


def _text(name: str, option: Option, value: str, key: str, known: Offered) -> Any:
    label = words.sentence(option.label)
    if name == "template":
        return _chosen(label, known.templates, value, key, str)
    if name == "tag":
        names = [*known.tags, *([value] if value and value not in known.tags else [])]
        return st.selectbox(
            label, names, index=names.index(value) if value else None, key=key, accept_new_options=True,
            placeholder="Choose a tag, or write a new one",
        )  # fmt: skip
    if option.high > LONG:
        return st.text_area(label, value, key=key, max_chars=option.high, height=80)
    return st.text_input(label, value, key=key, max_chars=option.high if option.type == "text" else None)


def _chosen(label: str, choices: list[Any], value: Any, key: str, shown: Any) -> Any:
    at = choices.index(value) if value in choices else None
    return st.selectbox(label, choices, index=at, key=key, format_func=shown, placeholder="Choose")


def _build(label: str, state: str, line: str, known: Offered) -> None:
    root = draft_of(_read(line, known))

    @st.dialog(label, width="large")
    def ask() -> None:
        rule_builder.draw(root, known.rules)
        built, problem = rule_builder.checked(root, known.rules)
        if built is None:
            st.caption(f":orange[{words.md(problem)}]")
        else:
            st.code(rule_text.write(built), language=None, wrap_lines=True)
        if st.button("Use this rule", key=f"{state}-use", type="primary", disabled=built is None):
            # The widget of the line exists already in this run: it takes the new text before the next one.
            st.session_state[f"{state}-built"] = rule_text.write(built) if built is not None else ""
            st.rerun()

    ask()


def take_built() -> None:
    """Put rules that were built with clicks into their lines, before these are drawn."""
    for name in [str(name) for name in st.session_state if str(name).endswith("-line-built")]:
        st.session_state[name.removesuffix("-built")] = st.session_state.pop(name)


def _read(line: str, known: Offered) -> Rule | None:
    refusals: list[CrmError] = []
    if line.strip():
        with guard(refused=refusals.append):
            return rule_text.read(line, known.rules.custom)
    return None
