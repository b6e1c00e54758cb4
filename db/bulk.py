"""Many finished rows at once, by the quickest way that each engine has (no ORM, no RETURNING)."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from sqlalchemy import Connection, Table, text
from sqlalchemy.orm import Session

from db.base import Base

Cells = Sequence[Any]


def insert(session: Session, model: type[Base], columns: Sequence[str], rows: Iterable[Cells]) -> int:
    """Insert rows of cells in the order of ``columns``; returns how many.

    Python-side defaults are not applied: name every column that needs a value.
    """
    table: Table = model.__table__  # type: ignore[assignment]
    connection = session.connection()
    ready = _bound(connection, table, columns, rows)
    if connection.dialect.name == "postgresql":
        return _copy(connection, table, columns, ready)
    names = ", ".join(f'"{name}"' for name in columns)
    marks = ", ".join("?" * len(columns))
    cursor: Any = connection.connection.cursor()
    cursor.executemany(f'INSERT INTO "{table.name}" ({names}) VALUES ({marks})', ready)  # noqa: S608 - our own names
    return int(cursor.rowcount)


def expect_many(session: Session) -> None:
    """Tell Postgres, for this transaction, that many rows are looked up and stored.

    The planner would otherwise read whole tables that were small a moment ago, and the search index takes
    many texts at once far quicker than a few at a time.
    """
    connection = session.connection()
    if connection.dialect.name == "postgresql":
        connection.execute(text("SET LOCAL enable_seqscan = off"))
        # Avoided plans count as dear, and dear ones would be compiled: seconds for a statement of a moment.
        connection.execute(text("SET LOCAL jit = off"))
        connection.execute(text("SET LOCAL gin_pending_list_limit = '64MB'"))


def take_time(session: Session) -> None:
    """Tell Postgres, for this transaction, that statements may take minutes, and sort in memory."""
    connection = session.connection()
    if connection.dialect.name == "postgresql":
        connection.execute(text("SET LOCAL statement_timeout = '10min'"))
        connection.execute(text("SET LOCAL work_mem = '128MB'"))


def settle(session: Session, model: type[Base]) -> None:
    """After many rows: bring statistics and search index up to date; plans that are too old are made anew."""
    connection = session.connection()
    name = model.__tablename__
    if connection.dialect.name != "postgresql":
        return
    connection.execute(text("SET LOCAL maintenance_work_mem = '128MB'"))
    connection.execute(
        text("SELECT gin_clean_pending_list(found) FROM to_regclass(:name) AS found WHERE found IS NOT NULL"),
        {"name": f"ix_{name}_search"},
    )
    connection.execute(text(f'ANALYZE "{name}"'))


def reserve(session: Session, model: type[Base], count: int) -> Sequence[int]:
    """Ids, in rising order, that nobody else will get."""
    name = model.__tablename__
    connection = session.connection()
    if connection.dialect.name == "postgresql":
        sequence = "select nextval(pg_get_serial_sequence(:name, 'id')) from generate_series(1, :count)"
        return list(connection.execute(text(sequence), {"name": name, "count": count}).scalars())
    last = connection.execute(
        text("select seq from sqlite_sequence where name = :name"), {"name": name}
    ).scalar()
    statement = (
        "insert into sqlite_sequence (name, seq) values (:name, :seq)"
        if last is None
        else "update sqlite_sequence set seq = :seq where name = :name"
    )
    connection.execute(text(statement), {"name": name, "seq": (last or 0) + count})
    return range((last or 0) + 1, (last or 0) + count + 1)


def _bound(
    connection: Connection, table: Table, columns: Sequence[str], rows: Iterable[Cells]
) -> Iterator[Cells]:
    """Rows with each value as the driver takes it."""
    processors: list[tuple[int, Callable[[Any], Any]]] = []
    for position, name in enumerate(columns):
        kind = table.c[name].type.dialect_impl(connection.dialect)
        processor = kind.bind_processor(connection.dialect)
        if processor is not None:
            processors.append((position, processor))
    if not processors:
        yield from rows
        return
    # Most cells of a column that needs work are one and the same object: now, or an empty one.
    last: list[tuple[Any, Any]] = [(object(), None)] * len(columns)
    for row in rows:
        cells = list(row)
        for position, process in processors:
            value = cells[position]
            if value is not last[position][0]:
                last[position] = (value, process(value))
            cells[position] = last[position][1]
        yield cells


def _copy(connection: Connection, table: Table, columns: Sequence[str], rows: Iterable[Cells]) -> int:
    names = ", ".join(f'"{name}"' for name in columns)
    count = 0
    opened: Any = connection.connection.cursor()
    with (
        opened as cursor,
        cursor.copy(f'COPY "{table.name}" ({names}) FROM STDIN') as copy,
    ):
        for row in rows:
            copy.write_row(row)
            count += 1
    return count


def update(session: Session, model: type[Base], columns: Sequence[str], rows: Iterable[Cells]) -> int:
    """Change rows of cells in the order of ``columns``, of which the first is the key; returns how many.

    The version of rows that people edit goes up, so that a stale save is noticed; where the cells name a
    version, it becomes that one.
    """
    table: Table = model.__table__  # type: ignore[assignment]
    connection = session.connection()
    mark = "?" if connection.dialect.name == "sqlite" else "%s"
    changes = [f'"{name}" = {mark}' for name in columns[1:]]
    if "version" in table.c and "version" not in columns:
        changes.append('"version" = "version" + 1')
    ready = [(*cells[1:], cells[0]) for cells in _bound(connection, table, columns, rows)]
    statement = f'UPDATE "{table.name}" SET {", ".join(changes)} WHERE "{columns[0]}" = {mark}'  # noqa: S608 - our own names
    cursor = connection.connection.cursor()
    cursor.executemany(statement, ready)
    return int(cursor.rowcount)
