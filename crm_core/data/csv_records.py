"""Records of delimited text, streamed block by block through the csv module.

The csv module splits what is well formed. A record whose quotation marks do not add up is read on its own:
marks that pair up within one line are taken literally, anything else becomes one row with a problem, and
reading goes on at the very next line. So an open quote never swallows the rest of the file.
"""

import csv
import io
import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any, TextIO

from clevercsv.cparser_util import parse_string
from clevercsv.dialect import SimpleDialect

from crm_core.data.layouts import MAX_FIELD_CHARS, Dialect, Row

# Small enough that the rows of a block are gone before the garbage collector looks at them.
_BLOCK_CHARS = 32 * 1024
# A character that Unicode keeps out of texts: stands in where a table has one column and nothing separates.
_NO_DELIMITER = "\uffff"
# Where str.splitlines breaks and tables do not.
_OTHER_LINE_ENDS = "\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029"
_OPEN_QUOTE = (
    "A quotation mark in this line has no partner. Close it, or double it if it belongs to the text."
)
_LONG_FIELD = f"A field here is longer than {MAX_FIELD_CHARS // 1024**2} MB. Shorten it."

csv.field_size_limit(max(csv.field_size_limit(), MAX_FIELD_CHARS))


def read(stream: TextIO, dialect: Dialect, *, first_line: int = 1, width: int | None = None) -> Iterator[Row]:
    """Yield every record that is not an empty line; ``stream`` is open with ``newline=""`` and stands at
    first_line.

    ``width`` is the number of columns, if known: it settles what a stray quotation mark means.
    """
    if dialect.escapechar:
        yield from _read_escaped(stream, dialect, first_line)
        return
    rest, line, ended = "", first_line, False
    splitter = _Splitter(dialect, width)
    while not ended:
        # A record that does not end yet is parsed again: growing blocks keep that linear.
        piece = stream.read(max(_BLOCK_CHARS, len(rest)))
        ended = not piece
        text = rest + piece
        cut = len(text) if ended else _end_of_last_line(text)
        rows, used, unfinished = splitter.split(text[:cut], line, is_last=ended)
        yield from rows
        line, rest = line + used, unfinished + text[cut:]


def _end_of_last_line(text: str) -> int:
    # A carriage return at the very end may be half of a pair: it waits for the next block.
    return max(text.rfind("\n"), text.rfind("\r", 0, len(text) - 1)) + 1


def _split_lines(text: str) -> list[str]:
    if not any(mark in text for mark in _OTHER_LINE_ENDS):
        return text.splitlines(keepends=True)
    return list(io.StringIO(text, newline=""))  # Ends lines at CR and LF only, three times slower.


class _Splitter:
    """Turns blocks of whole lines into rows; remembers only whether the line before was broken."""

    def __init__(self, dialect: Dialect, width: int | None) -> None:
        self.dialect = dialect
        self.width = width
        self.quote = dialect.quotechar
        self.format = _csv_format(dialect)
        self.after_problem = False

    def split(self, text: str, line: int, *, is_last: bool) -> tuple[list[Row], int, str]:
        """Rows of a block, the number of lines they used, and the start of a record that is not complete
        yet.
        """
        if not self.quote or self.quote not in text:
            try:
                reader = csv.reader(_split_lines(text), **self.format)
                # No quotes: a record is a line, so counting lines is enough.
                return [Row(at, cells) for at, cells in enumerate(reader, line) if cells], reader.line_num, ""
            except csv.Error:
                pass  # A field over the limit: the careful way below names its line.
        lines = _split_lines(text)
        rows: list[Row] = []
        at = 0
        while at < len(lines):
            at, error = self._split_well_formed(lines, at, line, rows)
            if at >= len(lines):
                break
            if not is_last and error.startswith("unexpected end"):
                return rows, at, "".join(lines[at:])
            problem = _LONG_FIELD if len(lines[at]) > MAX_FIELD_CHARS else ""
            rows.append(self._judge(lines[at], line + at, problem))
            at += 1
        return rows, len(lines), ""

    def _split_well_formed(self, lines: list[str], at: int, line: int, rows: list[Row]) -> tuple[int, str]:
        reader = csv.reader(lines[at:] if at else lines, **self.format)
        base = at
        try:
            for cells in reader:
                end = base + reader.line_num
                if cells:
                    row = Row(line + at, cells)
                    if self.quote and self.quote in "".join(cells):
                        text = "".join(lines[at:end])
                        if not _well_formed(self.dialect).fullmatch(text):
                            row = self._judge(text, line + at, "", cells)
                    else:
                        self.after_problem = False
                    rows.append(row)
                at = end
        except csv.Error as error:
            return at, str(error)
        return at, ""

    def _judge(self, text: str, line: int, problem: str, literal: list[str] | None = None) -> Row:
        """Read a record whose quotation marks stand where they should not.

        Pairs within the record are kept as text (`37.8"N`, `"Bob" Smith`), the way CleverCSV reads them. One
        mark too many is an inch mark if the row has as many cells as the header; else the row cannot be
        trusted.
        """
        bare = text.rstrip("\r\n")
        pairs_up = bare.count(self.quote) % 2 == 0 if self.quote else True
        fits = literal is not None and len(literal) == self.width
        if literal is None:
            literal = bare.split(self.dialect.delimiter) if self.dialect.delimiter else [bare]
        if problem:
            return Row(line, literal, problem)
        if pairs_up and not fits:
            simple = SimpleDialect(self.dialect.delimiter, self.quote, "")
            literal = next(parse_string(bare, simple), literal)
        is_open = any(cell.startswith(self.quote) for cell in literal)
        if not pairs_up and (not fits or is_open or self.after_problem):
            problem = _OPEN_QUOTE
        self.after_problem = bool(problem)
        return Row(line, literal, problem)


def _csv_format(dialect: Dialect) -> dict[str, Any]:
    return {
        "delimiter": dialect.delimiter or _NO_DELIMITER,
        "quotechar": dialect.quotechar or None,
        "quoting": csv.QUOTE_MINIMAL if dialect.quotechar else csv.QUOTE_NONE,
        "skipinitialspace": dialect.skip_space,
        "strict": True,
    }


@lru_cache(maxsize=16)
def _well_formed(dialect: Dialect) -> re.Pattern[str]:
    quote, delimiter = re.escape(dialect.quotechar), re.escape(dialect.delimiter or _NO_DELIMITER)
    space = " *+" if dialect.skip_space else ""
    cell = rf"(?:{space}{quote}(?:[^{quote}]++|{quote}{quote})*+{quote}|[^{quote}{delimiter}\r\n]*+)"
    return re.compile(rf"{cell}(?:{delimiter}{cell})*+[\r\n]*")


def _read_escaped(stream: TextIO, dialect: Dialect, first_line: int) -> Iterator[Row]:
    """Records in which a backslash (or the like) protects the next character; CleverCSV splits them.

    It keeps the escape character before ordinary letters, so `C:\\new` stays what it is.
    """
    simple = SimpleDialect(dialect.delimiter, dialect.quotechar, dialect.escapechar)
    escaped = re.compile(re.escape(dialect.escapechar) + r"(?s:.)")
    held: list[str] = []
    is_open = False
    number = first_line - 1
    for number, text in enumerate(stream, first_line):
        held.append(text)
        if dialect.quotechar:
            is_open ^= escaped.sub("", text).count(dialect.quotechar) % 2 == 1
        if is_open and sum(map(len, held)) <= MAX_FIELD_CHARS:
            continue
        yield from _split_escaped(held, simple, number - len(held) + 1, is_open=is_open)
        held, is_open = [], False
    if held:
        yield from _split_escaped(held, simple, number - len(held) + 1, is_open=True)


def _split_escaped(lines: list[str], simple: SimpleDialect, line: int, *, is_open: bool) -> Iterator[Row]:
    if is_open:
        yield Row(line, lines[0].rstrip("\r\n").split(simple.delimiter or None), _OPEN_QUOTE)
        lines, line = lines[1:], line + 1
        for offset, text in enumerate(lines):
            bare = text.rstrip("\r\n")
            cells = next(parse_string(bare, simple), [])
            balanced = not simple.quotechar or bare.count(simple.quotechar) % 2 == 0
            if cells:
                yield Row(line + offset, cells, "" if balanced else _OPEN_QUOTE)
        return
    cells = next(parse_string("".join(lines), simple), [])
    if cells and any(len(cell) > MAX_FIELD_CHARS for cell in cells):
        yield Row(line, cells, _LONG_FIELD)
    elif cells:
        yield Row(line, cells)
