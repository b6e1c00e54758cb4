"""How Alembic reaches the database: the url comes from the caller or from ``CRM_DATABASE_URL``."""

import os
from typing import Any, Literal

from alembic import context
from sqlalchemy import JSON, TypeDecorator, create_engine

import db.models  # noqa: F401 - fills the metadata
from db.base import Base

SEARCHED = ("contacts", "accounts", "deals", "products")
SEARCH_OBJECTS = tuple(f"{mark}{name}_search" for name in SEARCHED for mark in ("", "ix_"))


def without_our_types(kind: str, thing: Any, autogenerate: Any) -> str | Literal[False]:
    """A migration must still run when our own types are long gone."""
    if kind == "type" and isinstance(thing, JSON):
        autogenerate.imports.add("from sqlalchemy.dialects import postgresql")
        return "sa.JSON().with_variant(postgresql.JSONB(), 'postgresql')"
    if kind == "type" and isinstance(thing, TypeDecorator):
        return f"sa.{thing.impl_instance!r}"
    return False


def is_ours(_thing: Any, name: str | None, _kind: str, _reflected: bool, _other: Any) -> bool:
    """Search indexes are written by hand, each engine's own way, so they are not compared."""
    return not (name or "").startswith(SEARCH_OBJECTS)


def migrate(connection: Any) -> None:
    """Run the migrations on an open connection, in one transaction."""
    is_sqlite = connection.dialect.name == "sqlite"
    raw = connection.connection.driver_connection
    if is_sqlite:
        # Batch mode rebuilds tables by drop and rename: with foreign keys on, that deletes all children.
        raw.execute("PRAGMA foreign_keys=OFF")
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        render_as_batch=True,
        compare_type=True,
        render_item=without_our_types,
        include_object=is_ours,
        transactional_ddl=True,
    )
    with context.begin_transaction():
        context.run_migrations()
        if is_sqlite and connection.exec_driver_sql("PRAGMA foreign_key_check").first():
            raise RuntimeError("A migration would leave rows that refer to nothing; nothing was changed.")
    if is_sqlite:
        raw.execute("PRAGMA foreign_keys=ON")


def main() -> None:
    """Use the caller's connection, else open one."""
    given = context.config.attributes.get("connection")
    if given is not None:
        migrate(given)
        return
    engine = create_engine(context.config.attributes.get("url") or os.environ["CRM_DATABASE_URL"])
    with engine.connect() as connection:
        migrate(connection)
    engine.dispose()


main()
