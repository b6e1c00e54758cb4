"""The only place that opens transactions."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass

from sqlalchemy import Connection, Engine, event
from sqlalchemy.orm import Session, sessionmaker

from db import engines
from db.scope import Scope, keep_inside

_sessions = sessionmaker(expire_on_commit=False)
event.listen(_sessions, "do_orm_execute", keep_inside)

# SQLite lets writers wait in no order; queueing inside the process keeps the longest wait short.
_one_writer = threading.RLock()


@dataclass(frozen=True)
class Database:
    """Where reading and writing sessions get their connections."""

    url: str
    reader: Engine | Connection
    writer: Engine | Connection
    dialect: str

    @property
    def is_sqlite(self) -> bool:
        """Is this SQLite (else it is Postgres)?"""
        return self.dialect == "sqlite"


class _Connected:
    database: Database | None = None


def connect(url: str, *, statement_timeout: int = 15_000) -> Database:
    """Use this database from now on in the whole process."""
    disconnect()
    engine = engines.create(url, statement_timeout=statement_timeout)
    database = Database(url, engine, engine.execution_options(write=True), engine.dialect.name)
    _Connected.database = database
    return database


def use(connection: Connection) -> Database:
    """Use one open connection for everything; what is done inside its transaction can be rolled back."""
    database = Database(str(connection.engine.url), connection, connection, connection.dialect.name)
    _Connected.database = database
    return database


def disconnect() -> None:
    """Close all connections of this process."""
    database, _Connected.database = _Connected.database, None
    if database is not None and isinstance(database.reader, Engine):
        database.reader.dispose()


def current() -> Database:
    """The database in use.

    Raises:
        RuntimeError: nobody connected yet; a mistake of the program.
    """
    if _Connected.database is None:
        raise RuntimeError("No database is connected: call crm_core.start first.")
    return _Connected.database


@contextmanager
def transaction(scope: Scope, *, write: bool) -> Iterator[Session]:
    """A session that sees what the scope allows; committed at the end, or nothing happened."""
    database = current()
    lock = _one_writer if write and database.is_sqlite else nullcontext()
    with (
        lock,
        _sessions(
            bind=database.writer if write else database.reader,
            info={"scope": scope, "writes": write},
            join_transaction_mode="create_savepoint",
        ) as session,
        session.begin(),
    ):
        yield session
