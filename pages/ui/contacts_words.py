"""The widget that asks for the value of one condition, by field and operator."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import streamlit as st

from crm_core.marketing import rule_fields
from crm_core.marketing.rule_fields import Field
from pages.ui import words

ME = "me"
MONTHS = tuple(f"{date(2000, month, 1):%B}" for month in range(1, 13))


def value_widget(
    field: Field, operator: str, value: Any, number: int, owners: Mapping[int, str], tags: Sequence[str]
) -> Any:
    """Ask for the value of a condition; returns it as the JSON form of rules has it."""
    key = f"value-{number}-{field.name}-{operator}"
    if operator in rule_fields.NO_VALUE:
        return True
    if operator in rule_fields.COUNTS_OF_DAYS:
        most = 366 if field.type == "birthday" else 36_500
        return st.number_input("Days", 0, most, _number(value, 30), key=key, label_visibility="collapsed")
    if operator == "in_month":
        return 1 + MONTHS.index(_one("Month", MONTHS, MONTHS[_number(value, words.today().month) - 1], key))
    if operator in rule_fields.TWO_VALUES:
        return _two(field, value, key)
    if operator in rule_fields.MANY_VALUES:
        return _many(field, value, owners, tags, key)
    return _single(field, value, owners, tags, key)


def _single(field: Field, value: Any, owners: Mapping[int, str], tags: Sequence[str], key: str) -> Any:
    if field.type == "owner":
        people: dict[Any, str] = {ME: "Me"} | dict(owners)
        return _one("Owner", list(people), value, key, lambda one: people.get(one, f"User {one}"))
    if field.type == "yes_no":
        return _one("Yes or no", [True, False], value, key, lambda one: "yes" if one else "no")
    if field.type in ("date", "day", "instant"):
        return str(st.date_input("Day", _day(value), key=key, label_visibility="collapsed"))
    if field.type == "tags":
        return _one("Tag", tags, tags[0] if value is None and tags else value, key, accept_new=True)
    if field.choices:
        return _one("Value", list(field.choices), value, key, lambda one: _choice(field, one))
    return st.text_input(
        "Value", "" if value in (None, True) else str(value), key=key, label_visibility="collapsed"
    )


def _two(field: Field, value: Any, key: str) -> list[Any]:
    low, high = value if isinstance(value, list) and len(value) == 2 else (None, None)
    left, right = st.columns(2)
    with left:
        first = _single(field, low, {}, (), f"{key}-from")
    with right:
        last = _single(field, high, {}, (), f"{key}-to")
    return [first, last]


def _many(field: Field, value: Any, owners: Mapping[int, str], tags: Sequence[str], key: str) -> list[Any]:
    there = value if isinstance(value, list) else []
    shown: dict[Any, str] = {one: _choice(field, one) for one in field.choices}
    if field.type == "owner":
        shown = {ME: "Me", **owners}
    elif field.type == "tags":
        shown = {name: name for name in tags}
    return st.multiselect(
        "Values", list(dict.fromkeys([*shown, *there])), there, key=key, label_visibility="collapsed",
        format_func=lambda one: shown.get(one, str(one)), placeholder="Choose or type",
        accept_new_options=not shown or field.type == "tags",
    )  # fmt: skip


def _one(
    label: str, options: Sequence[Any], value: Any, key: str, shown: Any = str, *, accept_new: bool = False
) -> Any:
    offered = list(options) if value is None or value in options or value is True else [value, *options]
    at = offered.index(value) if value in offered else 0 if offered and not accept_new else None
    return st.selectbox(
        label, offered, index=at, key=key, label_visibility="collapsed", format_func=shown,
        accept_new_options=accept_new, placeholder="Choose or type",
    )  # fmt: skip


def _choice(field: Field, one: Any) -> str:
    """A choice as lists show it: the admin's own stand as they were written."""
    said = field.choices.get(one, str(one))
    return said if field.name.startswith(rule_fields.CUSTOM) else said[:1].upper() + said[1:]


def _number(value: Any, usual: int) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) else usual


def _day(value: Any) -> date:
    try:
        return date.fromisoformat(str(value))
    except ValueError:
        return words.today()
