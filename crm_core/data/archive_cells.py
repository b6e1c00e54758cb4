"""How one value stands in a file so that it comes back exactly: for CSV as text, for JSON as JSON has it.

Instants are ISO 8601 in UTC with a Z, dates ISO 8601, yes and no ``true`` and ``false``, JSON as JSON text.
An empty cell is nothing (NULL) where the column may hold nothing, else an empty text. A text that a
spreadsheet could take for a formula, or that begins with an apostrophe, gets an apostrophe in front, and
reading takes exactly one away; a lone apostrophe is an empty text in a column that may hold nothing.
"""

import json
import re
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, Final

from db.queries.archives import NULL
from db.tables import ColumnShape

Write = Callable[[Any], Any]
Read = Callable[[Any], Any]

GUARD: Final = "'"
_RISKY = re.compile("[\\s\u00a0\ufeff\u200b]*['=+\\-@|\t\r\n\0\uff1d\uff0b\uff0d\uff20]")
_PHONE = re.compile(r"\+\d{4,15}(;ext=\d{1,6})?\Z")
"""What looks like a formula and only is a phone number: left as people want to read it."""


def csv_writers(columns: Sequence[ColumnShape]) -> list[Write]:
    """For each column, what makes a value the text of a cell."""
    return [_csv_writer(column) for column in columns]


def csv_readers(columns: Sequence[ColumnShape]) -> list[Read]:
    """For each column, what makes the text of a cell the value again.

    Each raises ``ValueError`` where a cell is not of the kind of its column.
    """
    return [_csv_reader(column) for column in columns]


def json_writers(columns: Sequence[ColumnShape]) -> list[Write | None]:
    """For each column, what makes a value one of JSON; None where it is one already."""
    texts: dict[str, Write] = {"instant": _instant, "date": str, "decimal": str}
    return [_or_none(texts[column.kind]) if column.kind in texts else None for column in columns]


def json_readers(columns: Sequence[ColumnShape]) -> list[Read]:
    """For each column, what makes a value of JSON that of the column; ``ValueError`` where it is none."""
    return [_json_reader(column) for column in columns]


def guarded(text: str) -> str:
    """The text as a cell that no spreadsheet computes."""
    return GUARD + text if _RISKY.match(text) and not _PHONE.match(text) else text


def unguarded(cell: str) -> str:
    """The text that ``guarded`` was given."""
    return cell.removeprefix(GUARD)


def _csv_writer(column: ColumnShape) -> Write:
    by_kind: dict[str, Write] = {
        "instant": _instant,
        "date": str,
        "yes/no": lambda value: "true" if value else "false",
        "json": lambda value: guarded(_json(value)),
        "number": repr,
        "decimal": str,
        "integer": str,
    }
    if column.kind != "text":
        return _or_empty(by_kind[column.kind])
    if not column.is_nullable:
        return guarded
    return lambda value: "" if value is None else guarded(value) or GUARD


def _csv_reader(column: ColumnShape) -> Read:
    if column.kind == "text":
        if not column.is_nullable:
            return unguarded
        return lambda cell: None if cell == "" else unguarded(cell)
    read = _READ_TEXT[column.kind]
    nothing = _nothing(column)

    def value(cell: str) -> Any:
        if cell != "":
            return read(cell)
        if not column.is_nullable and column.kind != "json":
            raise ValueError(f"{column.name} is empty")
        return nothing

    return value


def _json_reader(column: ColumnShape) -> Read:
    nothing = _nothing(column)
    read = _READ_JSON.get(column.kind) or _exactly(_JSON_TYPES.get(column.kind, str), column)

    def value(found: Any) -> Any:
        if found is not None:
            return read(found)
        if not column.is_nullable and column.kind != "json":
            raise ValueError(f"{column.name} is empty")
        return nothing

    return value


def _exactly(kind: type, column: ColumnShape) -> Read:
    def value(found: Any) -> Any:
        if type(found) is not kind:
            raise ValueError(f"{column.name} is no {column.kind}")
        return found

    return value


def _nothing(column: ColumnShape) -> Any:
    return NULL if column.kind == "json" and column.is_nullable else None


def _or_none(write: Write) -> Write:
    return lambda value: None if value is None else write(value)


def _or_empty(write: Write) -> Write:
    return lambda value: "" if value is None else write(value)


def _instant(value: datetime) -> str:
    return value.isoformat().replace("+00:00", "Z")


def _read_instant(text: str) -> datetime:
    value = datetime.fromisoformat(text)
    if value.tzinfo is None:
        raise ValueError(f"{text} has no time zone")
    return value.astimezone(UTC)


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _read_yes_no(text: str) -> bool:
    if text not in ("true", "false"):
        raise ValueError(f"{text} is neither true nor false")
    return text == "true"


_JSON_TYPES: Final = {"yes/no": bool, "integer": int, "text": str}
_READ_JSON: Final[dict[str, Read]] = {
    "instant": _read_instant,
    "date": date.fromisoformat,
    "decimal": Decimal,
    "number": float,
    "json": lambda value: value,
}
_READ_TEXT: Final[dict[str, Read]] = {
    "instant": _read_instant,
    "date": date.fromisoformat,
    "yes/no": _read_yes_no,
    "json": lambda cell: json.loads(unguarded(cell)),
    "number": float,
    "decimal": Decimal,
    "integer": int,
}
