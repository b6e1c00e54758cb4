"""Imports, step 2: how the file is read, and another way to read it."""

import pandas as pd
import streamlit as st

from crm_core.data import rereading
from crm_core.data.import_types import ImportDetail
from crm_core.data.layouts import Options
from pages.ui import import_state, words
from pages.ui.guard import guard
from pages.ui.session import me

DELIMITERS = {"": "As found", ",": "Comma", ";": "Semicolon", "\t": "Tab", "|": "Vertical bar"}
ENCODINGS = {
    "": "As found", "utf-8": "UTF-8", "cp1252": "Western (Windows-1252)",
    "iso-8859-15": "Western (ISO 8859-15)", "cp1250": "Central European",
    "cp1251": "Cyrillic", "cp1253": "Greek", "cp1254": "Turkish",
    "utf-16": "UTF-16", "shift_jis": "Japanese", "gb18030": "Chinese", "mac_roman": "Macintosh",
}  # fmt: skip
_TEXT = ("csv", "tsv")
SHOWN_ROWS = 5


def draw(detail: ImportDetail) -> None:
    """One line about the file, what was strange in it, and the way to read it differently."""
    layout = detail.layout
    with st.container(horizontal=True, vertical_alignment="center", key="layout"):
        known = list(import_state.KINDS)
        kind = st.selectbox(
            "Holds", known, index=known.index(detail.kind), key=f"kind-{detail.id}-{detail.kind}",
            format_func=import_state.KINDS.__getitem__, label_visibility="collapsed", width=190,
        )  # fmt: skip
        st.markdown(f":gray[{_sentence(detail)}]", width="content")
        with st.popover("Look at the file", icon=":material/table_view:", key="look-file"):
            _first_rows(detail)
        with st.popover("Read it differently", icon=":material/tune:", key="read-file"):
            _override(detail)
    for warning in layout["warnings"]:
        st.info(words.md(warning), icon=":material/info:")
    if kind and kind != detail.kind:
        with guard(rerun=True):
            rereading.read_again(me(), detail.id, kind, Options())


def _sentence(detail: ImportDetail) -> str:
    layout = detail.layout
    parts = [words.count(len(detail.columns), "column")]
    if detail.rows_total and layout["kind"] in _TEXT:
        parts.insert(0, f"about {words.count(detail.rows_total, 'row')}")
    if layout["kind"] in _TEXT:
        delimiter = layout["dialect"]["delimiter"]
        parts += [DELIMITERS.get(delimiter, delimiter).lower(), _encoding(layout["text"]["codec"])]
        header = layout["header_line"]
        parts.append(f"names in line {header}" if header else "no names of columns")
    else:
        parts.append("Excel" if layout["kind"] == "xlsx" else "vCard")
        parts += [f"sheet “{words.md(layout['sheet'])}”"] if layout["sheet"] else []
    return " · ".join(parts)


def _encoding(codec: str) -> str:
    return ENCODINGS.get(codec.lower().replace("_", "-"), codec.upper())


def _first_rows(detail: ImportDetail) -> None:
    rows = [[*cells, *[""] * (len(detail.columns) - len(cells))] for cells in detail.sample[:SHOWN_ROWS]]
    table = pd.DataFrame([row[: len(detail.columns)] for row in rows], columns=list(detail.columns))
    st.dataframe(table, hide_index=True)
    st.caption("The first rows, as they stand in the file.")


def _override(detail: ImportDetail) -> None:
    layout, key = detail.layout, f"read-{detail.id}"
    encoding, delimiter, header, sheet = "", "", -1, ""
    if layout["kind"] in _TEXT:
        delimiter = _choose("Separator", DELIMITERS, f"{key}.delimiter")
    if layout["kind"] != "xlsx":
        encoding = _choose("Characters", ENCODINGS, f"{key}.encoding")
    if len(layout["sheets"]) > 1:
        sheets = list(layout["sheets"])
        sheet = st.selectbox("Sheet", sheets, index=sheets.index(layout["sheet"]), key=f"{key}.sheet") or ""
    if layout["kind"] != "vcard":
        header = st.number_input(
            "Line with the names of the columns", 0, 1000, layout["header_line"], key=f"{key}.header",
            help="0: the file has no such line.",
        )  # fmt: skip
    if st.button("Read again", key=f"{key}.go", type="primary"):
        with guard(done="The file was read again.", rerun=True):
            changed = header not in (-1, layout["header_line"])
            options = Options(
                encoding=encoding or None, delimiter=delimiter or None, sheet=sheet or None,
                header_line=header if changed else None,
            )  # fmt: skip
            rereading.read_again(me(), detail.id, detail.kind, options)


def _choose(label: str, options: dict[str, str], key: str) -> str:
    return st.selectbox(label, list(options), format_func=options.__getitem__, key=key) or ""
