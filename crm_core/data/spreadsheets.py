"""Tables for spreadsheet programs, row by row: CSV and XLSX, in which no cell can become a formula.

A cell whose first character, after blanks, makes a spreadsheet program compute (or pass a command on) gets
an apostrophe in front. Our own import takes that apostrophe away again (`kernel.values.text.clean`). Numbers
and phone numbers in international form are typed, so they stay as they are.
"""

import csv
import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, Final

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell

from crm_core.data.export_columns import ExportColumn, cell, is_plain_phone
from crm_core.kernel.errors import Invalid
from crm_core.kernel.values.text import clean

MAX_XLSX_ROWS: Final = 1_048_575
MAX_XLSX_CHARS: Final = 32_767
_EXACT_DIGITS: Final = 10**15

_BLANKS = " \u00a0\u1680\u180e\u2000-\u200f\u202f\u205f\u2060\u3000\ufeff"
_FORMULA = re.compile(f"[{_BLANKS}]*[=+\\-@|\t\r\n\0\uff1d\uff0b\uff0d\uff20]")
# What the format of a workbook cannot hold; clean values have none of it.
_NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
# Spreadsheet programs read _x0041_ as the letter A.
_CODED = re.compile("_(?=x[0-9A-Fa-f]{4}_)")

Records = Iterable[dict[str, Any]]


def guard(text: str) -> str:
    """The text as a cell that is never computed."""
    if text[:1].isalnum():  # most texts; the rest of this is slower
        return text
    begins_guarded = text[:1] == "'" and clean(text) != text
    return f"'{text}" if begins_guarded or _FORMULA.match(text) else text


def write_csv(path: Path, columns: Sequence[ExportColumn], records: Records, *, raw: bool) -> int:
    """Write UTF-8 with a mark by which Excel knows it, every cell in quotes; returns the number of rows."""
    count = 0
    with path.open("w", encoding="utf-8-sig", newline="", errors="replace") as file:
        writer = csv.writer(file, quoting=csv.QUOTE_ALL)
        writer.writerow(_heading(columns, raw=raw))
        for record in records:
            writer.writerow(_cells(columns, record, raw=raw))
            count += 1
    return count


def write_xlsx(path: Path, columns: Sequence[ExportColumn], records: Records, *, raw: bool) -> int:
    """Write a workbook of one sheet with a heading that stays in view; returns the number of rows.

    Raises:
        Invalid: more rows, or a longer text, than a sheet can hold.
    """
    book = Workbook(write_only=True)
    sheet = book.create_sheet("Rapport")
    sheet.freeze_panes = "A2"
    for number in range(len(columns)):
        sheet.column_dimensions[_letters(number)].width = 20
    sheet.append([_typed(sheet, text) for text in _heading(columns, raw=raw)])
    count = 0
    for record in records:
        count += 1
        if count > MAX_XLSX_ROWS:
            raise Invalid("A sheet holds 1,048,575 rows. Export the list as CSV, or filter it first.")
        sheet.append([_typed(sheet, value) for value in _cells(columns, record, raw=raw)])
    book.save(path)
    return count


def _heading(columns: Sequence[ExportColumn], *, raw: bool) -> list[str]:
    return [column.heading if raw else guard(column.heading) for column in columns]


def _cells(columns: Sequence[ExportColumn], record: dict[str, Any], *, raw: bool) -> list[str | int | float]:
    found: list[str | int | float] = []
    for column in columns:
        value = record.get(column.name)
        if value is None or value == "":
            found.append("")
            continue
        text = cell(column, value)
        is_typed = not isinstance(text, str) or is_plain_phone(column, text)
        found.append(text if raw or is_typed else guard(str(text)))
    return found


def _typed(sheet: Any, value: str | int | float) -> Any:
    """A cell that says itself whether it is text or number, so that nobody guesses."""
    if value == "":
        return None
    if not isinstance(value, str):
        return value if abs(value) < _EXACT_DIGITS else _text(sheet, str(value))
    return _text(sheet, value)


def _text(sheet: Any, text: str) -> Any:
    if len(text) > MAX_XLSX_CHARS:
        raise Invalid(
            f"“{text[:40]}…” has {len(text):,} characters, a cell of a workbook holds {MAX_XLSX_CHARS:,}. "
            "Export the list as CSV."
        )
    held = _CODED.sub("_x005F_", _NOT_IN_XML.sub("", text))
    if held[:1] not in ("=", "#"):
        return held
    # The library takes these for formulas and error values, unless the cell says that it is text.
    made = WriteOnlyCell(sheet, held)
    made.data_type = "s"
    return made


def _letters(number: int) -> str:
    first, last = divmod(number, 26)
    return (chr(64 + first) if first else "") + chr(65 + last)
