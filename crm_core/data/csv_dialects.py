"""Which separator, quotation mark and escape a text file uses.

Every candidate reads a bounded sample through the real reader; the one whose rows agree in width with each
other and with the header wins. The csv module's Sniffer guesses from single lines and is wrong too often;
CleverCSV's detector needs seconds for wide files.
"""

import io
import re
from collections.abc import Iterable
from dataclasses import replace
from itertools import islice

from crm_core.data import csv_records, headers
from crm_core.data.layouts import Dialect, Options, Row

_USUAL = (",", ";", "\t", "|")
# Seen in the wild, but also inside names, times and phone numbers: they must fit every single row.
_RARE = (":", "+", "^", "~", "#", "!", "*", "\x01", "\x1e", "\x1f", "§", "¦")
_DETECTION_ROWS = 300
_MIN_PREAMBLE_WIDTH = 3


def detect(sample: str, options: Options, *, is_whole: bool) -> Dialect:
    """The dialect of a sample of whole lines; what ``options`` sets is taken as it is."""
    if options.delimiter is not None:
        return _complete(sample, options.delimiter, options, is_whole=is_whole)
    usual = [
        _complete(sample, delimiter, options, is_whole=is_whole)
        for delimiter in _USUAL
        if delimiter in sample
    ]
    found = _best(sample, usual, is_whole=is_whole)
    if found is None:
        rare = [_complete(sample, mark, options, is_whole=is_whole) for mark in _RARE if mark in sample]
        found = _best(sample, [dialect for dialect in rare if _fits_all(sample, dialect)], is_whole=is_whole)
    # A file with one column is a comma file without a comma.
    return found or _complete(sample, "" if "," in sample else ",", options, is_whole=is_whole)


def _best(sample: str, dialects: Iterable[Dialect], *, is_whole: bool) -> Dialect | None:
    scored = [(_score(sample, dialect, is_whole=is_whole), dialect) for dialect in dialects]
    best = max(scored, key=lambda pair: pair[0], default=(0.0, None))
    return best[1] if best[0] > 0 else None


def _complete(sample: str, delimiter: str, options: Options, *, is_whole: bool) -> Dialect:
    """Add quotation mark, escape and padding to a delimiter."""
    quote = _quotechar(sample, delimiter) if options.quotechar is None else options.quotechar
    plain = Dialect(delimiter, quote, "", _is_padded(sample, delimiter, quote))
    if options.escapechar is not None:
        return replace(plain, escapechar=options.escapechar)
    if not any("\\" + mark in sample for mark in (quote, delimiter) if mark):
        return plain
    escaped = replace(plain, escapechar="\\")
    gain = _score(sample, escaped, is_whole=is_whole) - _score(sample, plain, is_whole=is_whole)
    return escaped if gain > 0 or (gain == 0 and _has_escaped_quote(sample, delimiter, quote)) else plain


def _has_escaped_quote(sample: str, delimiter: str, quote: str) -> bool:
    """Whether text goes on after an escaped quote; before a delimiter it ends a path: "C:\\dir\\"."""
    after = re.escape(delimiter + quote) + r"\r\n"
    return bool(quote) and re.search(rf"\\{quote}[^{after}]", sample) is not None


def _quotechar(sample: str, delimiter: str) -> str:
    double, single = _quoted_cells(sample, delimiter, '"'), _quoted_cells(sample, delimiter, "'")
    if double == 0 and single > 1:
        return "'"
    if (
        double == 0
        and '"' in sample
        and not re.search(rf'(?:^|{re.escape(delimiter)}) *"', sample, re.MULTILINE)
    ):
        return ""  # Inch marks and the like: no cell begins with one, so nothing is quoted.
    return '"'


def _quoted_cells(sample: str, delimiter: str, quote: str) -> int:
    edge = re.escape(delimiter) if delimiter else r"(?!)"
    cell = rf"(?:^|{edge}) *{quote}(?:[^{quote}]|{quote}{quote})*{quote} *(?=$|\r|{edge})"
    return len(re.findall(cell, sample, re.MULTILINE))


def _is_padded(sample: str, delimiter: str, quote: str) -> bool:
    if not delimiter or not quote or delimiter == " ":
        return False
    return f"{delimiter} {quote}" in sample and delimiter + quote not in sample


def _rows(sample: str, dialect: Dialect) -> list[Row]:
    return list(islice(csv_records.read(io.StringIO(sample, newline=""), dialect), _DETECTION_ROWS))


def _fits_all(sample: str, dialect: Dialect) -> bool:
    rows = _rows(sample, dialect)
    widths = {len(row.cells) for row in rows}
    return len(rows) > 1 and len(widths) == 1 and widths != {1} and not any(row.problem for row in rows)


def _score(sample: str, dialect: Dialect, *, is_whole: bool) -> float:
    """0 when the header does not carry the delimiter; else up to 1.5, larger for agreement and for more
    columns.
    """
    rows = _rows(sample, dialect)
    if not is_whole and len(rows) < _DETECTION_ROWS:
        rows = rows[:-1] or rows  # The last record may be cut off.
    width = headers.table_width([row for row in rows if len(row.cells) > 1])
    if width < 2:
        return 0.0
    first = len(rows[0].cells)
    header = min(first, width) / max(first, width) if first > 1 else float(_has_header_below(rows, width))
    if header == 0:
        return 0.0
    agreeing = sum(len(row.cells) == width for row in rows) / len(rows)
    broken = sum(bool(row.problem) for row in rows) / len(rows)
    # A table that starts in the first line is more likely than one below notes.
    trust = 1.0 if first > 1 else 0.5
    return max((agreeing + header / 2) * (1 - 1 / width) * (1 - broken) * trust, 0.001)


def _has_header_below(rows: list[Row], width: int) -> bool:
    """A preamble is believed only before a real table: "Berg, Anna" under "Name" is no second column."""
    if width < _MIN_PREAMBLE_WIDTH:
        return False
    index = headers.find(rows)
    return index is not None and len(rows[index].cells) > 1 and not headers.has_value(rows[index].cells)
