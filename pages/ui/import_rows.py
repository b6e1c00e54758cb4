"""The rows of an import by what they come to: who, what changes, and why not."""

from collections.abc import Mapping
from typing import Any, Final

import pandas as pd
import streamlit as st

from crm_core.data import import_lines
from crm_core.data.import_types import ImportDetail, ImportLine
from crm_core.kernel.paging import Paging
from pages.ui import import_fields, words
from pages.ui.session import me

SIZE: Final = 25
NOTHING: Final = {
    "create": "No row becomes a new record.",
    "update": "No row changes a record.",
    "skip": "No row is skipped because its record exists.",
    "refuse": "No row is refused.",
    "duplicate": "No new record looks like one that exists.",
    "warning": "There is nothing to warn of.",
    "drop": "No row was left out by hand.",
    "kept": "Everything could be taken back.",
}
_WIDTHS: Final = {"Line": st.column_config.NumberColumn(width="small")}
_KEPT: Final = frozenset(("Line", "Who", "Reason", "Why", "Before → after"))
_TOLD_FIRST: Final = ("full_name", "first_name", "last_name", "company", "email", "phone")


def draw(detail: ImportDetail, outcome: str) -> None:
    """One page of the rows that came to this."""
    key = f"rows-page-{detail.id}-{outcome}"
    number = st.session_state.get(key, 1)
    page = import_lines.rows(me(), detail.id, outcome, Paging(number, SIZE))
    if not page.items:
        st.caption(NOTHING.get(outcome, "There are no such rows."))
        return
    st.dataframe(_table(detail, outcome, page.items), hide_index=True, row_height=36, column_config=_WIDTHS)
    if page.pages > 1:
        st.pagination(page.pages, key=key)


def count(detail: ImportDetail, outcome: str) -> int:
    """How many rows came to this."""
    return import_lines.rows(me(), detail.id, outcome, Paging(1, 1)).total


def _table(detail: ImportDetail, outcome: str, lines: tuple[ImportLine, ...]) -> pd.DataFrame:
    found = []
    for line in lines:
        row: dict[str, Any] = {"Line": line.line} if outcome != "kept" else {}
        row["Who"] = line.name or _who(detail, line)
        if outcome == "update":
            row["Before → after"] = _changes(detail.kind, line.changes)
        if outcome in ("create", "skip", "same", "repeat", "drop"):
            row |= _cells(detail, line)
        reasons = _reasons(line)
        if reasons or outcome in ("refuse", "duplicate", "warning", "kept"):
            row["Why" if outcome == "kept" else "Reason"] = reasons
        found.append(row)
    table = pd.DataFrame(found).fillna("")
    # A column that is empty in all of these rows tells nothing.
    return table[[name for name in table.columns if name in _KEPT or (table[name] != "").any()]]


def _who(detail: ImportDetail, line: ImportLine) -> str:
    """The row as one calls it: name, else company, e-mail, phone."""
    by_field = {
        field: cell
        for column, cell in zip(detail.columns, line.cells, strict=False)
        if (field := detail.mapping.get(column)) and cell.strip()
    }
    first_last = " ".join(filter(None, (by_field.get("first_name"), by_field.get("last_name"))))
    named = by_field.get("full_name") or first_last
    return named or next((by_field[name] for name in _TOLD_FIRST if name in by_field), "(no name)")


def _cells(detail: ImportDetail, line: ImportLine) -> dict[str, str]:
    """The mapped cells of the row under the names of their fields."""
    found: dict[str, str] = {}
    for column, cell in zip(detail.columns, line.cells, strict=False):
        field = detail.mapping.get(column)
        if field:
            found.setdefault(import_fields.label(detail.kind, field), cell)
    return found


def _changes(kind: str, changes: Mapping[str, Any]) -> str:
    parts = []
    for name, change in changes.items():
        if isinstance(change, list) and len(change) == 2:
            parts.append(f"{import_fields.label(kind, name)}: {_shown(change[0])} → {_shown(change[1])}")
        else:
            parts.append(f"{import_fields.label(kind, name)}: + {_shown(change)}")
    return "; ".join(parts)


def _shown(value: Any) -> str:
    if value in (None, "", [], {}):
        return words.NOTHING
    if isinstance(value, dict):
        return ", ".join(f"{name} {_shown(one)}" for name, one in value.items())
    if isinstance(value, list | tuple):
        return ", ".join(_shown(one) for one in value)
    return str(value)


def _reasons(line: ImportLine) -> str:
    found = []
    for problem in line.problems:
        where = problem.get("column") or problem.get("field")
        found.append(f"{where}: {problem['message']}" if where else problem["message"])
    return " ".join(found)
