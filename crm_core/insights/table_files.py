"""Tables of reports as files: CSV that no spreadsheet takes for formulas, and XLSX with real numbers."""

import csv
import io
import re
from collections.abc import Collection, Iterable, Sequence
from decimal import Decimal
from itertools import chain, islice
from typing import Any, Final

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

Cell = str | int | float | Decimal | None
_NUMBER: Final = "#,##0.00##"
_LOOKED_AT: Final = 200
"""So many rows say how wide the columns of a sheet are; ``_WIDEST`` is in letters."""
_WIDEST: Final = 60
_RISKY: Final = ("=", "+", "-", "@", "\t", "\r")
_UNFIT: Final = re.compile(r"[\[\]:*?/\\\x00-\x1f]+")


def as_csv(columns: Sequence[str], rows: Iterable[Sequence[Cell]]) -> bytes:
    """UTF-8 with its mark; texts that look like formulas begin with an apostrophe."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(columns)
    writer.writerows([_harmless(cell) for cell in row] for row in rows)
    return out.getvalue().encode("utf-8-sig")


def as_xlsx(columns: Sequence[str], rows: Iterable[Sequence[Cell]]) -> bytes:
    """A workbook with one sheet; numbers are numbers, texts are never formulas."""
    return as_sheets([("Report", columns, rows)])


def as_sheets(tables: Sequence[tuple[str, Sequence[str], Iterable[Sequence[Cell]]]]) -> bytes:
    """A workbook with a sheet for each table: its name, its columns, its rows."""
    book = Workbook(write_only=True)
    for place, (name, columns, rows) in enumerate(tables):
        sheet = book.create_sheet(_sheet_name(name, place, {one.title.casefold() for one in book.worksheets}))
        sheet.freeze_panes = "A2"
        begin = list(islice(left := iter(rows), _LOOKED_AT))
        for number in range(len(columns)):
            longest = max(len(_shown(row[number])) for row in (columns, *begin))
            sheet.column_dimensions[get_column_letter(number + 1)].width = min(longest + 3, _WIDEST)
        sheet.append([_cell(sheet, title, is_head=True) for title in columns])
        for row in chain(begin, left):
            sheet.append([_cell(sheet, value) for value in row])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _shown(value: Cell) -> str:
    """About as long as it is in a cell."""
    if isinstance(value, (int, float, Decimal)):
        return f"{value:,.2f}"
    return value or ""


def _cell(sheet: Any, value: Cell, *, is_head: bool = False) -> Any:
    cell = WriteOnlyCell(sheet, value=float(value) if isinstance(value, Decimal) else value)
    if isinstance(value, str):
        cell.data_type = "s"
    elif isinstance(value, (float, Decimal)):
        cell.number_format = _NUMBER
    if is_head:
        cell.font = Font(bold=True)
    return cell


def _sheet_name(name: str, place: int, taken: Collection[str]) -> str:
    """A name that spreadsheets take: 31 characters, none of a few, each once."""
    tidy = _UNFIT.sub(" ", name).strip().strip("'")[:31] or f"Report {place + 1}"
    return tidy if tidy.casefold() not in taken else f"{tidy[:26]} ({place + 1})"


def _harmless(cell: Cell) -> Cell:
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(_RISKY) else cell
