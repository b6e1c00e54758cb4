"""Engines with the settings that each database needs to be safe and quick."""

from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import make_url

from db.draws import draw

SQLITE_PRAGMAS = (
    "journal_mode=WAL",
    "synchronous=FULL",
    "foreign_keys=ON",
    "busy_timeout=10000",
    "temp_store=MEMORY",
    "cache_size=-65536",
    "mmap_size=0",
    "journal_size_limit=67108864",
    "wal_autocheckpoint=1000",
    "secure_delete=ON",
)
POSTGRES_OPTIONS = (
    "-c timezone=UTC -c statement_timeout={statement} -c lock_timeout=10000"
    " -c idle_in_transaction_session_timeout=60000"
    # Databases live on drives without arms; to compile a statement takes longer than to answer ours.
    " -c random_page_cost=1.1 -c jit=off -c work_mem=16MB"
)


def create(url: str, *, statement_timeout: int = 15_000) -> Engine:
    """An engine for SQLite or Postgres.

    Args:
        url: as SQLAlchemy writes it, e.g. ``sqlite:///data/crm.db`` or ``postgresql+psycopg://…``.
        statement_timeout: milliseconds that one statement may take (Postgres only).
    """
    if make_url(url).get_backend_name() == "sqlite":
        return _sqlite(url)
    return _postgres(url, statement_timeout)


def _sqlite(url: str) -> Engine:
    database = make_url(url).database
    if database and database != ":memory:":
        Path(database).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(
        url,
        connect_args={"timeout": 10, "check_same_thread": False},
        pool_size=5,
        max_overflow=15,
        pool_timeout=5,
    )
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    # The driver would start transactions of its own, and only before some statements.
    connection.isolation_level = None
    connection.create_function("rapport_draw", 1, draw, deterministic=True)
    for pragma in SQLITE_PRAGMAS:
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    # A reader that turns writer fails at once when somebody else wrote: writers say so at the start.
    writes = connection.get_execution_options().get("write")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _postgres(url: str, statement_timeout: int) -> Engine:
    return create_engine(
        url,
        pool_size=5,
        max_overflow=10,
        pool_timeout=5,
        pool_pre_ping=True,
        pool_recycle=1800,
        pool_use_lifo=True,
        connect_args={
            "connect_timeout": 5,
            "application_name": "rapport",
            "keepalives": 1,
            "keepalives_idle": 30,
            "options": POSTGRES_OPTIONS.format(statement=statement_timeout),
        },
    )
