"""Imports, step 2: what happens with records that exist already, and what fills the gaps."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any, Final

import streamlit as st

from crm_core.data import imports, rereading
from crm_core.data.entities import ENTITIES
from crm_core.data.import_types import MATCH_KEYS, USUAL_KEYS, ImportDetail, ImportOptions
from crm_core.data.rereading import Reading
from crm_core.kernel.values import regions
from crm_core.team import users
from crm_core.team.company import company
from pages.ui import words
from pages.ui.guard import guard
from pages.ui.import_state import ONE
from pages.ui.session import me

KNOWN: Final = {
    "skip": ("Leave them as they are", "Only new ones are added."),
    "update": ("Update them", "What the file says replaces what is here. Empty cells change nothing."),
    "fill": ("Fill in what is empty", "What is here stays; gaps are filled from the file."),
    "create": ("Add them once more", "Every row becomes a new record, also when it exists already."),
}
_KEYS: Final = {
    "external_id": "ID in the other system", "email": "E-mail", "phone": "Phone and name",
    "domain": "Web domain", "sku": "Article number", "number": "Order number",
    "moment": "Time and person", "username": "User name",
}  # fmt: skip
_ORDERS: Final = {"": "As found", "DMY": "Day first", "MDY": "Month first"}


def draw(detail: ImportDetail) -> None:
    """The choices beside the mapping; each is stored when it is made."""
    with st.container(border=True):
        first, second = st.columns(2, gap="large")
        with first:
            _known(detail)
        with second:
            _reading(detail)
        with st.expander("More choices", icon=":material/tune:"):
            _more(detail)


def _known(detail: ImportDetail) -> None:
    options = detail.options
    _ask(detail, "on_duplicate", lambda key: st.radio(
        f"{ONE[detail.kind][1].capitalize()} that exist already", list(KNOWN), key=key,
        index=list(KNOWN).index(options.on_duplicate), format_func=lambda name: KNOWN[name][0],
        captions=[sentence for _, sentence in KNOWN.values()],
    ))  # fmt: skip
    if options.on_duplicate != "create":
        keys = list(MATCH_KEYS[detail.kind])
        _ask(detail, "match_by", lambda key: st.multiselect(
            "Recognised by", keys, default=list(options.match_by or USUAL_KEYS[detail.kind]), key=key,
            format_func=lambda name: _key_label(detail.kind, name), help="The first that fits decides.",
        ))  # fmt: skip


def _key_label(kind: str, name: str) -> str:
    if name == "name":
        return "Name and company" if kind == "contacts" else "Name"
    return _KEYS.get(name) or words.sentence(name.replace("_", " "))


def _reading(detail: ImportDetail) -> None:
    options = detail.options
    readings = rereading.dates(me(), detail.id)
    if readings:
        _ask(detail, "date_order", lambda key: st.segmented_control(
            "Dates in this file", list(_ORDERS), default=options.date_order, required=True, key=key,
            format_func=_ORDERS.__getitem__,
        ))  # fmt: skip
        for one in readings[:4]:
            text = words.md(one.text[:40])
            st.markdown(
                f":small[**{words.md(one.column)}**: {text} :gray[is read as] {_day(one)}]", help=_help(one)
            )
    usual = company().country
    known = {"": f"As the company ({words.country_name(usual)})" if usual else "None", **regions.countries()}
    _ask(detail, "region", lambda key: st.selectbox(
        "Country of phone numbers without a country code", list(known), key=key,
        index=list(known).index(options.region), format_func=known.__getitem__,
    ))  # fmt: skip
    owners: dict[int | None, str] = {None: "Nobody yet"}
    owners |= dict(users.choices(me()))
    if (my_id := me().id) is not None:
        owners.setdefault(my_id, me().name)
    if options.owner_id in owners:
        _ask(detail, "owner_id", lambda key: st.selectbox(
            "Owner of rows that name none", list(owners), index=list(owners).index(options.owner_id), key=key,
            format_func=owners.__getitem__,
        ))  # fmt: skip


def _more(detail: ImportDetail) -> None:
    options = detail.options
    first, second = st.columns(2, gap="large")
    with first:
        _ask(detail, "tag", lambda key: st.text_input(
            "Tag for all rows", options.tag, key=key, max_chars=120, placeholder="Trade fair 2026",
        ).strip())  # fmt: skip
        _ask(detail, "origin", lambda key: st.text_input(
            "Name of the other system", options.origin, key=key, max_chars=60, placeholder="HubSpot",
            help="IDs of the other system are unique within this name.",
        ).strip())  # fmt: skip
    with second:
        for name in ENTITIES[detail.kind].references:
            _ask_to_create(detail, name)
        _ask(detail, "strict", lambda key: st.toggle(
            "Refuse rows with a value that cannot be read", options.strict, key=key,
            help="Otherwise the value is left out, the row is imported, and you see a warning.",
        ))  # fmt: skip


def _ask(detail: ImportDetail, name: str, widget: Callable[[str], Any]) -> None:
    """Draw a widget whose key holds the stored answer, and store the answer when it differs."""
    now = getattr(detail.options, name)
    answer = widget(f"option-{detail.id}-{name}-{now}")
    answer = tuple(answer) if isinstance(answer, list) else answer
    if name == "match_by" and answer == USUAL_KEYS[detail.kind]:
        answer = ()
    if answer != now and (answer is not None or name == "owner_id"):
        wanted: ImportOptions = replace(detail.options, **{name: answer})
        with guard():
            imports.plan(me(), detail.id, options=wanted)
            st.rerun(scope="fragment")


def _ask_to_create(detail: ImportDetail, name: str) -> None:
    """Whether what rows name is made where it does not exist."""
    chosen, is_on = detail.options.create_missing, detail.options.creates(name)
    answer = st.toggle(
        f"Add {name.replace('-', ' ')} that do not exist yet", is_on, key=f"option-{detail.id}-{name}-{is_on}"
    )
    if answer != is_on:
        wanted = (*chosen, name) if answer else tuple(one for one in chosen if one != name)
        with guard():
            imports.plan(me(), detail.id, options=replace(detail.options, create_missing=wanted))
            st.rerun(scope="fragment")


def _day(one: Reading) -> str:
    if one.meaning is None:
        return ":orange[nothing we know]"
    day = one.meaning.date() if isinstance(one.meaning, datetime) else one.meaning
    return f"**{day.day} {day:%B}{f' {day.year}' if one.has_year else ''}**"


def _help(one: Reading) -> str | None:
    return words.md(one.sentence) if one.sentence else None
