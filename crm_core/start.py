"""Wires settings, database and reactions together; every door calls it first."""

from crm_core import reactions
from crm_core.kernel.access import SYSTEM, Permission
from crm_core.kernel.errors import CrmError, Invalid, Unavailable
from crm_core.kernel.work import Work, use_case
from crm_core.settings import Settings
from crm_core.team import heartbeat
from db import migrate, session
from db.queries import health as sql


class _Started:
    settings: Settings | None = None


def start(settings: Settings | None = None, *, statement_timeout: int = 15_000) -> Settings:
    """Connect this process to its database, which must have the version that this program needs.

    Raises:
        Unavailable: the database is older or newer than the program.
    """
    chosen = settings or Settings.from_environment()
    check_version(chosen)
    session.connect(chosen.database_url, statement_timeout=statement_timeout)
    reactions.connect()
    _Started.settings = chosen
    return chosen


def upgrade(settings: Settings | None = None) -> str:
    """Bring the database up to this program; returns its revision."""
    chosen = settings or Settings.from_environment()
    chosen.data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    found = migrate.revision_of(chosen.database_url)
    if found and not migrate.is_known(found):
        raise Unavailable(_newer(found), retry=False)
    if found != migrate.head():
        migrate.upgrade(chosen.database_url)
    return migrate.head()


def downgrade(revision: str, settings: Settings | None = None) -> None:
    """Take the tables back to a revision; what only newer tables hold is lost.

    Raises:
        Invalid: there is no such revision.
    """
    chosen = settings or Settings.from_environment()
    if revision != "base" and not migrate.is_known(revision):
        raise Invalid(f"There is no revision “{revision}”. `base` removes all tables.")
    migrate.downgrade(chosen.database_url, revision)


def check_version(settings: Settings) -> None:
    """Refuse a database that this program does not fit.

    Raises:
        Unavailable: with the way out.
    """
    found = migrate.revision_of(settings.database_url)
    if found == migrate.head():
        return
    if found and not migrate.is_known(found):
        raise Unavailable(_newer(found), retry=False)
    raise Unavailable(
        "The database has no tables of this version yet. Run: python -m crm_core db upgrade", retry=False
    )


def settings() -> Settings:
    """The settings of this process, after ``start``."""
    return _Started.settings or Settings.from_environment()


def health() -> dict[str, str]:
    """How this process is, part by part: ``ok``, or a word for what is wrong.

    ``database`` answers or is out of reach; ``tables`` have the version of this program; ``worker`` says
    whether one was alive within the last minute, on any machine.
    """
    try:
        found = _revision(SYSTEM)
        worker = "ok" if heartbeat.is_alive() else "silent" if heartbeat.last_beat() else "never seen"
    except CrmError:
        return {"database": "out of reach", "tables": "unknown", "worker": "unknown"}
    return {
        "database": "ok",
        "tables": "ok" if found == migrate.head() else "another version",
        "worker": worker,
    }


def has_trigrams() -> bool:
    """Is there an index for searching inside words? On Postgres that depends on an extension."""
    return session.current().is_sqlite or _has_extension(SYSTEM)


@use_case(Permission.SYSTEM_OPERATE, read=True)
def _has_extension(work: Work) -> bool:
    """Is pg_trgm there?"""
    return bool(work.scalar(sql.trigram_extension()))


@use_case(Permission.SYSTEM_OPERATE, read=True)
def _revision(work: Work) -> str:
    """The revision of the tables."""
    return str(work.scalar(sql.revision()) or "")


def _newer(found: str) -> str:
    return (
        f"The database was made by a newer Rapport (revision {found}). "
        "Start that version, or restore a backup."
    )
