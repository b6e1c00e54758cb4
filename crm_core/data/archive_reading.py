"""Everything in again: an export of everything is read back into an empty installation, on either engine.

First every file is proved by its check sum, then all of it is stored in one transaction, ids as they were.
"""

import csv
import io
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from crm_core.data import archive_cells, archive_files, archive_shape
from crm_core.data.archive_files import Source
from crm_core.data.archive_shape import Leaving
from crm_core.data.archives import FORMAT, MANIFEST, VERSION, ArchiveFacts
from crm_core.kernel.access import Actor, Permission
from crm_core.kernel.errors import Conflict, Invalid
from crm_core.kernel.work import Work, use_case
from db import migrate, whole
from db.models import Account, Activity, Contact, Copy, User
from db.queries import archives as sql
from db.tables import ColumnShape

MUST_BE_EMPTY: Final = (User, Contact, Account, Activity)
"""Whoever did anything at all left a row in one of these."""


@dataclass(frozen=True)
class _File:
    """The file of one table, in the format that it is read from."""

    table: Leaving
    path: str
    format: str
    columns: tuple[ColumnShape, ...]
    rows: int
    last_id: int


@dataclass(frozen=True)
class _Told:
    """What the manifest says."""

    facts: ArchiveFacts
    files: tuple[_File, ...]


def check(path: Path) -> ArchiveFacts:
    """Read an export to its end and prove that not a byte of it changed.

    Raises:
        Invalid: it is none, it is damaged or was changed, or a newer Rapport made it.
    """
    with archive_files.reading(path) as source:
        return _proved(source, path).facts


def load(who: Actor, path: Path) -> ArchiveFacts:
    """Store an export of everything in this empty installation. People have no password afterwards.

    Raises:
        NotAllowed: only the operator of the machine does it.
        Conflict: the installation is not empty.
        Invalid: as in ``check``. In each case nothing was stored.
    """
    who.require(Permission.SYSTEM_OPERATE)
    with archive_files.reading(path) as source:
        told = _proved(source, path)
        _store(who, source, told)
    return told.facts


@use_case(Permission.SYSTEM_OPERATE)
def _store(work: Work, source: Source, told: _Told) -> None:
    """Store all tables, or nothing."""
    whole.no_haste(work.session)
    if any(work.scalar(sql.any_row(model)) is not None for model in MUST_BE_EMPTY):
        raise Conflict(
            "This installation is not empty. Everything can only be read into a new one: set CRM_DATA_DIR "
            "or CRM_DATABASE_URL to an empty place and run “python -m crm_core db upgrade” there first."
        )
    work.expect_many()
    for file in reversed(told.files):
        work.run(sql.empty(file.table.model))  # what a new installation brings with it
    waiting = [_fill(work, source, file) for file in told.files]
    for file, late in zip(told.files, waiting, strict=True):
        for name, pairs in late.items():
            whole.refer(work.session, file.table.table, name, pairs)
        whole.go_on_after(work.session, file.table.table, file.last_id)
        work.settle(file.table.model)
    row = work.add(
        Copy(act="import", state="done", row_count=told.facts.total, asked_at=work.now, finished_at=work.now)
    )
    work.record("everything.imported", row, rows=told.facts.total, made_at=told.facts.made_at.isoformat())


def _fill(work: Work, source: Source, file: _File) -> dict[str, list[tuple[int, int]]]:
    """Insert the rows of a table; returns what refers to rows that come later, as pairs of id and value."""
    late: dict[str, list[tuple[int, int]]] = {column.name: [] for column in file.columns if column.is_late}
    places = {column.name: place for place, column in enumerate(file.columns)}
    fixed = _fixed(file)

    def rows() -> Iterator[Sequence[Any]]:
        for values in _rows(source, file):
            for name, pairs in late.items():
                if values[places[name]] is not None:
                    pairs.append((values[places["id"]], values[places[name]]))
                    values[places[name]] = None
            yield [*values, *fixed.values()]

    stored = work.insert(file.table.model, [*places, *fixed], rows()) if file.rows else 0
    if stored != file.rows:
        raise Invalid(f"{file.path} has {stored} rows and not {file.rows} as it says. Nothing was stored.")
    return late


def _fixed(file: _File) -> dict[str, Any]:
    """The columns that the file does not have, with their values: those that stay, and later ones."""
    known = {column.name for column in file.columns}
    missing = [column for column in file.table.columns if column.name not in known]
    later = {column.name: _blank(column) for column in missing}
    return {**file.table.fixed, **later}


def _blank(column: ColumnShape) -> Any:
    if column.kind == "json":
        return {} if not column.is_nullable else sql.NULL
    if column.default is not None or column.is_nullable:
        return column.default
    return {"text": "", "yes/no": False, "integer": 0, "number": 0.0}.get(column.kind)


def _rows(source: Source, file: _File) -> Iterator[list[Any]]:
    with source.file(file.path) as raw:
        text = io.TextIOWrapper(raw, encoding="utf-8-sig" if file.format == "csv" else "utf-8", newline="")
        rows = _csv_rows(text, file) if file.format == "csv" else _json_rows(text, file)
        number = 0
        try:
            for values in rows:
                number += 1
                yield values
        except (ValueError, TypeError, KeyError, csv.Error) as error:
            raise Invalid(
                f"{file.path} cannot be read after row {number} ({error}). Nothing was stored."
            ) from error


def _csv_rows(text: io.TextIOWrapper, file: _File) -> Iterator[list[Any]]:
    readers = archive_cells.csv_readers(file.columns)
    reader = csv.reader(text)
    if next(reader, None) != [column.name for column in file.columns]:
        raise ValueError("its first line does not name the columns")
    for cells in reader:
        yield [read(cell) for read, cell in zip(readers, cells, strict=True)]


def _json_rows(text: io.TextIOWrapper, file: _File) -> Iterator[list[Any]]:
    readers = archive_cells.json_readers(file.columns)
    names = [column.name for column in file.columns]
    for line in text:
        found = json.loads(line)
        yield [read(found[name]) for read, name in zip(readers, names, strict=True)]


def _proved(source: Source, path: Path) -> _Told:
    told = _manifest(source, path)
    if not migrate.is_known(str(told["revision"])):
        raise Invalid(f"{path.name} was made by a newer Rapport. Read it with that version.")
    tables = {table.name: table for table in archive_shape.leaving()}
    try:
        files = {}
        for entry in told["tables"]:
            if entry["table"] not in tables:
                raise Invalid(f"{path.name} has a table {entry['table']}, which this Rapport does not know.")
            files[entry["table"]] = _file(tables[entry["table"]], entry)
            source.prove(files[entry["table"]].path, entry[files[entry["table"]].format]["sha256"])
        rows = {name: file.rows for name, file in files.items()}
        facts = ArchiveFacts(datetime.fromisoformat(told["made_at"]), told["revision"], rows)
    except (KeyError, TypeError, ValueError) as error:
        raise Invalid(f"{path.name}: {MANIFEST} is damaged. Nothing was stored.") from error
    return _Told(facts, tuple(files[name] for name in tables if name in files))


def _manifest(source: Source, path: Path) -> dict[str, Any]:
    sentence = f"{path.name} is no export of everything, or it is damaged. Nothing was stored."
    try:
        with source.file(MANIFEST) as file:
            told: dict[str, Any] = json.loads(file.read())
        if told["format"] != FORMAT or not isinstance(told["version"], int):
            raise Invalid(sentence)
    except (*archive_files.UNREADABLE, ValueError, TypeError, Invalid) as error:
        raise Invalid(sentence) from error
    if told["version"] > VERSION:
        raise Invalid(f"{path.name} was made by a newer Rapport. Read it with that version.")
    return told


def _file(table: Leaving, entry: dict[str, Any]) -> _File:
    known = {column.name: column for column in table.columns}
    name = "json" if "json" in entry else "csv"
    columns = tuple(known[column] for column in entry["columns"])
    return _File(table, entry[name]["file"], name, columns, int(entry["rows"]), int(entry["last_id"]))
