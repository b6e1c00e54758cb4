"""Refused rows in a grid, each with its reason: mend cells or leave rows out, check again, import them."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import pandas as pd
import streamlit as st

from crm_core.data import imports, refused_rows, repairing
from crm_core.data.import_types import ImportDetail
from crm_core.data.refusals import Reason
from crm_core.data.refused_rows import RefusedRow
from crm_core.kernel.paging import Page, Paging
from pages.ui import import_repair_all, words
from pages.ui.guard import guard
from pages.ui.session import me

SIZE: Final = 25
OUT, WRONG, LINE, MORE = "out", "wrong", "line", "more"
BETWEEN: Final = " ¦ "
FINE: Final = {
    "create": "✓ Fine now: a new record",
    "duplicate": "✓ Fine now: new, but looks like one that exists",
    "update": "✓ Fine now: changes a record that exists",
    "skip": "✓ Fine now: exists already, stays as it is",
    "same": "✓ Fine now: exists with these values",
    "repeat": "– The same as another row of this file",
    "drop": "– Left out",
}


def draw(detail: ImportDetail) -> None:
    """The refused rows, by reason and page by page; every edit is stored at once."""
    reasons = refused_rows.reasons(me(), detail.id)
    if detail.state not in repairing.OPEN or not reasons:
        return
    with st.container(border=True, key="repair"):
        st.markdown("**Repair the refused rows**")
        st.caption(
            "Mend the cells, or leave rows out. Each change is kept as you make it; your file stays as it is."
        )
        chosen = _reason(detail, reasons)
        key = f"repair-page-{detail.id}-{chosen.key if chosen else ''}"
        page = refused_rows.search(
            me(), detail.id, Paging(st.session_state.get(key, 1), SIZE), chosen.key if chosen else ""
        )
        _grid(detail, page, chosen)
        if page.pages > 1:
            st.pagination(page.pages, key=key)
        if page.is_capped:
            shown = words.number(page.total)
            st.caption(f"The first {shown} refused rows are shown; the next follow when these are mended.")
        _on(detail)


def _reason(detail: ImportDetail, reasons: Sequence[Reason]) -> Reason | None:
    """Which reason is looked at, and what can be done with all of its rows."""
    total = sum(one.count for one in reasons)
    labels = {"": f"All reasons · {words.count(total, 'row')}"}
    for one in reasons:
        where = f"{one.column}: " if one.column else ""
        labels[one.key] = f"{words.count(one.count, 'row')} · {where}{one.sentence}"
    known = {one.key: one for one in reasons}
    with st.container(horizontal=True, vertical_alignment="bottom"):
        key = st.selectbox("Reason", list(labels), format_func=labels.__getitem__, key=f"repair-{detail.id}")
        chosen = known.get(key or "")
        import_repair_all.draw(detail, chosen, chosen.count if chosen else total)
    return chosen


def _grid(detail: ImportDetail, page: Page[RefusedRow], chosen: Reason | None) -> None:
    order = _order(detail, chosen)
    width = len(detail.columns)
    has_more = any(len(one.cells) > width for one in page)
    table = pd.DataFrame([_shown(one, order, width, has_more=has_more) for one in page])
    key = f"repair-grid-{detail.id}-{detail.started_at}-{chosen.key if chosen else ''}-{page.paging.number}"
    st.data_editor(
        table, key=key, hide_index=True, num_rows="fixed", row_height=36,
        column_config=_config(detail, order, has_more=has_more), on_change=_store,
        args=(detail, page.items, key),
    )  # fmt: skip


def _config(detail: ImportDetail, order: Sequence[int], *, has_more: bool) -> dict[str, Any]:
    column = st.column_config
    found: dict[str, Any] = {
        OUT: column.CheckboxColumn("Leave out", width=110),
        LINE: column.NumberColumn("Line", width=60, disabled=True),
        WRONG: column.TextColumn("What is wrong", width=380, disabled=True),
    }
    found |= {str(place): column.TextColumn(detail.columns[place], width="medium") for place in order}
    if has_more:
        help_text = "Cells behind the last column: move them where they belong, then empty this."
        found[MORE] = column.TextColumn("Too many", help=help_text, width="medium")
    return found


def _order(detail: ImportDetail, chosen: Reason | None) -> list[int]:
    """The columns of the file: first the one the reason speaks of, then those that are imported."""
    names = detail.columns
    first = chosen.column if chosen else ""
    rank = {at: (name != first, not detail.mapping.get(name)) for at, name in enumerate(names)}
    return sorted(rank, key=rank.__getitem__)


def _shown(one: RefusedRow, order: Sequence[int], width: int, *, has_more: bool) -> dict[str, Any]:
    wrong = FINE.get(one.verdict, one.why or one.reason)
    cells = [*one.cells, *[""] * (width - len(one.cells))]
    row: dict[str, Any] = {OUT: one.repair == "drop", LINE: one.line, WRONG: wrong}
    row |= {str(place): cells[place] for place in order}
    return row | ({MORE: BETWEEN.join(cells[width:])} if has_more else {})


def _store(detail: ImportDetail, rows: Sequence[RefusedRow], key: str) -> None:
    """Keep what was changed in the grid since it was drawn."""
    edited = st.session_state[key]["edited_rows"]
    mended: dict[int, list[str]] = {}
    dropped, back = [], []
    for at, changes in edited.items():
        one = rows[int(at)]
        is_out = changes.get(OUT, one.repair == "drop")
        cells = _written(detail, one, changes)
        if is_out and one.repair != "drop":
            dropped.append(one.number)
        elif not is_out and (tuple(cells) != one.cells or one.repair == "drop"):
            if tuple(cells) == one.cells and one.repair == "drop":
                back.append(one.number)
            else:
                mended[one.number] = cells
    with guard():
        if mended:
            repairing.mend(me(), detail.id, mended)
        if dropped:
            repairing.drop(me(), detail.id, dropped)
        if back:
            repairing.reset(me(), detail.id, back)


def _written(detail: ImportDetail, one: RefusedRow, changes: Mapping[str, Any]) -> list[str]:
    """The cells of a row with what was typed into the grid."""
    width = len(detail.columns)
    texts = {name: text or "" for name, text in changes.items()}
    if not texts.keys() - {OUT}:
        return list(one.cells)
    cells = [*one.cells, *[""] * (width - len(one.cells))]
    behind = cells[width:]
    if MORE in texts and texts[MORE] != BETWEEN.join(behind):
        behind = [texts[MORE]] if texts[MORE] else []
    return [str(texts.get(str(place), cells[place])) for place in range(width)] + behind


def _on(detail: ImportDetail) -> None:
    """The way on with what was repaired."""
    waiting = repairing.progress(me(), detail.id).waiting
    if not waiting:
        return
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="right"):
        st.markdown(f":green[{words.count(waiting, 'row')} repaired]", width="content")
        if detail.state == "done":
            label = f"Import the repaired {'row' if waiting == 1 else 'rows'}"
            st.button(
                label, key="take-in", type="primary", icon=":material/upload:",
                on_click=_take_in, args=(detail.id,),
            )  # fmt: skip
        elif detail.state == "checked":
            st.button(
                "Check again", key="check-repaired", type="primary", icon=":material/fact_check:",
                on_click=_check, args=(detail.id,),
            )  # fmt: skip
        else:
            st.caption("They come in when the import goes on.", width="content")


# Called before the page is drawn: a cell stored at this moment draws it anew and would swallow a click.
def _take_in(import_id: int) -> None:
    with guard():
        repairing.take_in(me(), import_id)


def _check(import_id: int) -> None:
    with guard():
        imports.check(me(), import_id)
