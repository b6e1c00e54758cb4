"""What a running system says about itself."""

from typing import Any

from sqlalchemy import Select, column, func, select, table


def revision() -> Select[Any]:
    """The revision of the tables."""
    return select(column("version_num")).select_from(table("alembic_version"))


def trigram_extension() -> Select[Any]:
    """Postgres only: is the extension there that makes searching inside words quick?"""
    return select(func.count()).select_from(table("pg_extension")).where(column("extname") == "pg_trgm")
