"""Tables of reports, with their download."""

from collections.abc import Callable, Sequence

import pyarrow as pa
import streamlit as st

from crm_core.insights import table_files
from crm_core.insights.table_files import Cell

Rows = Sequence[Sequence[Cell]]


def draw(
    columns: Sequence[str], rows: Rows, name: str, *, right: Sequence[str] = (), shown: int | None = None
) -> None:
    """A table to read, and below it the same as a file; ``shown`` rows at most are drawn, all are in it."""
    cells = {
        column: ["" if row[place] is None else str(row[place]) for row in rows[:shown]]
        for place, column in enumerate(columns)
    }
    st.dataframe(
        pa.table(cells), hide_index=True, key=f"table-{name}",
        column_config={column: st.column_config.Column(alignment="right") for column in right},
        alt=f"{name}: {len(rows)} rows with {', '.join(columns)}",
    )  # fmt: skip
    downloads(columns, lambda: rows, name)


def downloads(columns: Sequence[str], rows: Callable[[], Rows], name: str) -> None:
    """The way to a table as a file, made when it is asked for."""
    with st.container(horizontal=True):
        st.download_button(
            "CSV", lambda: table_files.as_csv(columns, rows()), f"{name}.csv", "text/csv", key=f"csv-{name}",
            icon=":material/download:", on_click="ignore",
        )  # fmt: skip
        st.download_button(
            "XLSX", lambda: table_files.as_xlsx(columns, rows()), f"{name}.xlsx",
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", key=f"xlsx-{name}",
            icon=":material/download:", on_click="ignore",
        )  # fmt: skip
