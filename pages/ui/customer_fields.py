"""The fields of the edit form: how they are grouped, and the widget that fits each."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import streamlit as st
from babel import Locale

from crm_core.kernel.access import Actor, Permission
from crm_core.kernel.values import countries
from crm_core.people import custom_fields, tags
from crm_core.people.fields import ACCOUNT_TYPES, CONTACT_TYPES, OPTIONS
from crm_core.people.types import CustomFieldRow
from crm_core.team import users
from pages.ui import customer_values, words

Group = tuple[str, tuple[str, ...]]

GROUPS: Mapping[str, tuple[Group, ...]] = {
    "contacts": (
        ("Name", ("first_name", "last_name", "salutation", "middle_name")),
        (
            "How to reach",
            (
                "email",
                "email_secondary",
                "phone",
                "mobile",
                "phone_secondary",
                "website",
                "linkedin_url",
                "x_url",
                "facebook_url",
                "instagram_url",
            ),
        ),
        ("Company", ("company", "job_title", "department", "industry")),
        ("Address", ("street", "postal_code", "city", "state", "country")),
        (
            "With us",
            ("owner", "lifecycle", "lead_status", "rating", "source", "campaign", "card_number", "tags"),
        ),
        ("About", ("birthday", "language", "time_zone", "preferred_channel", "likes", "dislikes", "notes")),
    ),
    "accounts": (
        ("Company", ("company", "website", "phone", "industry", "type", "parent")),
        ("Size", ("employees", "annual_revenue")),
        ("Address", ("street", "postal_code", "city", "state", "country")),
        ("With us", ("owner", "tags", "description")),
    ),
}
TYPES = {"contacts": CONTACT_TYPES, "accounts": ACCOUNT_TYPES}
SEVERAL = ("email_secondary", "phone_secondary")
HINTS = {
    "email_secondary": "One a line.",
    "phone_secondary": "One a line.",
    "birthday": "As 1979-04-01, or --04-01 without the year.",
    "annual_revenue": "With its currency, as 1,200,000 EUR.",
}
TYPED_LIVE = frozenset(("first_name", "last_name", "email", "phone", "mobile"))
NOBODY = 0


@dataclass(frozen=True)
class Choices:
    """What can be chosen in a form by this person, and the fields that the admin added."""

    kind: str
    owners: Mapping[int, str]
    may_assign: bool
    tags: Sequence[str]
    custom: Sequence[CustomFieldRow]
    labels: Mapping[str, str] = field(default_factory=dict)

    def label(self, name: str) -> str:
        """What people call a field."""
        return customer_values.name_of(name, self.kind, self.labels)


def choices_for(actor: Actor, kind: str, owner_id: int | None, owner_name: str) -> Choices:
    """Ask for everything that the form of a record offers."""
    people = dict(users.choices(actor))
    may_assign = actor.may(Permission.CONTACTS_ASSIGN)
    if not may_assign:
        mine = {actor.id: actor.name} if owner_id is None and actor.id is not None else {}
        people = mine
    if owner_id is not None:
        people = {owner_id: owner_name, **people}
    if may_assign or owner_id is None:
        people = {NOBODY: "Nobody", **people}
    added = custom_fields.search(actor, kind)
    return Choices(kind, people, may_assign, tags.names(actor), added, customer_values.labels(kind, added))


def groups(choices: Choices) -> tuple[Group, ...]:
    """The fields of the form in their groups, the admin's own at the end."""
    own = tuple(f"{customer_values.CUSTOM}{row.name}" for row in choices.custom)
    return (*GROUPS[choices.kind], ("Your own fields", own)) if own else GROUPS[choices.kind]


def ask(name: str, value: Any, choices: Choices, key: str) -> Any:
    """The widget of one field; returns what it says now, as text, list or number of the owner."""
    label, hint = choices.label(name), HINTS.get(name)
    if name == "owner":
        return _owner(label, value, choices, key)
    if name == "tags":
        return _several(label, value, choices.tags, key, accept_new=True)
    if name == "country":
        return _one(label, value, _countries(), key, words.country_name)
    type_name, options = _type(name, choices)
    if type_name == "choice":
        shown = words.sentence if name in OPTIONS else str
        return _one(label, value, options, key, shown)
    if type_name == "choices":
        return _several(label, value, options, key, accept_new=False)
    if type_name == "yes_no":
        return _one(label, {True: "yes", False: "no"}.get(value, value), ("yes", "no"), key, words.sentence)
    if name in SEVERAL:
        text = st.text_area(label, "\n".join(value or ()), key=key, help=hint, height=70)
        return [line.strip() for line in text.splitlines() if line.strip()]
    if type_name == "long_text":
        return st.text_area(label, str(value or ""), key=key, help=hint, height=70)
    shown_value = "" if value is None else str(value)
    return st.text_input(label, shown_value, key=key, help=hint, live=name in TYPED_LIVE) or ""


def _type(name: str, choices: Choices) -> tuple[str, Sequence[str]]:
    for row in choices.custom:
        if name == f"{customer_values.CUSTOM}{row.name}":
            return row.type, row.choices
    return TYPES[choices.kind].get(name, "text"), OPTIONS.get(name, ())


def _owner(label: str, value: Any, choices: Choices, key: str) -> Any:
    numbers = list(choices.owners)
    at = numbers.index(value) if value in numbers else 0
    chosen = st.selectbox(
        label,
        numbers,
        index=at,
        format_func=lambda one: choices.owners[one],
        key=key,
        disabled=len(numbers) < 2,
    )
    return chosen or None


def _one(label: str, value: Any, options: Sequence[str], key: str, shown: Any) -> str:
    offered = list(options) if not value or value in options else [value, *options]
    at = offered.index(value) if value else None
    chosen = st.selectbox(label, offered, index=at, format_func=shown, key=key, placeholder="Not known")
    return chosen or ""


def _several(label: str, value: Any, options: Sequence[str], key: str, *, accept_new: bool) -> list[str]:
    there = list(value or ())
    offered = list(dict.fromkeys([*options, *there]))
    return st.multiselect(label, offered, there, key=key, accept_new_options=accept_new, placeholder="")


@cache
def _countries() -> tuple[str, ...]:
    """Two letters of every country, by English name."""
    named = {str(code): str(name) for code, name in Locale.parse("en").territories.items()}
    known = [code for code in named if len(code) == 2 and countries.parse(code) == code]
    return tuple(sorted(known, key=lambda code: named[code]))
