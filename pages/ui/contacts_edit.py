"""Editing in the table: what was typed is taken from the edit record, checked, and saved row by row.

The grid enforces nothing: a browser may send other columns, other rows or new ones. Only listed columns of
rows on this page count; anything else refuses the whole edit.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
import streamlit as st

from crm_core.kernel.errors import CrmError, Invalid
from crm_core.kernel.paging import Page
from crm_core.people import contacts
from crm_core.people.listing import ContactRow
from crm_core.people.rules import LIFECYCLES
from pages.ui import grid_save, words
from pages.ui.contacts_table import LABELS
from pages.ui.guard import flash, guard
from pages.ui.session import me

EDITABLE = (
    "first_name", "last_name", "job_title", "company", "email", "phone", "mobile", "city", "lifecycle",
    "source",
)  # fmt: skip
TITLES = {**LABELS, "first_name": "First name", "last_name": "Last name"}
_PROBLEMS = "contacts.not_saved"


def draw(page: Page[ContactRow], row_height: int) -> None:
    """The page as a form in a grid, with a bar that saves."""
    seen = hash(tuple((row.id, row.version) for row in page))
    key = f"edit-{st.session_state.get('contacts.edit_round', 0)}-{seen}"
    frame = pd.DataFrame([[getattr(row, name) for name in EDITABLE] for row in page], columns=list(EDITABLE))
    config: dict[str, Any] = {name: st.column_config.TextColumn(TITLES[name]) for name in EDITABLE}
    config["lifecycle"] = st.column_config.SelectboxColumn(
        "Stage", options=["", *LIFECYCLES], format_func=lambda stage: words.sentence(str(stage))
    )
    st.data_editor(
        frame, hide_index=True, key=key, num_rows="fixed", column_config=config, row_height=row_height,
        height=row_height * (len(frame) + 1) + 2,
    )  # fmt: skip
    record = st.session_state.get(key) or {}
    cells = sum(map(len, record.get("edited_rows", {}).values()))
    for problem in st.session_state.get(_PROBLEMS, ()):
        st.error(problem, icon=":material/error:")
    with st.container(horizontal=True, vertical_alignment="center", key="save-bar"):
        st.markdown(
            f"**{words.count(cells, 'cell')}** changed" if cells else ":gray[Click a cell to change it.]"
        )
        if grid_save.button("Save", key="save-cells", disabled=not cells):
            _save(record, page.items)
        st.button("Discard", key="discard-cells", disabled=not cells, on_click=_anew, args=((),))


def changes(record: Mapping[str, Any], rows: Sequence[ContactRow]) -> dict[int, dict[str, str]]:
    """What a grid's edit record changes: position -> field -> text.

    Raises:
        Invalid: the record names rows or columns that this page does not offer.
    """
    if record.get("added_rows") or record.get("deleted_rows"):
        raise Invalid("Rows cannot be added or deleted here. Nothing was saved.")
    found: dict[int, dict[str, str]] = {}
    for position, values in record.get("edited_rows", {}).items():
        at = int(position) if str(position).isdigit() else -1
        if not 0 <= at < len(rows) or not set(values) <= set(EDITABLE):
            raise Invalid("This edit does not fit the page it came from. Nothing was saved; reload the page.")
        changed = {name: str(value or "") for name, value in values.items()}
        changed = {name: value for name, value in changed.items() if value != getattr(rows[at], name)}
        if changed:
            found[at] = changed
    return found


def _save(record: Mapping[str, Any], rows: Sequence[ContactRow]) -> None:
    problems: list[str] = []
    saved = 0
    with guard():
        for at, values in changes(record, rows).items():
            refusals: list[CrmError] = []
            with guard(refused=refusals.append):
                contacts.change(me(), rows[at].id, values, version=rows[at].version)
                saved += 1
            problems += [f"**{words.md(rows[at].name)}** is not saved. {_said(one)}" for one in refusals]
        if saved:
            flash(f"{words.count(saved, 'contact')} saved.")
        _anew(problems)
        st.rerun()


def _said(refusal: CrmError) -> str:
    hints = [f"{words.label(name)}: {hint}" for name, hint in refusal.fields.items()]
    return words.md(" ".join([refusal.message, *hints]))


def _anew(problems: Sequence[str]) -> None:
    st.session_state[_PROBLEMS] = list(problems)
    st.session_state["contacts.edit_round"] = st.session_state.get("contacts.edit_round", 0) + 1
