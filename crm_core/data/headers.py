"""Finding the header among the first rows of a table and naming its columns."""

import re
from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from crm_core.data.layouts import MAX_COLUMNS, Row
from crm_core.kernel.errors import Invalid

_PREAMBLE_ROWS = 30
_MOST_OF_A_ROW = 0.6
_VALUES = ("email", "url", "day")
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_URL = re.compile(r"https?://\S+", re.IGNORECASE)
_DAY = re.compile(r"\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}([ T]\d{1,2}:\d{2}.*)?")
_NUMBER = re.compile(r"[-+]?[\d.,]*\d%?|[-+]?\d[\d.]*[eE][-+]?\d+")


class Heading(NamedTuple):
    """Which row is the header (None: there is none), the names it gives, and what to tell a person."""

    place: int | None
    columns: tuple[str, ...]
    warnings: list[str]


def choose(rows: Sequence[Row], chosen_line: int | None, noun: str) -> Heading:
    """Take the header that a person chose (0: none), else find it.

    ``noun`` is what a line of this file is called: "line" or "row".
    Raises Invalid when the chosen line is out of reach or the header cannot be trusted.
    """
    index = find(rows) if chosen_line is None else _at_line(rows, chosen_line, noun)
    if index is None:
        told = f"The first {noun} looks like a customer, not like a header, so the columns have numbers."
        return Heading(None, name_columns([], table_width(rows)), [told] if chosen_line is None else [])
    header = rows[index]
    if header.problem:
        raise Invalid(f"The header in {noun} {header.line} cannot be read. {header.problem}")
    warnings = []
    if index:
        warnings.append(f"The {noun}s before {noun} {header.line} are notes; they are skipped.")
    if index + 1 == len(rows):
        warnings.append("There is a header and not one row below it.")
    return Heading(index, name_columns(header.cells, 0), warnings)


def _at_line(rows: Sequence[Row], chosen_line: int, noun: str) -> int | None:
    if chosen_line == 0:
        return None
    for index, row in enumerate(rows):
        if row.line >= chosen_line:
            return index
    raise Invalid(
        f"{noun.capitalize()} {chosen_line} is not among the first {noun}s. Choose an earlier header."
    )


def find(rows: Sequence[Row]) -> int | None:
    """Index of the header row, None when the table starts with data.

    Lines before it (titles, notes, dates of a report) are narrower than the table, or mostly empty.
    """
    width = table_width(rows)
    for index, row in enumerate(rows[:_PREAMBLE_ROWS]):
        if not is_wide(row.cells, width) or _is_note(rows, index, width):
            continue
        return None if _is_data(row.cells, rows[index + 1 : index + 6]) else index
    return 0 if rows else None


def table_width(rows: Sequence[Row]) -> int:
    """The most frequent number of cells; of equals the larger."""
    counts = Counter(len(row.cells) for row in rows if any(row.cells))
    return max(counts, key=lambda width: (counts[width], width), default=0)


def is_wide(cells: Sequence[str], width: int) -> bool:
    """Whether most columns of a table of that width are filled."""
    return sum(1 for cell in cells if cell.strip()) >= max(1, min(2, width), width * _MOST_OF_A_ROW)


def has_value(cells: Sequence[str]) -> bool:
    """Whether a cell has the shape of an e-mail, an address on the web or a day: no header is called like
    that.
    """
    return any(_shape(cell) in _VALUES for cell in cells)


def name_columns(cells: Sequence[str], width: int) -> tuple[str, ...]:
    """Unique, non-empty names: a second "email" is "email (2)", an empty one "Column 7".

    Raises Invalid above MAX_COLUMNS.
    """
    if max(width, len(cells)) > MAX_COLUMNS:
        raise Invalid(
            f"This file has more than {MAX_COLUMNS} columns. Remove those you do not need and try again."
        )
    names: list[str] = []
    taken: set[str] = set()
    for position in range(max(width, len(cells))):
        raw = cells[position] if position < len(cells) else ""
        base = " ".join(raw.replace("\ufeff", "").split()) or f"Column {position + 1}"
        name, number = base, 2
        while name in taken:
            name, number = f"{base} ({number})", number + 1
        taken.add(name)
        names.append(name)
    return tuple(names)


def _is_note(rows: Sequence[Row], index: int, width: int) -> bool:
    """Whether a narrow row is one of several notes: one of them holds a value, or an empty line ends them."""
    for row, following in zip(rows[index:_PREAMBLE_ROWS], rows[index + 1 :], strict=False):
        if len(row.cells) >= width:
            return False
        lines = 1 + sum(cell.count("\n") for cell in row.cells)
        if has_value(row.cells) or following.line > row.line + lines:
            return True
    return False


def _is_data(cells: Sequence[str], below: Sequence[Row]) -> bool:
    shapes = [_shape(cell) for cell in cells]
    filled = sum(1 for cell in cells if cell.strip())
    if has_value(cells):
        # A column may be called like a day: then days do not stand below it.
        return not below or any(
            shape in _VALUES and _shape_below(position, below) in (shape, None)
            for position, shape in enumerate(shapes)
        )
    numbers = [position for position, shape in enumerate(shapes) if shape == "number"]
    alike = sum(_shape_below(position, below) == "number" for position in numbers)
    return filled > 1 and alike * 2 > filled


def _shape_below(position: int, below: Sequence[Row]) -> str | None:
    shapes = [
        _shape(row.cells[position]) for row in below if position < len(row.cells) and row.cells[position]
    ]
    return shapes[0] if shapes else None


def _shape(cell: str) -> str:
    text = cell.strip()
    for name, pattern in (("email", _EMAIL), ("url", _URL), ("day", _DAY), ("number", _NUMBER)):
        if pattern.fullmatch(text):
            return name
    return ""
