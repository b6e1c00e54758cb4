"""Migrations: up from nothing, down to nothing, no drift between tables and models, no lost children."""

from collections.abc import Callable
from pathlib import Path
from uuid import uuid4

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import inspect

from crm_core import start
from crm_core.kernel.errors import Unavailable
from crm_core.settings import Settings
from db import engines, migrate, session
from db.base import Base
from tests import postgres

SEARCHED = ("contacts", "accounts", "deals", "products")
SEARCH = tuple(f"{mark}{name}_search" for name in SEARCHED for mark in ("", "ix_"))


@pytest.fixture
def empty_url(engine_name: str, tmp_path: Path) -> str:
    """A database without any table."""
    if engine_name == "sqlite":
        return f"sqlite:///{tmp_path / 'crm.db'}"
    return postgres.create_database(postgres.server(), f"empty_{uuid4().hex[:12]}")


def _tables(url: str) -> set[str]:
    engine = engines.create(url)
    with engine.connect() as connection:
        names = set(inspect(connection).get_table_names())
    engine.dispose()
    return {name for name in names if not name.startswith(SEARCH)} - {"alembic_version"}


def test_there_is_exactly_one_newest_revision() -> None:
    assert len(ScriptDirectory(str(migrate.SCRIPTS)).get_heads()) == 1


def test_up_down_and_up_again(empty_url: str) -> None:
    migrate.upgrade(empty_url)
    assert _tables(empty_url) == set(Base.metadata.tables)
    assert migrate.revision_of(empty_url) == migrate.head()

    migrate.downgrade(empty_url, "base")
    assert _tables(empty_url) == set()
    assert migrate.revision_of(empty_url) == ""

    migrate.upgrade(empty_url)
    assert _tables(empty_url) == set(Base.metadata.tables)


def test_tables_and_models_do_not_drift(own_database: session.Database) -> None:
    def ours(_thing: object, name: str | None, _kind: str, _reflected: bool, _other: object) -> bool:
        return not (name or "").startswith(SEARCH)

    engine = engines.create(own_database.url)
    with engine.connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"include_object": ours, "compare_type": True, "compare_server_default": False}
        )
        differences = compare_metadata(context, Base.metadata)
    engine.dispose()

    assert differences == []


def test_a_database_of_a_newer_program_is_refused_with_the_way_out(
    own_database: session.Database, tmp_path: Path
) -> None:
    _stamp(own_database.url, "fffffffffff0")
    settings = Settings(own_database.url, tmp_path)

    for act in (start.check_version, start.upgrade):
        with pytest.raises(Unavailable, match="newer Rapport"):
            act(settings)


def test_an_empty_database_is_refused_until_it_is_upgraded(empty_url: str, tmp_path: Path) -> None:
    settings = Settings(empty_url, tmp_path)
    with pytest.raises(Unavailable, match="db upgrade"):
        start.check_version(settings)

    start.upgrade(settings)
    start.check_version(settings)


def test_every_foreign_key_is_indexed(own_database: session.Database) -> None:
    engine = engines.create(own_database.url)
    with engine.connect() as connection:
        looked = inspect(connection)
        missing = [
            f"{table}.{key['constrained_columns'][0]}"
            for table in Base.metadata.tables
            for key in looked.get_foreign_keys(table)
            if not _leads(looked.get_indexes, table, key["constrained_columns"][0])
        ]
    engine.dispose()

    assert missing == []


def _leads(indexes_of: Callable[[str], list], table: str, column: str) -> bool:  # type: ignore[type-arg]
    return any(index["column_names"][0] == column for index in indexes_of(table))


def _stamp(url: str, revision: str) -> None:
    engine = engines.create(url)
    with engine.begin() as connection:
        connection.exec_driver_sql(f"UPDATE alembic_version SET version_num = '{revision}'")  # noqa: S608
    engine.dispose()
