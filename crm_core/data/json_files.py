"""Records as JSON: by import field name, lists as lists, days and instants in ISO form."""

import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from crm_core.data.export_columns import ExportColumn

Records = Iterable[dict[str, Any]]


def write_json(path: Path, columns: Sequence[ExportColumn], records: Records) -> int:
    """Write one array, a record a line; returns the number of records."""
    count = 0
    with path.open("w", encoding="utf-8") as file:
        file.write("[")
        for record in records:
            file.write(",\n" if count else "\n")
            file.write(_encode(columns, record))
            count += 1
        file.write("\n]\n")
    return count


def write_json_lines(path: Path, columns: Sequence[ExportColumn], records: Records) -> int:
    """Write one record a line; returns the number of records."""
    count = 0
    with path.open("w", encoding="utf-8") as file:
        for record in records:
            file.write(_encode(columns, record) + "\n")
            count += 1
    return count


def _encode(columns: Sequence[ExportColumn], record: dict[str, Any]) -> str:
    """Empty values are left out; letters that are half a pair stay readable for every program."""
    found = {
        column.name: record[column.name]
        for column in columns
        if record.get(column.name) not in (None, "", [])
    }
    text = json.dumps(found, ensure_ascii=False, default=_plain)
    return text if text.isascii() or text.isprintable() else json.dumps(found, default=_plain)


def _plain(value: Any) -> str:
    return value.isoformat() if hasattr(value, "isoformat") else str(value)
