"""The table of contacts: which columns there are, how values read, and what a click means."""

from collections.abc import Sequence
from typing import Any

import pyarrow as pa
import streamlit as st

from crm_core.kernel.paging import Page
from crm_core.people.listing import ContactRow
from crm_core.people.types import CustomFieldRow
from pages.ui import liking, navigation, words
from pages.ui.contacts_state import Asked
from pages.ui.session import me

CUSTOM = "custom."
LABELS = {
    "name": "Name", "company": "Company", "job_title": "Job title", "department": "Department",
    "email": "E-mail",
    "phone": "Phone", "mobile": "Mobile", "owner_name": "Owner", "lifecycle": "Stage",
    "lead_status": "Lead status",
    "rating": "Rating", "tags": "Tags", "email_opt": "E-mail consent", "street": "Street",
    "postal_code": "Postal code",
    "city": "City", "state": "State", "country": "Country", "birthday": "Birthday", "language": "Language",
    "source": "Source", "campaign": "Campaign", "industry": "Industry", "preferred_channel": "Channel",
    "last_touch_at": "Last touch", "created_at": "Created", "updated_at": "Changed", "is_sample": "Sample",
}  # fmt: skip
OPT = {"in": "Opted in", "out": "Opted out", "unknown": ""}
# Pixels: the usual columns stand side by side on a screen of 1440.
_WIDE = {
    "name": 135, "company": 145, "email": 238, "phone": 138, "owner_name": 102, "lifecycle": 94, "tags": 106,
    "last_touch_at": 90,
}  # fmt: skip


def labels(custom: Sequence[CustomFieldRow]) -> dict[str, str]:
    """All columns that can be chosen, with their titles."""
    return LABELS | {CUSTOM + field.name: field.label for field in custom}


def choose_columns(known: dict[str, str], chosen: Sequence[str]) -> None:
    """A small menu to choose columns and their order."""
    with st.popover("Columns", icon=":material/view_column:"):
        picked = st.multiselect(
            "Columns, in this order",
            list(known),
            [name for name in chosen if name in known],
            format_func=lambda name: known.get(name, name),
            key="contacts-columns",
            width=340,
        )
        if picked and tuple(picked) != tuple(chosen):
            st.session_state["contacts.columns"] = picked
            liking.change(me(), contact_columns=tuple(picked))
            st.rerun()


def draw(page: Page[ContactRow], asked: Asked, known: dict[str, str], key: str) -> list[int]:
    """The table. A click on a row opens the contact; returns the ids of the ticked rows."""
    shown = [name for name in asked.columns if name in known] or ["name"]
    event: Any = st.dataframe(
        pa.table({name: _cells(page, name) for name in shown}),
        hide_index=True,
        key=key,
        on_select="rerun",
        selection_mode=["multi-row", "single-cell"],
        row_height=asked.row_height,
        height=asked.row_height * (len(page) + 1) + 2,
        column_config={name: _column(name, known[name]) for name in shown},
        alt=f"Contacts: {', '.join(row.name for row in page.items[:20])}",
    )
    ids = [row.id for row in page]
    for position, _column_name in event.selection.cells:
        if isinstance(position, int) and 0 <= position < len(ids):
            navigation.open_page("customer", id=ids[position])
    return [ids[at] for at in event.selection.rows if isinstance(at, int) and 0 <= at < len(ids)]


def _cells(page: Page[ContactRow], name: str) -> Any:
    """A column as the browser gets it; made without a data frame, which costs more than the query."""
    values = [cell(row, name) for row in page]
    if name == "tags":
        return pa.array(values, pa.list_(pa.string()))
    if name.startswith(CUSTOM):
        try:
            return pa.array(values)
        except (pa.ArrowInvalid, pa.ArrowTypeError):  # the type of a field is young, its values are old
            return pa.array([None if value is None else str(value) for value in values])
    return pa.array(values, pa.string())


def cell(row: ContactRow, name: str) -> Any:
    """One value as the table shows it."""
    if name.startswith(CUSTOM):
        value = row.custom.get(name.removeprefix(CUSTOM))
        if isinstance(value, bool):
            return "yes" if value else "no"
        return ", ".join(map(str, value)) if isinstance(value, list) else value
    value = getattr(row, name)
    if name == "tags":
        return list(value)
    if name == "last_touch_at":
        return words.ago(value) if value else ""
    if name in ("created_at", "updated_at"):
        return words.when(value)
    if name == "country":
        return words.country_name(value)
    if name in ("phone", "mobile"):
        return words.phone(value)
    if name == "email_opt":
        return OPT.get(value, value)
    if name == "lifecycle":
        return words.sentence(value)
    return ("sample" if value else "") if name == "is_sample" else value or ""


def _column(name: str, label: str) -> Any:
    if name == "tags":
        return st.column_config.ListColumn(label, width=_WIDE["tags"])
    return st.column_config.Column(label, width=_WIDE.get(name))
