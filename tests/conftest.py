"""Databases for tests: the real SQLite and a real Postgres, migrated once a run, clean for every test."""

import os
import shutil
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from uuid import uuid4

import pytest

from crm_core import reactions
from crm_core.kernel.access import Actor
from crm_core.kernel.work import Clock
from db import engines, migrate, session
from tests import postgres
from tests.people import MONDAY, Cast, hire

ENGINES = ("sqlite", "postgres")

# Workers of tests make no backups beside what they are tested for; the tests of backups say when they do.
os.environ.setdefault("CRM_BACKUP_AT", "off")


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated, empty SQLite file to copy."""
    path = tmp_path_factory.mktemp("template") / "empty.db"
    migrate.upgrade(f"sqlite:///{path}")
    engine = engines.create(f"sqlite:///{path}")
    with engine.connect() as connection:
        connection.exec_driver_sql("ROLLBACK")
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    engine.dispose()
    return path


@pytest.fixture(scope="session")
def postgres_template() -> str:
    """The name of a migrated, empty Postgres database to copy."""
    name = f"template_{uuid4().hex[:12]}"
    migrate.upgrade(postgres.create_database(postgres.server(), name))
    return name


@pytest.fixture(scope="session")
def shared_engines(
    sqlite_template: Path, postgres_template: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[dict[str, object]]:
    """One engine of each kind for all tests of this worker that roll back what they did."""
    copy = tmp_path_factory.mktemp("shared") / "crm.db"
    shutil.copy(sqlite_template, copy)
    url = postgres.create_database(postgres.server(), f"shared_{uuid4().hex[:12]}", postgres_template)
    made = {"sqlite": engines.create(f"sqlite:///{copy}"), "postgres": engines.create(url)}
    yield dict(made)
    for engine in made.values():
        engine.dispose()


@pytest.fixture(params=ENGINES)
def engine_name(request: pytest.FixtureRequest) -> str:
    """Which engine a test runs on; every test of the database runs on both."""
    return str(request.param)


@pytest.fixture
def database(engine_name: str, request: pytest.FixtureRequest) -> Iterator[session.Database]:
    """An empty migrated database; all that a test does in this process is rolled back at its end."""
    engine = request.getfixturevalue("shared_engines")[engine_name]
    reactions.connect()
    with engine.connect() as connection:
        outer = connection.begin()
        yield session.use(connection)
        outer.rollback()
    session.disconnect()


@pytest.fixture
def own_database(
    engine_name: str, tmp_path: Path, request: pytest.FixtureRequest
) -> Iterator[session.Database]:
    """An empty migrated database that other processes and threads can open too (see ``.url``)."""
    if engine_name == "sqlite":
        path = tmp_path / "crm.db"
        shutil.copy(request.getfixturevalue("sqlite_template"), path)
        url = f"sqlite:///{path}"
    else:
        template = request.getfixturevalue("postgres_template")
        url = postgres.create_database(postgres.server(), f"own_{uuid4().hex[:12]}", template)
    reactions.connect()
    yield session.connect(url)
    session.disconnect()


@pytest.fixture
def cast(database: session.Database) -> Cast:
    """Everybody, hired into the database of the test. With ``own_database`` call ``people.hire()``."""
    assert database.url
    return hire()


@pytest.fixture
def olga(cast: Cast) -> Actor:
    """The admin."""
    return cast.olga


@pytest.fixture
def mia(cast: Cast) -> Actor:
    """Manages Ann and Bob."""
    return cast.mia


@pytest.fixture
def ann(cast: Cast) -> Actor:
    """Sells; sees her own records."""
    return cast.ann


@pytest.fixture
def bob(cast: Cast) -> Actor:
    """Sells; sees his own records."""
    return cast.bob


@pytest.fixture
def mark(cast: Cast) -> Actor:
    """Does marketing; sees all."""
    return cast.mark


@pytest.fixture
def sue(cast: Cast) -> Actor:
    """Supports customers; sees all."""
    return cast.sue


@pytest.fixture
def vera(cast: Cast) -> Actor:
    """Looks on."""
    return cast.vera


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> type[Clock]:
    """Time stands still on a Monday morning; set ``clock.now`` to move it."""
    monkeypatch.setattr(Clock, "now", staticmethod(lambda: MONDAY))
    return Clock


def at(moment: datetime) -> staticmethod:  # type: ignore[type-arg]
    """A clock that stands at this moment: ``monkeypatch.setattr(Clock, "now", at(…))``."""
    return staticmethod(lambda: moment)
