"""The one door to dropped files: look at a file, then read its rows.

    layout = inspect(path, "contacts.csv")       # kind, encoding, delimiter, header, columns, sample
    for row in rows(path, layout):               # every cell still text

Nothing is typed, trimmed or padded here: what a cell means is decided where its target field is known.
"""

from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from crm_core.data import csv_files, file_kinds, vcard_files, xlsx_files
from crm_core.data.layouts import Layout, Options, Row


def inspect(path: Path, file_name: str, options: Options | None = None) -> Layout:
    """Describe the file as it will be read.

    Raises Invalid with a sentence for everything that is no readable table: empty, picture, PDF, archive,
    old .xls, password, calendar, too large, binary, an encoding or sheet that was chosen and does not fit.
    """
    chosen = options or Options()
    match file_kinds.recognise(path, file_name):
        case "xlsx":
            return xlsx_files.inspect(path, file_name, chosen)
        case "vcard":
            return vcard_files.inspect(path, file_name, chosen)
        case _:
            return csv_files.inspect(path, file_name, chosen)


def rows(path: Path, layout: Layout, start: int = 0) -> Iterator[Row]:
    """Stream the records after the header, from the one with index ``start`` on; empty lines are none.

    Rows with too few or too many cells come as they are; ``Row.problem`` says when quoting broke a row.
    """
    match layout.kind:
        case "xlsx":
            found = xlsx_files.rows(path, layout)
        case "vcard":
            found = vcard_files.rows(path, layout)
        case _:
            found = csv_files.rows(path, layout)
    return islice(found, start, None)
