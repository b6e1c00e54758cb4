"""How quickly a file is imported, against the engine's own bulk insert of the very rows that came of it."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from sqlalchemy import Engine

from db import engines
from db.base import Base
from tests.bench.measuring import Measurement, Setting, benchmark
from tests.bench.workload import ROOT, Databases, contacts_file, databases, environment

USUAL_ROWS = 100_000
AT_ONCE = 20_000
# What an import keeps about itself is work that the bare insert is spared.
OWN_BOOKS = ("import_chunks", "import_rows", "import_mappings")
BEFORE = ("alembic_version", "contact_counts", "settings")


@benchmark
def import_sqlite(setting: Setting) -> Iterator[Measurement]:
    """The whole way of a file into SQLite: read, checked, matched, stored, with its trace for undo."""
    yield from _import(setting, "sqlite")


@benchmark
def import_postgres(setting: Setting) -> Iterator[Measurement]:
    """The same into Postgres."""
    yield from _import(setting, "postgres")


def _import(setting: Setting, engine: str) -> Iterator[Measurement]:
    count = setting.rows(USUAL_ROWS)
    file = contacts_file(setting.folder, count)
    name = f"import of {count:,} rows, {engine}"
    with databases(setting.folder, engine) as made:
        url = made.empty()
        taken, megabytes = _by_command(file, environment(setting.folder, url))
        bare, rows = _bare_insert(made, url)
    yield Measurement(name, count / taken, "rows/s", count / bare, "bare insert", at_least=1 / 3)
    if count >= USUAL_ROWS:
        yield Measurement(f"{name}, per 100,000", taken * USUAL_ROWS / count, "s", at_most=20)
    yield Measurement(f"{name}, peak memory of a process", megabytes, "MB", at_most=400)
    yield Measurement(f"{name}, rows stored per row", rows / count, "rows")


def _by_command(file: Path, environment: dict[str, str]) -> tuple[float, float]:
    """Seconds from the beginning of the upload to the last row, and the megabytes of its largest process."""
    command = [sys.executable, "-m", "crm_core", "import", "contacts", str(file), "--json"]
    with subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        answer = json.loads(process.stdout.read())
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode or answer["rejected"] or answer["state"] != "done":
        raise RuntimeError(f"The import did not go well: {answer}")
    return float(answer["seconds"]), used.ru_maxrss / 1024


def _bare_insert(made: Databases, url: str) -> tuple[float, int]:
    """Seconds that the engine needs to store the same finished rows in an empty database, and their number.

    One transaction, the same tables, indexes and settings; reading the rows is not counted.
    """
    source, target = engines.create(url), engines.create(made.empty())
    copy = _copy_postgres if source.dialect.name == "postgresql" else _copy_sqlite
    try:
        return copy(source, target, made.folder / "rows")
    finally:
        source.dispose()
        target.dispose()


def _tables() -> list[tuple[str, str]]:
    return [
        (f'"{table.name}"', ", ".join(f'"{column.name}"' for column in table.columns))
        for table in Base.metadata.sorted_tables
        if table.name not in OWN_BOOKS + BEFORE
    ]


def _copy_sqlite(source: Engine, target: Engine, _: Path) -> tuple[float, int]:
    taken, count = 0.0, 0
    with source.connect() as reader, target.connect() as connection:
        reading: Any = reader.connection.cursor()
        writing: Any = connection.connection.cursor()
        writing.execute("BEGIN IMMEDIATE")
        for table, names in _tables():
            marks = ", ".join("?" * (names.count(",") + 1))
            reading.execute(f"SELECT {names} FROM {table}")  # noqa: S608 - our own names
            while rows := reading.fetchmany(AT_ONCE):
                begun = time.perf_counter()
                writing.executemany(f"INSERT INTO {table} ({names}) VALUES ({marks})", rows)  # noqa: S608
                taken += time.perf_counter() - begun
                count += len(rows)
        begun = time.perf_counter()
        writing.execute("COMMIT")
        return taken + time.perf_counter() - begun, count


def _copy_postgres(source: Engine, target: Engine, folder: Path) -> tuple[float, int]:
    folder.mkdir()
    taken, count = 0.0, 0
    with source.connect() as reader, target.connect() as connection:
        reading: Any = reader.connection.cursor()
        writing: Any = connection.connection.cursor()
        for table, names in _tables():
            file = folder / "table"
            with (
                file.open("wb") as out,
                reading.copy(f"COPY {table} ({names}) TO STDOUT (FORMAT binary)") as rows,
            ):
                for block in rows:
                    out.write(block)
            begun = time.perf_counter()
            with (
                file.open("rb") as stored,
                writing.copy(f"COPY {table} ({names}) FROM STDIN (FORMAT binary)") as copy,
            ):
                while block := stored.read(1 << 16):
                    copy.write(block)
            taken += time.perf_counter() - begun
            count += writing.rowcount
        begun = time.perf_counter()
        connection.connection.commit()
        return taken + time.perf_counter() - begun, count
