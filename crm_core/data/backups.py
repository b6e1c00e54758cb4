"""Backups: one file with everything in the database, proved by a check sum before it is put back."""

import hashlib
import json
import struct
import tempfile
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

from crm_core.kernel.access import Actor, Permission
from crm_core.kernel.errors import Conflict, CrmError, Invalid, Unavailable
from crm_core.kernel.work import Clock
from crm_core.settings import Settings
from db import backup as engine
from db import migrate, session

T = TypeVar("T")

MANIFEST = "manifest.json"
FORMAT = 1
BLOCK = 1 << 20
UNREADABLE = (
    zipfile.BadZipFile, zlib.error, struct.error, KeyError, TypeError, ValueError, OSError, EOFError,
    RuntimeError, NotImplementedError,
)  # fmt: skip
"""What reading an archive raises where bytes of it are wrong."""


@dataclass(frozen=True)
class BackupFacts:
    """What a backup holds: when it was made, from which engine and revision, how many rows of each table."""

    made_at: datetime
    engine: str
    revision: str
    digest: str
    rows: dict[str, int]


def save(who: Actor, settings: Settings, target: Path) -> BackupFacts:
    """Write a backup of the whole database, while people work on.

    It is written beside the target and renamed at the end, so there is never half a backup.

    Raises:
        NotAllowed: only the operator of the machine makes backups.
        Conflict: there is a file of this name already.
        Unavailable: the engine could not make a sound copy.
    """
    who.require(Permission.SYSTEM_OPERATE)
    if target.exists():
        raise Conflict(f"There is a file {target.name} already. Choose another name.")
    target.parent.mkdir(parents=True, exist_ok=True)
    kind = engine.engine_of(settings.database_url)
    with tempfile.TemporaryDirectory(dir=target.parent) as folder:
        copy = Path(folder) / engine.MEMBER[kind]
        rows = _told(lambda: engine.copy(settings.database_url, copy))
        facts = BackupFacts(Clock.now(), kind, engine.revision(settings.database_url), _digest(copy), rows)
        packed = Path(folder) / "backup.zip"
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
            archive.writestr(MANIFEST, json.dumps({"format": FORMAT, **_plain(facts)}, indent=2))
            archive.write(copy, engine.MEMBER[kind])
        packed.chmod(0o600)
        packed.replace(target)
    return facts


def check(source: Path) -> BackupFacts:
    """Read what a backup holds and prove that not a byte of it changed.

    Raises:
        Invalid: it is no backup, or it is damaged.
    """
    with tempfile.TemporaryDirectory() as folder:
        return _unpacked(source, Path(folder))[0]


def prove(who: Actor, settings: Settings, source: Path) -> bool:
    """The restore drill: read a backup back into a scratch database and compare the rows of every table.

    Returns whether it was really put back: a Postgres that allows no scratch database only lets it be read.

    Raises:
        NotAllowed: only the operator of the machine does it.
        Invalid: the backup is damaged, or does not give back what was saved.
        Unavailable: the engine refused.
    """
    who.require(Permission.SYSTEM_OPERATE)
    with tempfile.TemporaryDirectory(dir=source.parent, prefix=".drill-") as folder:
        facts, copy = _unpacked(source, Path(folder))
        found = _told(lambda: engine.read_back(settings.database_url, copy))
    if found is not None and found != facts.rows:
        wrong = ", ".join(name for name in facts.rows if found.get(name) != facts.rows[name])
        raise Invalid(f"{source.name} does not give back the rows that were saved ({wrong}).")
    return found is not None


def restore(who: Actor, settings: Settings, source: Path) -> BackupFacts:
    """Replace the database by a backup. A damaged backup, or one of a newer program, changes nothing.

    The app and its workers must be stopped meanwhile. An older backup is brought up to this program's tables.

    Raises:
        NotAllowed: only the operator of the machine restores.
        Invalid: the backup is damaged, or was made on the other engine.
        Unavailable: the engine refused; the database is as it was.
    """
    who.require(Permission.SYSTEM_OPERATE)
    kind = engine.engine_of(settings.database_url)
    with tempfile.TemporaryDirectory() as folder:
        facts, copy = _unpacked(source, Path(folder))
        if facts.engine != kind:
            raise Invalid(
                f"This backup was made on {facts.engine}, the database is {kind}. "
                "Restore it there, and move the data with “export all”."
            )
        if not migrate.is_known(facts.revision):
            raise Invalid("This backup was made by a newer Rapport. Restore it with that version.")
        session.disconnect()
        _told(lambda: engine.put_back(settings.database_url, copy))
    found = engine.row_counts(settings.database_url)
    if found != facts.rows:
        raise Unavailable(
            "The restored tables do not have the rows of the backup. Restore it again.", retry=True
        )
    migrate.upgrade(settings.database_url)
    return facts


def _unpacked(source: Path, folder: Path) -> tuple[BackupFacts, Path]:
    try:
        with zipfile.ZipFile(source) as archive:
            told: dict[str, Any] = json.loads(archive.read(MANIFEST))
            facts = BackupFacts(
                datetime.fromisoformat(told["made_at"]), told["engine"], told["revision"], told["digest"],
                told["rows"],
            )  # fmt: skip
            copy = Path(archive.extract(engine.MEMBER[facts.engine], folder))
    except FileNotFoundError as error:
        raise Invalid(f"There is no file {source.name}.") from error
    except UNREADABLE as error:
        raise Invalid(f"{source.name} is not a backup, or it is damaged. Nothing was changed.") from error
    if _digest(copy) != facts.digest:
        raise Invalid(f"{source.name} is damaged: its check sum is wrong. Nothing was changed.")
    return facts, copy


def _told(act: Callable[[], T]) -> T:
    """Do something with the engine; what it complains about becomes a sentence."""
    try:
        return act()
    except CrmError:
        raise
    except (RuntimeError, OSError) as error:
        raise Unavailable(str(error), retry=False) from error


def _digest(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(BLOCK):
            digest.update(block)
    return digest.hexdigest()


def _plain(facts: BackupFacts) -> dict[str, Any]:
    return {**facts.__dict__, "made_at": facts.made_at.isoformat()}
