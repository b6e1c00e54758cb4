"""Makes copies of everything in the background: what people asked for, and the backup of every night.

One worker makes a copy, in a folder of its own; the file gets its name when it is whole and, for a backup,
when it was read back. A worker that dies leaves a row that the next one finds.
"""

import logging
import secrets
import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from hashlib import file_digest
from pathlib import Path
from typing import Any, Final

from crm_core.data import archives, backups, claims, copy_rules, exports
from crm_core.data.copies import CopyDetail
from crm_core.kernel.access import OPERATOR, SYSTEM, Actor, Permission
from crm_core.kernel.errors import Conflict, CrmError, NotAllowed
from crm_core.kernel.values import dates
from crm_core.kernel.work import Clock, Work, begin, use_case
from crm_core.settings import Settings
from crm_core.team.actors import actor_of
from crm_core.team.company import company, is_set_up
from db.models import Copy, Export, User
from db.queries import copies as sql

BEAT: Final = 5.0
"""Seconds between two signs of life while a copy is made."""

AGAIN_AFTER: Final = timedelta(hours=1)
ATTEMPTS: Final = 3
"""How often the backup of a night is tried, and how long after a failure."""

_TELL_EVERY: Final = 20_000
_log = logging.getLogger(__name__)


def advance_next(worker: str, settings: Settings | None = None) -> bool:
    """Make the oldest copy that waits, or whose worker died; False when there is none."""
    chosen = settings or Settings.from_environment()
    _plan_night(chosen)
    copy_id = _claim_next(worker)
    if copy_id is None:
        return False
    try:
        with _beating(copy_id, worker):
            row = _begun(SYSTEM, copy_id)
            (_export if row.act == "export" else _back_up)(row, worker, chosen)
    except claims.Lost:
        _log.info("copy %s is worked on by somebody else", copy_id)
    except CrmError as error:
        _fail(copy_id, worker, error.message)
    except Exception:
        reference = secrets.token_hex(4)
        _log.exception("copy %s failed, reference %s", copy_id, reference)
        _fail(copy_id, worker, f"Something went wrong on our side. Quote {reference} when you report it.")
    return True


def sweep(settings: Settings) -> int:
    """Remove the backups that are not to be kept; returns how many."""
    zone = dates.zone_of(company().time_zone)
    with begin(SYSTEM, write=False) as work:
        lying = [tuple(row) for row in work.tuples(sql.kept())]
    days = [(row[0], row[1].astimezone(zone).date()) for row in lying]
    kept = copy_rules.kept(days, settings.backup_days, settings.backup_weeks)
    gone = [(copy_id, path) for copy_id, _, path in lying if copy_id not in kept]
    for _, path in gone:
        Path(path).unlink(missing_ok=True)
    if gone:
        with begin(SYSTEM) as work:
            work.run(sql.swept([copy_id for copy_id, _ in gone]))
    return len(gone)


def _plan_night(settings: Settings) -> None:
    """See to it that the night that is due has its row; a missed night is made up for at once."""
    if settings.backup_at is None or not is_set_up():
        return
    night = copy_rules.night_of(Clock.now(), settings.backup_at, dates.zone_of(company().time_zone))
    with begin(SYSTEM, write=False) as work:
        if work.scalar(sql.of_night(night)) is not None:
            return
    try:
        with begin(SYSTEM) as work:
            work.add(Copy(act="backup", state="queued", due_on=night, asked_at=work.now))
    except Conflict:
        _log.info("the backup of %s was planned by another worker", night)


def _claim_next(worker: str) -> int | None:
    with begin(SYSTEM, write=False) as work:
        again = work.now - AGAIN_AFTER
        waiting = [tuple(row) for row in work.tuples(sql.waiting(again, ATTEMPTS))]
    for copy_id, held_by, seen_at in waiting:
        with begin(SYSTEM) as work:
            if held_by and not claims.is_gone(held_by, seen_at, work.now):
                continue
            if work.run(sql.claim(copy_id, worker, held_by, work.now, again_before=again, attempts=ATTEMPTS)):
                return int(copy_id)
    return None


def _export(row: CopyDetail, worker: str, settings: Settings) -> None:
    who = _asker(SYSTEM, row.id)
    told = _Progress(row.id, worker)
    with _workshop(settings.exports_dir, row.id) as folder:
        made = folder / "everything.zip"
        facts = archives.write(who, made, told=told)
        # By its number: whoever makes it again after a death replaces what was there.
        path = settings.exports_dir / f"everything-{row.id}.zip"
        exports.sweep(who)
        made.replace(path)
    try:
        _keep_export(who, row.id, worker, path, facts.total)
    except BaseException:
        path.unlink(missing_ok=True)
        raise


def _back_up(row: CopyDetail, worker: str, settings: Settings) -> None:
    zone = dates.zone_of(company().time_zone)
    stamp = f"{row.asked_at.astimezone(zone):%Y-%m-%d-%H%M}"
    path = settings.backups_dir / f"rapport-{stamp}-{row.id}.backup"
    with _workshop(settings.backups_dir, row.id) as folder:
        made = folder / path.name
        facts = backups.save(SYSTEM, settings, made)
        restored = backups.prove(SYSTEM, settings, made)
        values = {
            "state": "done", "file_path": str(path), "file_size": made.stat().st_size,
            "row_count": sum(facts.rows.values()), "digest": facts.digest,
            "check_result": {"restored": restored, "engine": facts.engine},
        }  # fmt: skip
        made.replace(path)
    with begin(SYSTEM) as work:
        values |= {"finished_at": work.now, "checked_at": work.now}
        if not work.run(sql.leave(row.id, worker, values)):
            path.unlink(missing_ok=True)
            raise claims.Lost("Another worker makes this backup.")
    sweep(settings)


@use_case(Permission.EVERYTHING_EXPORT)
def _keep_export(work: Work, copy_id: int, worker: str, path: Path, count: int) -> None:
    """Store where the file lies for its maker, and that it was made, with its digest."""
    with path.open("rb") as file:
        digest = file_digest(file, "sha256").hexdigest()
    today = work.now.astimezone(dates.zone_of(company().time_zone)).date()
    row = Export(
        owner_id=work.actor.id, kind=exports.EVERYTHING, format="zip", row_count=count, digest=digest,
        file_name=f"rapport-{today.isoformat()}.zip", file_path=str(path), filters={"chosen": "all"},
        created_at=work.now, expires_at=work.now + exports.KEPT_FOR,
    )  # fmt: skip
    work.add(row)
    work.flush()
    values = {"state": "done", "finished_at": work.now, "row_count": count, "digest": digest,
              "export_id": row.id, "file_size": path.stat().st_size}  # fmt: skip
    if not work.run(sql.leave(copy_id, worker, values)):
        raise claims.Lost("Another worker makes this export.")
    work.record("everything.exported", work.get(Copy, copy_id), rows=count, sha256=digest)


class _Progress:
    """Writes down how far an export is, every so many rows."""

    def __init__(self, copy_id: int, worker: str) -> None:
        self._copy_id, self._worker, self._told = copy_id, worker, -_TELL_EVERY

    def __call__(self, done: int, total: int) -> None:
        if done - self._told >= _TELL_EVERY:
            self._told = done
            _advance(self._copy_id, self._worker, done=done, total=total)


@use_case(Permission.SYSTEM_OPERATE, read=True)
def _begun(work: Work, copy_id: int) -> CopyDetail:
    """The copy that was claimed."""
    found = work.first(sql.one(copy_id), CopyDetail)
    if found is None:
        raise claims.Lost("This copy is gone.")
    return found


@use_case(Permission.SYSTEM_OPERATE, read=True)
def _asker(work: Work, copy_id: int) -> Actor:
    """Who asked, with the rights of now.

    Raises:
        NotAllowed: the person was let go meanwhile.
    """
    actor_id = work.get(Copy, copy_id).actor_id
    if actor_id is None:
        return OPERATOR
    user: User = work.get(User, actor_id)
    if not user.is_active:
        raise NotAllowed("Who asked for this may not sign in any more.")
    return actor_of(work, user)


def _advance(copy_id: int, worker: str, **values: Any) -> None:
    with begin(SYSTEM) as work:
        if not work.run(sql.advance(copy_id, worker, work.now, values)):
            raise claims.Lost("Another worker goes on with this copy.")


def _fail(copy_id: int, worker: str, message: str) -> None:
    with begin(SYSTEM) as work:
        values = {"state": "failed", "message": message, "finished_at": work.now}
        work.run(sql.leave(copy_id, worker, values))


@contextmanager
def _workshop(parent: Path, copy_id: int) -> Iterator[Path]:
    """A folder for this copy alone; what a worker that died left in it is removed."""
    folder = parent / f".unfinished-{copy_id}"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True, mode=0o700)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _beating(copy_id: int, worker: str) -> Iterator[None]:
    """Signs of life from a thread beside the work, which may wait long for one statement or program."""
    ended = threading.Event()
    thread = threading.Thread(target=_beat, args=(copy_id, worker, ended.wait), name="copy", daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()


def _beat(copy_id: int, worker: str, wait: Callable[[float], bool]) -> None:
    while not wait(BEAT):
        try:
            _advance(copy_id, worker)
        except Exception:  # the database may be away for a moment, and the work itself tells when it is lost
            _log.warning("The sign of life of copy %s was not written.", copy_id, exc_info=True)
