"""Bringing the tables to the version that this program needs, and telling which one they have."""

from collections.abc import Callable
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, inspect

from db import engines

SCRIPTS = Path(__file__).parent / "migrations"


def upgrade(url: str, revision: str = "head") -> None:
    """Migrate the database at ``url`` up to a revision; a failed step changes nothing."""
    _run(url, lambda config: command.upgrade(config, revision))


def downgrade(url: str, revision: str) -> None:
    """Take the database at ``url`` back to a revision (``base`` removes all tables)."""
    _run(url, lambda config: command.downgrade(config, revision))


def head() -> str:
    """The revision that this program needs."""
    return ScriptDirectory(str(SCRIPTS)).get_current_head() or ""


def revision_of(url: str) -> str:
    """The revision that the database at ``url`` has; empty when it has no tables yet."""
    engine = engines.create(url)
    try:
        return _revision(engine)
    finally:
        engine.dispose()


def is_known(revision: str) -> bool:
    """Does this program know the revision (else the database is newer than the program)?"""
    return any(script.revision == revision for script in ScriptDirectory(str(SCRIPTS)).walk_revisions())


def _revision(engine: Engine) -> str:
    with engine.connect() as connection:
        if not inspect(connection).has_table("alembic_version"):
            return ""
        return MigrationContext.configure(connection).get_current_revision() or ""


def _run(url: str, act: Callable[[Config], None]) -> None:
    config = Config()
    config.set_main_option("script_location", str(SCRIPTS))
    engine = engines.create(url, statement_timeout=0)
    try:
        with engine.connect() as connection:
            config.attributes["connection"] = connection
            act(config)
    finally:
        engine.dispose()
