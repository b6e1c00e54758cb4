"""What is known about a dropped file before its rows are read: shapes and limits shared by all readers."""

import hashlib
from dataclasses import dataclass, field
from typing import NamedTuple

MAX_FILE_BYTES = 2 * 1024**3
MAX_COLUMNS = 1000
MAX_FIELD_CHARS = 1024**2
MAX_LINE_BYTES = 16 * 1024**2
SAMPLE_ROWS = 20


class Row(NamedTuple):
    """One record as the file has it: nothing typed, trimmed, padded or cut.

    ``line`` is the 1-based line (worksheet: row; vCard: line of BEGIN) where the record starts. ``problem``
    is empty, or a sentence why the cells cannot be trusted: such a row is to be refused with it.
    ``is_dropped`` says that somebody left the row out by hand.
    """

    line: int
    cells: list[str]
    problem: str = ""
    is_dropped: bool = False


@dataclass(frozen=True)
class Options:
    """What a person overrides; None means "find out".

    ``header_line`` is a 1-based line, 0 says that there is no header. An empty ``delimiter`` means one
    column, an empty ``quotechar`` no quoting, an empty ``escapechar`` quotes doubled inside quotes.
    """

    encoding: str | None = None
    delimiter: str | None = None
    quotechar: str | None = None
    escapechar: str | None = None
    header_line: int | None = None
    sheet: str | None = None


@dataclass(frozen=True)
class Dialect:
    """How cells are told apart in a text file."""

    delimiter: str = ","
    quotechar: str = '"'
    escapechar: str = ""
    skip_space: bool = False


@dataclass(frozen=True)
class TextEncoding:
    """How bytes become text: codec, bytes of a mark to skip first, error handler, NUL characters to drop."""

    codec: str
    skip: int = 0
    errors: str = "strict"
    has_nul: bool = False


@dataclass(frozen=True)
class Layout:
    """The file as it will be read; small, picklable, enough for `readers.rows`.

    ``header_line`` is 0 when the file has no header; ``data_line`` is the first line that can hold data.
    ``fingerprint`` is the same for files of one kind with the same columns: remembered mappings hang on it.
    """

    kind: str  # csv, tsv, xlsx, vcard
    file_name: str
    size: int
    columns: tuple[str, ...]
    sample: tuple[tuple[str, ...], ...] = ()
    header_line: int = 0
    data_line: int = 1
    text: TextEncoding = field(default_factory=lambda: TextEncoding("utf-8"))
    dialect: Dialect = field(default_factory=Dialect)
    sheets: tuple[str, ...] = ()
    sheet: str = ""
    warnings: tuple[str, ...] = ()

    @property
    def encoding(self) -> str:
        """The codec's name; empty for a workbook, which has none to choose."""
        return "" if self.kind == "xlsx" else self.text.codec

    @property
    def delimiter(self) -> str:
        """The cell separator; empty where the kind of file has none."""
        return self.dialect.delimiter if self.kind in ("csv", "tsv") else ""

    @property
    def preamble_lines(self) -> int:
        """Lines before the header that are neither header nor data."""
        return max(self.header_line - 1, 0)

    @property
    def fingerprint(self) -> str:
        """SHA-256 over the kind and the column names in their order."""
        kind = "csv" if self.kind == "tsv" else self.kind
        return hashlib.sha256("\x1f".join((kind, *self.columns)).encode("utf-8", "surrogatepass")).hexdigest()
