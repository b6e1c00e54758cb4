"""XLSX workbooks: the layout of one sheet, and its rows as text.

calamine reads a sheet ten times faster than openpyxl but holds all of it in memory (about 90 bytes a cell);
openpyxl streams, knows number formats, and keeps the text of error cells. So sheets that are large, have an
error cell or a format of leading zeros ("00000" for post codes) take openpyxl, all others calamine.
"""

import re
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from itertools import islice
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import ParseError

import openpyxl
from openpyxl.cell.cell import Cell
from openpyxl.cell.read_only import EmptyCell, ReadOnlyCell
from python_calamine import CalamineError, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

from crm_core.data import headers
from crm_core.data.layouts import SAMPLE_ROWS, Layout, Options, Row
from crm_core.kernel.errors import Invalid

_MAX_UNPACKED_BYTES = 2 * 1024**3
_MAX_SHARED_TEXT_BYTES = 300 * 1024**2
_MAX_RATIO = 200
_RATIO_MATTERS_BYTES = 200 * 1024**2
_MAX_CALAMINE_BYTES = 64 * 1024**2
_HEADER_ROWS = 200
# What the two libraries and the archive raise on broken contents; neither has one name for it.
_DAMAGE = (
    CalamineError,
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    ParseError,
    KeyError,
    ValueError,
    TypeError,
)
_ERROR_CELL = b' t="e"'
_LEADING_ZEROS = re.compile(r'formatCode="(?:\\?&quot;)?0{2,}(?:\\?&quot;)?"')
_ZEROS_ONLY = re.compile(r"0{2,}")


def inspect(path: Path, file_name: str, options: Options) -> Layout:
    """Choose the sheet and find its header. Raises Invalid for damaged, oversized and empty workbooks."""
    _refuse_bomb(path, file_name)
    names = _sheet_names(path, file_name)
    if options.sheet is not None and options.sheet not in names:
        raise Invalid(f"There is no sheet “{options.sheet}” in “{file_name}”. It has: {', '.join(names)}.")
    sheet, found = _first_filled(path, [options.sheet] if options.sheet is not None else names)
    if not found:
        raise Invalid(f"“{file_name}” has no rows. Check that the right sheet was saved.")
    told = [f"The workbook has {len(names)} sheets; “{sheet}” is read."] if len(names) > 1 else []
    heading = headers.choose(found, options.header_line, "row")
    body = found if heading.place is None else found[heading.place + 1 :]
    header_line = 0 if heading.place is None else found[heading.place].line
    return Layout(
        kind="xlsx",
        file_name=file_name,
        size=path.stat().st_size,
        columns=heading.columns,
        sample=tuple(tuple(_padded(row.cells, len(heading.columns))) for row in body[:SAMPLE_ROWS]),
        header_line=header_line,
        data_line=header_line + 1,
        sheets=tuple(names),
        sheet=sheet,
        warnings=(*told, *heading.warnings),
    )


def rows(path: Path, layout: Layout) -> Iterator[Row]:
    """Yield the rows below the header; missing cells at the end are empty texts."""
    width = len(layout.columns)
    for row in _sheet_rows(path, layout.sheet):
        if row.line >= layout.data_line:
            yield Row(row.line, _padded(row.cells, width))


def to_text(value: object) -> str:
    """A cell as a person reads it: 1234 and not 1234.0, days in ISO, at most the 15 digits that Excel
    keeps.
    """
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        return _number_to_text(value)
    if isinstance(value, datetime):
        return (
            value.date().isoformat()
            if value.time() == time()
            else value.isoformat(sep=" ", timespec="seconds")
        )
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, time):
        return value.isoformat(timespec="seconds")
    if isinstance(value, timedelta):
        minutes, seconds = divmod(round(value.total_seconds()), 60)
        return f"{minutes // 60:02}:{minutes % 60:02}:{seconds:02}"
    return str(value)


def _number_to_text(value: float) -> str:
    if value.is_integer():
        return str(int(value))
    short = format(value, ".15g")
    return short if "e" not in short else format(value, ".20f").rstrip("0").rstrip(".")


def _padded(cells: list[str], width: int) -> list[str]:
    return cells + [""] * (width - len(cells)) if len(cells) < width else cells


def _refuse_bomb(path: Path, file_name: str) -> None:
    with zipfile.ZipFile(path) as archive:
        members = archive.infolist()
    unpacked = sum(member.file_size for member in members)
    packed = max(sum(member.compress_size for member in members), 1)
    shared = sum(member.file_size for member in members if member.filename == "xl/sharedStrings.xml")
    is_suspicious = unpacked > _RATIO_MATTERS_BYTES and unpacked / packed > _MAX_RATIO
    if unpacked > _MAX_UNPACKED_BYTES or shared > _MAX_SHARED_TEXT_BYTES or is_suspicious:
        raise Invalid(
            f"“{file_name}” unpacks to {unpacked // 1024**2} MB, which is too much. Save it as CSV UTF-8."
        )


def _sheet_names(path: Path, file_name: str) -> list[str]:
    try:
        with CalamineWorkbook.from_path(path) as book:
            sheets = [sheet for sheet in book.sheets_metadata if sheet.typ == SheetTypeEnum.WorkSheet]
    except (CalamineError, zipfile.BadZipFile, OSError):
        raise Invalid(
            f"“{file_name}” is damaged. Open it in a spreadsheet program and save it again as XLSX."
        ) from None
    shown = [sheet.name for sheet in sheets if sheet.visible == SheetVisibleEnum.Visible]
    return shown or [sheet.name for sheet in sheets]


def _first_filled(path: Path, names: list[str]) -> tuple[str, list[Row]]:
    for name in names:
        found = list(islice(_sheet_rows(path, name), _HEADER_ROWS))
        if found:
            return name, found
    return "", []


def _sheet_rows(path: Path, sheet: str) -> Iterator[Row]:
    state = path.stat()
    slowly = _needs_openpyxl(path, state.st_mtime_ns, state.st_size)
    values = _stream_openpyxl(path, sheet) if slowly else _read_calamine(path, sheet)
    try:
        for line, texts in values:
            while texts and not texts[-1]:
                texts.pop()
            if texts:
                yield Row(line, texts)
    except _DAMAGE as damage:
        raise Invalid(
            f"The sheet “{sheet}” is damaged. Open it in a spreadsheet program and save it again as XLSX."
        ) from damage


@lru_cache(maxsize=8)
def _needs_openpyxl(path: Path, modified: int, size: int) -> bool:  # noqa: ARG001  # they tell files of one name apart
    with zipfile.ZipFile(path) as archive:
        sizes = {member.filename: member.file_size for member in archive.infolist()}
        if sum(sizes.values()) > _MAX_CALAMINE_BYTES:
            return True
        styles = archive.read("xl/styles.xml").decode("utf-8", "replace") if "xl/styles.xml" in sizes else ""
        sheets = [name for name in sizes if name.startswith("xl/worksheets/")]
        return bool(_LEADING_ZEROS.search(styles)) or any(
            _ERROR_CELL in archive.read(name) for name in sheets
        )


def _read_calamine(path: Path, sheet: str) -> Iterator[tuple[int, list[str]]]:
    with CalamineWorkbook.from_path(path) as book:
        table = book.get_sheet_by_name(sheet)
        if table.start is None:
            return
        indent = [""] * table.start[1]
        # calamine's rows begin with the first row of the sheet, but with the first column of the table.
        for line, values in enumerate(_rows_of(table), 1):
            yield line, indent + [to_text(value) for value in values]


def _rows_of(table: Any) -> Iterable[list[Any]]:
    values: Iterable[list[Any]] = table.iter_rows()
    return values


def _stream_openpyxl(path: Path, sheet: str) -> Iterator[tuple[int, list[str]]]:
    book = openpyxl.load_workbook(path, read_only=True, data_only=True, keep_links=False)
    try:
        for line, cells in enumerate(book[sheet].iter_rows(), 1):
            yield line, [_cell_to_text(cell) for cell in cells]
    finally:
        book.close()


def _cell_to_text(cell: Cell | ReadOnlyCell | EmptyCell | Any) -> str:
    value = cell.value
    if (
        isinstance(value, int | float)
        and not isinstance(value, bool)
        and _ZEROS_ONLY.fullmatch(cell.number_format)
    ):
        return to_text(float(value)).zfill(len(cell.number_format))
    return to_text(value)
