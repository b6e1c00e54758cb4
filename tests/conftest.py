"""Databases for tests: the real SQLite and a real Postgres, migrated once a run, clean for every test."""

import os
import shutil
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from uuid import uuid4
from zlib import crc32

import psycopg
import pytest
from sqlalchemy import Engine, event

from crm_core import reactions
from crm_core.kernel.access import Actor
from crm_core.kernel.work import Clock
from db import engines, migrate, session
from tests import postgres
from tests.chance import pytest_collection_modifyitems, pytest_configure
from tests.people import MONDAY, Cast, hire

__all__ = ["pytest_collection_modifyitems", "pytest_configure"]

ENGINES = ("sqlite", "postgres")
SHARED = "shared_"

# Workers of tests make no backups beside what they are tested for; the tests of backups say when they do.
os.environ.setdefault("CRM_BACKUP_AT", "off")


@pytest.fixture(scope="session")
def sqlite_template() -> Path:
    """A migrated, empty SQLite file to copy, made by the first worker of the run."""
    return postgres.made_once("empty.db", _make_empty)


def _make_empty(path: Path) -> None:
    migrate.upgrade(f"sqlite:///{path}")
    engine = engines.create(f"sqlite:///{path}")
    with engine.connect() as connection:
        connection.exec_driver_sql("ROLLBACK")
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    engine.dispose()


@pytest.fixture(scope="session")
def postgres_template() -> str:
    """The name of a migrated, empty Postgres database to copy, made by the first worker of the run."""
    return postgres.template(postgres.server(), "template_empty", migrate.upgrade)


@pytest.fixture(scope="session")
def shared_engines(
    sqlite_template: Path, postgres_template: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[dict[str, object]]:
    """One engine of each kind for all tests of this worker that roll back what they did."""
    copy = tmp_path_factory.mktemp("shared") / "crm.db"
    shutil.copy(sqlite_template, copy)
    url = postgres.create_database(postgres.server(), f"{SHARED}{uuid4().hex[:12]}", postgres_template)
    made = {"sqlite": engines.create(f"sqlite:///{copy}"), "postgres": engines.create(url)}
    yield dict(made)
    for engine in made.values():
        engine.dispose()


DOORS = ("api", "cli", "pages")
"""Tests of doors run on one engine each, in turns: what they call is tested on both where it stands.

So do those marked ``one_engine``, whose statements are the same on both, or tested on both elsewhere.
"""

EVERYWHERE = "CRM_TEST_BOTH_ENGINES"
"""Set it to run the tests of doors on both engines too."""


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run every test of the database on both engines, and those of doors on one of them by its name."""
    marks = metafunc.definition.iter_markers("parametrize")
    if "engine_name" not in metafunc.fixturenames or any("engine_name" in mark.args[0] for mark in marks):
        return
    area = metafunc.definition.path.parent.name
    turn = (ENGINES[crc32(metafunc.function.__name__.encode()) % len(ENGINES)],)
    is_marked = metafunc.definition.get_closest_marker("one_engine") is not None
    only_one = (area in DOORS or is_marked) and EVERYWHERE not in os.environ
    metafunc.parametrize("engine_name", turn if only_one else ENGINES)


@pytest.fixture
def engine_name() -> str:
    """Which engine a test runs on."""
    raise LookupError("tests get the names of engines one by one")


@pytest.fixture(scope="session")
def spare_postgres() -> postgres.Spare:
    """A Postgres database that each test of this worker finds empty."""
    return postgres.Spare()


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


@pytest.fixture(scope="session")
def spare_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file that each test of this worker finds empty."""
    return tmp_path_factory.mktemp("own") / "crm.db"


@pytest.fixture
def own_database(
    engine_name: str, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> Iterator[session.Database]:
    """An empty migrated database that other processes and threads can open too (see ``.url``)."""
    for engine in _kept.values():
        engine.dispose()  # a thread of the test before may have connected once more while that ended
    if engine_name == "sqlite":
        path = request.getfixturevalue("spare_sqlite")
        for left in path.parent.glob("crm.db*"):
            left.unlink()
        shutil.copy(request.getfixturevalue("sqlite_template"), path)
        url = f"sqlite:///{path}"
    else:
        template = request.getfixturevalue("postgres_template")
        url = request.getfixturevalue("spare_postgres").emptied(template)
    monkeypatch.setattr(engines, "create", _create_once(url))
    reactions.connect()
    yield session.connect(url)
    session.disconnect()
    _close_what_threads_hold()


_kept: dict[tuple[str, int], Engine] = {}


def _create_once(spare: str) -> Callable[..., Engine]:
    """Hands out the engine of an emptied database again: it knows the statements of the tests before."""

    def create(url: str, *, statement_timeout: int = 15_000) -> Engine:
        if url != spare:
            return _CREATE(url, statement_timeout=statement_timeout)
        key = (url, statement_timeout)
        if key not in _kept:
            _kept[key] = _CREATE(url, statement_timeout=statement_timeout)
        return _kept[key]

    return create


_CREATE = engines.create
_opened: list[psycopg.Connection] = []


@event.listens_for(Engine, "connect")
def _remember(connection: object, _record: object) -> None:
    if isinstance(connection, psycopg.Connection):
        _opened.append(connection)


def _close_what_threads_hold() -> None:
    """A thread of a server may still hold a connection: the collector would complain in another test."""
    for connection in _opened:
        if not connection.closed and not connection.info.dbname.startswith(SHARED):
            connection.close()
    _opened[:] = [each for each in _opened if not each.closed]


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
