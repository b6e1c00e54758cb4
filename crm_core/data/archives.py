"""Everything out: one file (or folder) with every table as CSV and JSON, told in words, for whoever leaves.

All of it shows one moment of the base. Rows stream through, so a million take no more memory than ten.
"""

import csv
import io
import json
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import IO, Any, Final

from crm_core.data import archive_cells, archive_dictionary, archive_files, archive_shape
from crm_core.data.archive_files import Target
from crm_core.data.archive_shape import Leaving
from crm_core.kernel.access import Actor, Permission
from crm_core.kernel.errors import Invalid, NotAllowed
from crm_core.kernel.work import Work, use_case
from db import migrate, whole
from db.models import Copy
from db.queries import archives as sql

FORMAT: Final = "rapport-export"
VERSION: Final = 1
FORMATS: Final = ("csv", "json")
MANIFEST: Final = "manifest.json"
ENDINGS: Final = {"csv": "csv", "json": "jsonl"}
_AT_ONCE: Final = 2_000

Progress = Callable[[int, int], None]
"""Told the rows done and those in all, each time some more are written."""


@dataclass(frozen=True)
class ArchiveFacts:
    """What an export of everything holds: how many rows of each table, of which moment and revision."""

    made_at: datetime
    revision: str
    rows: dict[str, int]

    @property
    def total(self) -> int:
        """The rows of all tables."""
        return sum(self.rows.values())


@dataclass
class _Writing:
    """What an export under way knows."""

    target: Target
    formats: Sequence[str]
    total: int
    told: Progress
    done: int = 0

    def add(self, rows: int) -> None:
        self.done += rows
        self.told(self.done, self.total)


def save(who: Actor, target: Path, formats: Collection[str] = FORMATS) -> ArchiveFacts:
    """Write everything to ``target`` and keep in the audit log who did it.

    Raises:
        NotAllowed, Invalid, Conflict: as in ``write``.
    """
    facts = write(who, target, formats)
    _note(who, facts, sorted(formats))
    return facts


def write(
    who: Actor, target: Path, formats: Collection[str] = FORMATS, told: Progress = lambda _done, _all: None
) -> ArchiveFacts:
    """Write everything to ``target``: a zip, or a folder where the name has no ending.

    Left out are secrets (password hashes, tokens, sign-ins) and what belongs to the machine alone.

    Args:
        who: an administrator who sees everybody's records.
        target: where it shall stand; nothing is overwritten.
        formats: ``csv``, ``json`` or both. Each of them alone can be read back.
        told: called with the rows done and those in all.

    Raises:
        NotAllowed: the role does not include it, or the person sees only some of the records.
        Invalid: there is no such format. Conflict: there is something of this name already.
    """
    who.require(Permission.EVERYTHING_EXPORT)
    if not who.scope.is_everything:
        raise NotAllowed("You see only some of the records, so you cannot export everything.")
    if not formats or not set(formats) <= set(FORMATS):
        raise Invalid(f"Everything leaves as {' or '.join(FORMATS)}. Choose one of them, or none for both.")
    with archive_files.writing(target) as files:
        return _write(who, files, sorted(formats), told)


@use_case(Permission.EVERYTHING_EXPORT, read=True)
def _write(work: Work, target: Target, formats: Sequence[str], told: Progress) -> ArchiveFacts:
    """Write all tables in one reading transaction, so that they fit together."""
    whole.one_moment(work.session)
    tables = archive_shape.leaving()
    expected = sum(work.scalar(sql.row_count(table.model)) for table in tables)
    writing = _Writing(target, formats, expected * len(formats), told)
    told_of = [_write_table(work, writing, table) for table in tables]
    facts = ArchiveFacts(work.now, migrate.head(), {each["table"]: each["rows"] for each in told_of})
    _write_words(target, facts, formats)
    manifest = {
        "format": FORMAT, "version": VERSION, "made_at": facts.made_at.isoformat(),
        "revision": facts.revision, "formats": list(formats), "rows": facts.total, "tables": told_of,
    }  # fmt: skip
    with target.file(MANIFEST) as (file, _):
        file.write(json.dumps(manifest, indent=2).encode())
    return facts


@use_case(Permission.EVERYTHING_EXPORT)
def _note(work: Work, facts: ArchiveFacts, formats: Sequence[str]) -> None:
    """Keep who took everything with them, where an administrator reads it."""
    row = work.add(
        Copy(
            act="export", state="done", actor_id=work.actor.id, row_count=facts.total,
            asked_at=facts.made_at, started_at=facts.made_at, finished_at=work.now,
        )
    )  # fmt: skip
    work.record("everything.exported", row, rows=facts.total, formats=list(formats))


def _write_table(work: Work, writing: _Writing, table: Leaving) -> dict[str, Any]:
    """One table in all formats; returns what the manifest says of it."""
    told: dict[str, Any] = {"table": table.name, "last_id": whole.last_id(work.session, table.table)}
    told["columns"] = [column.name for column in table.columns]
    for name in writing.formats:
        path = f"{name}/{table.name}.{ENDINGS[name]}"
        with writing.target.file(path) as (file, counted):
            write = _write_csv if name == "csv" else _write_json
            told["rows"] = write(file, table, _rows(work, table, writing))
            file.flush()
        told[name] = {"file": path, "sha256": counted.digest}
    return told


def _rows(work: Work, table: Leaving, writing: _Writing) -> Iterator[Sequence[Any]]:
    names = [column.name for column in table.columns]
    above = -(1 << 62)
    while True:
        rows = work.tuples(sql.rows_above(table.model, names, above, _AT_ONCE))
        # The id stands in front once more, so that the next rows are found whatever the columns are.
        yield from (row[1:] for row in rows)
        writing.add(len(rows))
        if len(rows) < _AT_ONCE:
            return
        above = rows[-1][0]


def _write_csv(file: IO[bytes], table: Leaving, rows: Iterator[Sequence[Any]]) -> int:
    text = io.TextIOWrapper(file, encoding="utf-8", newline="", write_through=False)
    text.write("\ufeff")
    writer = csv.writer(text)
    writer.writerow([column.name for column in table.columns])
    makers = archive_cells.csv_writers(table.columns)
    count = 0
    for row in rows:
        writer.writerow([make(value) for make, value in zip(makers, row, strict=True)])
        count += 1
    text.flush()
    text.detach()
    return count


def _write_json(file: IO[bytes], table: Leaving, rows: Iterator[Sequence[Any]]) -> int:
    names = [column.name for column in table.columns]
    makers = archive_cells.json_writers(table.columns)
    encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode
    count = 0
    for row in rows:
        values = (value if make is None else make(value) for make, value in zip(makers, row, strict=True))
        file.write(encode(dict(zip(names, values, strict=True))).encode() + b"\n")
        count += 1
    return count


def _write_words(target: Target, facts: ArchiveFacts, formats: Sequence[str]) -> None:
    with target.file("README.txt") as (file, _):
        file.write(archive_dictionary.readme(facts.made_at, facts.rows, formats).encode())
    with target.file("data_dictionary.csv") as (file, _):
        text = io.TextIOWrapper(file, encoding="utf-8-sig", newline="")
        csv.writer(text).writerows(archive_dictionary.rows())
        text.flush()
        text.detach()
