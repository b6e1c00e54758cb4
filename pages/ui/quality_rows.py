"""Data quality: the records of one point as a table; a click opens one, ticks choose some."""

from typing import Any, Final

import pyarrow as pa
import streamlit as st

from crm_core.data.check_types import Check
from crm_core.data.quality import Found
from crm_core.kernel.paging import Page
from pages.ui import navigation, words

ROW_HEIGHT: Final = 36
_NAMES: Final = {
    "email": "E-mail",
    "last_touch_at": "Last touch",
    "domain": "Web domain",
    "lifecycle": "Stage",
}

_USUAL: Final = {
    "contacts": ("company", "email", "phone", "country", "last_touch_at"),
    "accounts": ("domain", "phone", "city", "country", "last_touch_at"),
    "deals": ("status", "amount", "close_on"),
    "orders": ("status", "total", "ordered_at"),
    "products": ("sku", "category", "unit_price", "cost"),
}
_PLACES: Final = {
    "contacts": ("customer", "id"), "accounts": ("customer", "account"), "deals": ("deal", "id"),
    "orders": ("orders", "order"), "products": ("orders", "product"),
}  # fmt: skip
_MONEY: Final = frozenset(("amount", "total", "unit_price", "cost"))
_ABOUT: Final = {
    "name_": ("first_name", "last_name"),
    "no_first": ("first_name", "last_name"),
    "no_last": ("first_name", "last_name"),
    "phone_": ("phone",),
    "email_": ("email",),
    "birthday": ("birthday",),
    "card_": ("lifecycle",),
    "opted_": ("lifecycle",),
    "untouched": ("last_touch_at",),
}


def draw(record: str, check: Check, page: Page[Found]) -> list[int]:
    """The records. A click on a name opens the record; returns the ids of the ticked rows."""
    columns: dict[str, Any] = {"name": pa.array([row.name for row in page], pa.string())}
    for name in _shown(record, check.key):
        columns[name] = pa.array([_cell(name, row) for row in page], pa.string())
    titles = {name: _NAMES.get(name) or words.label(name, record) for name in columns}
    event: Any = st.dataframe(
        pa.table(columns),
        hide_index=True,
        key=f"quality-grid-{record}-{check.key}-{page.paging.number}",
        on_select="rerun",
        selection_mode=["multi-row", "single-cell"],
        row_height=ROW_HEIGHT,
        height=ROW_HEIGHT * (len(page) + 1) + 2,
        column_config={name: st.column_config.Column(title) for name, title in titles.items()},
        alt=f"{check.title}: {', '.join(row.name for row in page.items[:20])}",
    )
    ids = [row.id for row in page]
    for position, _column in event.selection.cells:
        if isinstance(position, int) and 0 <= position < len(ids):
            page_name, key = _PLACES[record]
            navigation.open_page(page_name, **{key: ids[position]})
    return [ids[at] for at in event.selection.rows if isinstance(at, int) and 0 <= at < len(ids)]


def _shown(record: str, key: str) -> tuple[str, ...]:
    """The columns that a point is about first, then those that tell one record from another."""
    about = next((columns for start, columns in _ABOUT.items() if key.startswith(start)), ())
    usual = _USUAL[record]
    return (*about, *(name for name in usual if name not in about))


def _cell(name: str, row: Found) -> str:
    value = row.values[name]
    if name in _MONEY:
        return words.money(value, row.values["currency"]) if value is not None else ""
    if name == "close_on":
        return words.day(value) if value else ""
    if name == "ordered_at":
        return words.when(value)
    if name == "last_touch_at":
        return words.ago(value) if value else ""
    if name == "country":
        return words.country_name(value)
    return words.phone(value) if name in ("phone", "mobile") else str(value or "")
