"""What reading and filling whole tables needs beside plain statements: one moment, patience, ids, circles."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Update, bindparam, func, select, text, update
from sqlalchemy.orm import Session

from db.tables import TableShape

EVERY = {"with_deleted": True}


def one_moment(session: Session) -> None:
    """Let the whole transaction see the base as it is now, however long it reads; call it first."""
    connection = session.connection()
    if connection.dialect.name == "postgresql":
        connection.execute(text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ"))
    no_haste(session)


def no_haste(session: Session) -> None:
    """Let the statements of this transaction take as long as many rows need."""
    connection = session.connection()
    if connection.dialect.name == "postgresql":
        connection.execute(text("SET LOCAL statement_timeout = 0"))
        connection.execute(text("SET LOCAL idle_in_transaction_session_timeout = 0"))


def last_id(session: Session, table: TableShape) -> int:
    """The highest id that was ever given in a table: it is not given again."""
    connection = session.connection()
    if connection.dialect.name == "postgresql":
        statement = "SELECT pg_sequence_last_value(pg_get_serial_sequence(:name, 'id')::regclass)"
    else:
        statement = "SELECT seq FROM sqlite_sequence WHERE name = :name"
    given = connection.execute(text(statement), {"name": table.name}).scalar() or 0
    highest = session.scalar(select(func.max(table.model.id)).execution_options(**EVERY)) or 0
    return max(int(given), int(highest))


def go_on_after(session: Session, table: TableShape, last: int) -> None:
    """Give ids above ``last`` from now on."""
    connection = session.connection()
    if last < 1:
        return
    if connection.dialect.name == "postgresql":
        statement = "SELECT setval(pg_get_serial_sequence(:name, 'id'), :last)"
        connection.execute(text(statement), {"name": table.name, "last": last})
        return
    known = {"name": table.name, "last": last}
    connection.execute(text("DELETE FROM sqlite_sequence WHERE name = :name"), known)
    connection.execute(text("INSERT INTO sqlite_sequence (name, seq) VALUES (:name, :last)"), known)


def refer(session: Session, table: TableShape, name: str, pairs: Iterable[tuple[int, int]]) -> None:
    """Set a column that refers to rows which were stored later: pairs of id and value."""
    core: Any = table.model.__table__
    statement: Update = (
        update(core).where(core.c.id == bindparam("row_id")).values({name: bindparam("refers_to")})
    )
    known = [{"row_id": row_id, "refers_to": value} for row_id, value in pairs]
    if known:
        session.connection().execute(statement, known)
