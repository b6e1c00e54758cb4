"""Copies of a whole database while it is in use, and putting them back: each engine its own safe way."""

import os
import secrets
import shutil
import sqlite3
import subprocess
from pathlib import Path

from sqlalchemy import Connection, inspect, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ProgrammingError

from db import engines, migrate

MEMBER = {"sqlite": "database.sqlite", "postgresql": "database.dump"}


def engine_of(url: str) -> str:
    """``sqlite`` or ``postgresql``."""
    return make_url(url).get_backend_name()


def copy(url: str, target: Path) -> dict[str, int]:
    """Write a consistent copy of the database to ``target``, whoever is writing meanwhile.

    Returns how many rows each table of the copy has.

    Raises:
        RuntimeError: the copy is not sound, or the tool for Postgres is missing; the message says which.
    """
    if engine_of(url) == "sqlite":
        source = sqlite3.connect(make_url(url).database or "")
        try:
            source.execute("VACUUM INTO ?", (str(target),))
        finally:
            source.close()
        _check_sqlite(target)
        return row_counts(f"sqlite:///{target}")
    engine = engines.create(url, statement_timeout=0)
    try:
        with engine.connect().execution_options(isolation_level="REPEATABLE READ") as connection:
            connection.execute(text("SET LOCAL idle_in_transaction_session_timeout = 0"))
            # What is dumped and what is counted is the same moment.
            moment = connection.execute(text("SELECT pg_export_snapshot()")).scalar_one()
            _run(
                "pg_dump", url, "--format=custom", "--no-owner", "--no-privileges",
                f"--snapshot={moment}", f"--file={target}",
            )  # fmt: skip
            return _counted(connection)
    finally:
        engine.dispose()


def read_back(url: str, source: Path) -> dict[str, int] | None:
    """Put a copy back into a scratch database beside the one in use, and count the rows of each table.

    Returns None where Postgres does not let us make a scratch database: then the copy was only read through.

    Raises:
        RuntimeError: the copy is damaged or does not fit.
    """
    if engine_of(url) == "sqlite":
        _check_sqlite(source)
        return row_counts(f"sqlite:///{source}")
    scratch = f"rapport_drill_{secrets.token_hex(6)}"
    try:
        _administer(url, f'CREATE DATABASE "{scratch}" TEMPLATE template0')
    except ProgrammingError:
        _run("pg_restore", "", f"--file={os.devnull}", str(source))
        return None
    place = make_url(url).set(database=scratch)
    try:
        there = place.render_as_string(hide_password=False)
        _run("pg_restore", there, "--no-owner", "--no-privileges", "--exit-on-error", str(source))
        return row_counts(there)
    finally:
        _administer(url, f'DROP DATABASE IF EXISTS "{scratch}" WITH (FORCE)')


def put_back(url: str, source: Path) -> None:
    """Replace the database by a copy; all of it or nothing.

    Nobody else may be connected: for SQLite the file is exchanged, for Postgres all tables are made anew.

    Raises:
        RuntimeError: the copy is damaged or does not fit; the database is as it was.
    """
    if engine_of(url) == "sqlite":
        _check_sqlite(source)
        _exchange(Path(make_url(url).database or ""), source)
        return
    _run(
        "pg_restore", url, "--clean", "--if-exists", "--no-owner", "--no-privileges",
        "--single-transaction", "--exit-on-error", str(source),
    )  # fmt: skip


def row_counts(url: str) -> dict[str, int]:
    """How many rows each table has: what a restore is compared with."""
    engine = engines.create(url, statement_timeout=0)
    try:
        with engine.connect() as connection:
            return _counted(connection)
    finally:
        engine.dispose()


def revision(url: str) -> str:
    """The revision of the tables."""
    return migrate.revision_of(url)


def _counted(connection: Connection) -> dict[str, int]:
    names = [name for name in inspect(connection).get_table_names() if "_search" not in name]
    return {
        name: connection.execute(text(f'SELECT count(*) FROM "{name}"')).scalar_one()  # noqa: S608
        for name in sorted(names)
    }


def _administer(url: str, statement: str) -> None:
    engine = engines.create(url, statement_timeout=0)
    try:
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text(statement))
    finally:
        engine.dispose()


def _check_sqlite(path: Path) -> None:
    try:
        connection = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
        try:
            sound = connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
            orphans = connection.execute("PRAGMA foreign_key_check").fetchone()
        finally:
            connection.close()
    except sqlite3.DatabaseError as error:
        raise RuntimeError(f"The copy is damaged ({error}).") from error
    if not sound or orphans:
        raise RuntimeError("The copy is damaged: its check failed.")


def _exchange(database: Path, source: Path) -> None:
    incoming = database.with_suffix(".incoming")
    shutil.copyfile(source, incoming)
    with incoming.open("rb+") as file:
        os.fsync(file.fileno())
    # What the old file had not yet folded in must not be played onto the new one.
    for side in ("-wal", "-shm"):
        database.with_name(database.name + side).unlink(missing_ok=True)
    incoming.replace(database)


def _run(program: str, url: str, *arguments: str) -> None:
    environment, options = _address(url) if url else (None, [])
    try:
        done = subprocess.run(  # noqa: S603 - our own arguments, no shell
            [program, *options, *arguments],
            env=environment, capture_output=True, text=True, check=False,
        )  # fmt: skip
    except FileNotFoundError as error:
        raise RuntimeError(f"{program} is missing. Install the Postgres client programs.") from error
    if done.returncode:
        raise RuntimeError(
            f"{program} refused: {done.stderr.strip().splitlines()[-1] if done.stderr else '?'}"
        )


def _address(url: str) -> tuple[dict[str, str], list[str]]:
    parts: URL = make_url(url)
    host = parts.query.get("host") or parts.host or ""
    where = {
        "--dbname": parts.database or "", "--host": str(host), "--port": str(parts.port or ""),
        "--username": parts.username or "",
    }  # fmt: skip
    options = [f"{name}={value}" for name, value in where.items() if value]
    return {**os.environ, "PGPASSWORD": str(parts.password or "")}, options
