"""CSV and TSV files: the layout of one, and its rows."""

import io
import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import TextIO

from crm_core.data import csv_dialects, csv_records, headers, text_encodings
from crm_core.data.layouts import SAMPLE_ROWS, Dialect, Layout, Options, Row, TextEncoding
from crm_core.kernel.errors import Invalid

_SAMPLE_CHARS = 128 * 1024
_MAX_HEADER_LINES = 50
_SEPARATOR_LINE = re.compile(r'"?sep=(.)"?(?:\r\n|\n|\r)', re.IGNORECASE)


def inspect(path: Path, file_name: str, options: Options) -> Layout:
    """Find encoding, dialect and header. Raises Invalid when the text cannot be read as a table."""
    encoding, warnings = text_encodings.detect(path, options.encoding)
    sample, is_whole = _read_sample(path, encoding)
    skipped = _SEPARATOR_LINE.match(sample)
    if skipped:
        sample = sample[skipped.end() :]
        if options.delimiter is None:
            options = replace(options, delimiter=skipped.group(1))
    dialect = csv_dialects.detect(sample, options, is_whole=is_whole)
    first_line = 2 if skipped else 1
    rows = list(csv_records.read(io.StringIO(sample, newline=""), dialect, first_line=first_line))
    if not is_whole:
        rows = rows[:-1] or rows
    if not rows:
        raise Invalid(f"“{file_name}” has no rows. Export it again and check that it has some.")
    if encoding.has_nul:
        warnings.append("The file holds NUL characters; they are left out.")
    heading = headers.choose(rows, options.header_line, "line")
    header_line = 0 if heading.place is None else rows[heading.place].line
    body = rows if heading.place is None else rows[heading.place + 1 :]
    after_header = header_line + _lines_of(path, encoding, dialect, header_line)
    return Layout(
        kind="tsv" if dialect.delimiter == "\t" else "csv",
        file_name=file_name,
        size=path.stat().st_size,
        columns=heading.columns,
        sample=tuple(tuple(row.cells) for row in body[:SAMPLE_ROWS]),
        header_line=header_line,
        data_line=after_header if header_line else rows[0].line,
        text=encoding,
        dialect=dialect,
        warnings=(*warnings, *heading.warnings),
    )


def rows(path: Path, layout: Layout) -> Iterator[Row]:
    """Yield the records after the header, in constant memory."""
    width = len(layout.columns) if layout.header_line else None
    with _open(path, layout.text) as stream:
        for _ in islice(stream, layout.data_line - 1):
            pass
        yield from csv_records.read(stream, layout.dialect, first_line=layout.data_line, width=width)


def _lines_of(path: Path, encoding: TextEncoding, dialect: Dialect, line: int) -> int:
    """How many lines of the file the record takes that starts there: a quoted header may span several."""
    if line == 0:
        return 0
    with _open(path, encoding) as stream:
        lines = list(islice(stream, line - 1, line + _MAX_HEADER_LINES - 1))
    for count in range(1, len(lines) + 1):
        found = list(csv_records.read(io.StringIO("".join(lines[:count]), newline=""), dialect))
        if len(found) == 1 and not found[0].problem:
            return count
    return 1


def _read_sample(path: Path, encoding: TextEncoding) -> tuple[str, bool]:
    with _open(path, encoding) as stream:
        text = stream.read(_SAMPLE_CHARS)
        if not stream.read(1):
            return text, True
    end = max(text.rfind("\n"), text.rfind("\r", 0, len(text) - 1)) + 1
    return text[:end] or text, False


def _open(path: Path, encoding: TextEncoding) -> TextIO:
    file = path.open("rb")
    file.seek(encoding.skip)
    kind = _WithoutNul if encoding.has_nul else io.TextIOWrapper
    return kind(file, encoding=encoding.codec, errors=encoding.errors, newline="")


class _WithoutNul(io.TextIOWrapper):
    """A text stream that leaves out NUL characters, which no database column takes."""

    def read(self, size: int | None = -1, /) -> str:
        while text := super().read(size):
            if kept := text.replace("\0", ""):
                return kept
        return ""

    def readline(self, size: int = -1, /) -> str:  # type: ignore[override]  # the stub wants an index object
        return super().readline(size).replace("\0", "")

    def __next__(self) -> str:  # type: ignore[override]  # the stub forgets that text streams give text
        if text := super().readline():
            return text.replace("\0", "")
        raise StopIteration
