"""The fields of a deal as a form asks for them, with what is typed handed on as it stands."""

from collections.abc import Mapping
from datetime import date
from typing import Any

import streamlit as st

from crm_core.kernel.access import Actor
from crm_core.kernel.values import regions
from crm_core.people import custom_fields
from crm_core.sales import rules
from crm_core.team import users
from crm_core.team.company import company
from pages.ui import customer_fields, picking, words

JUDGEMENTS = {
    "": "As its stage says",
    "commit": "Commit: it will come",
    "best": "Best case: it may come",
    "omit": "Leave it out",
}
MAIN = ("deal", "contact", "company", "amount", "close_date", "owner", "source", "description")


def ask(actor: Actor, name: str, now: Mapping[str, Any], *, key: str) -> Any:
    """The widget of one field; returns what it says now.

    Args:
        actor: who asks.
        name: an import field name of deals, ``contact`` for the person, ``custom.x`` for own fields.
        now: the present values by field name; ``contact`` is (id, name) or None.
        key: the beginning of the widget's key.
    """
    place, label = f"{key}-{name}", words.label(name, "deals")
    if name == "contact":
        return picking.contact(actor, "Contact", key=place, now=now.get("contact"))
    if name == "amount":
        return _amount(now, place)
    if name == "close_date":
        value = now.get(name) or None
        return st.date_input("Expected close", value if isinstance(value, date) else None, key=place)
    if name == "owner":
        people: dict[int, str] = {0: "Nobody", **dict(users.choices(actor))}
        value = now.get("owner") or 0
        at = list(people).index(value) if value in people else 0
        return st.selectbox("Owner", list(people), at, format_func=people.__getitem__, key=place) or None
    if name == "judgement":
        at = list(JUDGEMENTS).index(str(now.get(name) or ""))
        return st.selectbox(
            "Your judgement", list(JUDGEMENTS), at, format_func=JUDGEMENTS.__getitem__, key=place,
            help="What you think yourself, apart from the stage. The forecast keeps both.",
        )  # fmt: skip
    if name == "description":
        return st.text_area(label, str(now.get(name) or ""), key=place, height=90)
    if name.startswith("custom."):
        choices = customer_fields.choices_for(actor, "deals", None, "")
        return customer_fields.ask(name, now.get(name), choices, place)
    return st.text_input(label, str(now.get(name) or ""), key=place, max_chars=300)


def own(actor: Actor) -> dict[str, str]:
    """The admin's own fields of deals: name -> label."""
    return {f"custom.{row.name}": row.label for row in custom_fields.search(actor, "deals")}


def written(values: Mapping[str, Any]) -> dict[str, Any]:
    """What the form says, as the deals take it: the contact by its number, the amount with its currency."""
    said = dict(values)
    if "contact" in said:
        said["contact_id"] = said.pop("contact")
    if "amount" in said:
        said["amount"], said["currency"] = said["amount"]
    return said


def missing_labels(fields: tuple[str, ...]) -> str:
    """What a stage asks for, in words."""
    return words.joined([rules.REQUIRABLE.get(name, name) for name in fields])


def _amount(now: Mapping[str, Any], place: str) -> tuple[str, str]:
    codes = list(regions.currencies())
    usual = str(now.get("currency") or company().currency)
    amount, currency = st.columns([2, 1])
    text = amount.text_input("Amount", str(now.get("amount") or ""), key=place, placeholder="12,500.00")
    at = codes.index(usual) if usual in codes else 0
    return text, currency.selectbox("Currency", codes, at, key=f"{place}-currency") or usual
