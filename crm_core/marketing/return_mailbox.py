"""The worker's part of mail that comes in: every minute the return mailbox, and a folder for files."""

import logging
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from crm_core.channels.mailbox import BATCH, Mailbox, Place
from crm_core.kernel.access import SYSTEM, Permission
from crm_core.kernel.errors import Conflict, CrmError, Unavailable
from crm_core.kernel.work import Work, use_case
from crm_core.marketing import answers
from crm_core.settings import Settings
from db.models import Setting
from db.queries import mail_in as sql
from db.queries import settings as setting_sql

PAUSE: Final = 60.0
"""Seconds between two looks."""
SHOWN: Final = timedelta(days=30)
NAME: Final = "mail_in"

_log = logging.getLogger(__name__)


class _Looked:
    """Until when (on the clock of the process) nobody has to look again."""

    until = 0.0


@dataclass(frozen=True)
class MailInStatus:
    """How mail comes in: whether a mailbox is named, when it was looked at last, what went wrong then, and
    how many mails of each kind came within ``SHOWN``."""

    is_set_up: bool
    looked_at: datetime | None
    trouble: str
    counts: dict[str, int]


def advance_next(_worker: str, is_stopping: Callable[[], bool], settings: Settings | None = None) -> bool:
    """Look for mail when a minute is over; returns whether more may be waiting."""
    now = time.monotonic()
    if now < _Looked.until:
        return False
    _Looked.until = now + PAUSE
    has_more = look(settings or Settings.from_environment(), is_stopping)
    if has_more:
        _Looked.until = 0.0
    return has_more


def look(settings: Settings, is_stopping: Callable[[], bool] = lambda: False) -> bool:
    """Take in what waits in the mailbox and in the folder; returns whether there was a whole batch."""
    count = _from_folder(settings.mail_in_dir, is_stopping)
    if settings.imap_url:
        said = ""
        try:
            count += _from_mailbox(settings.imap_url, is_stopping)
        except CrmError as error:
            _log.warning("%s", error.message)
            said = error.message
        _note(SYSTEM, said)
    return count >= BATCH


@use_case(Permission.SETTINGS_MANAGE, read=True)
def status(work: Work) -> MailInStatus:
    """How mail comes in."""
    row: Setting | None = work.scalar(setting_sql.by_name(NAME))
    counted = {kind: int(count) for kind, count, _ in work.tuples(sql.counts(work.now - SHOWN))}
    is_set_up = bool(Settings.from_environment().imap_url)
    return MailInStatus(is_set_up, row.updated_at if row else None, str(row.value) if row else "", counted)


def _from_mailbox(url: str, is_stopping: Callable[[], bool]) -> int:
    count = 0
    with Mailbox(Place.of(url)) as box:
        for number, raw in box.unread():
            if is_stopping():
                break
            _take(raw)
            box.mark_read(number)
            count += 1
    return count


def _from_folder(folder: Path, is_stopping: Callable[[], bool]) -> int:
    """Mails that somebody put into the folder as files; each goes to ``done`` below it."""
    count = 0
    for path in _waiting(folder):
        if is_stopping() or count >= BATCH:
            break
        _take(path.read_bytes())
        (folder / "done").mkdir(exist_ok=True)
        path.replace(folder / "done" / path.name)
        count += 1
    return count


def _waiting(folder: Path) -> Iterator[Path]:
    if folder.is_dir():
        yield from sorted(path for path in folder.glob("*.eml") if path.is_file())


def _take(raw: bytes) -> None:
    """One mail that cannot be read must not keep all others waiting."""
    try:
        answers.take_in(SYSTEM, raw)
    except Unavailable:
        raise
    except Conflict:
        _log.info("A mail was taken in by another worker at this very moment.")
    except CrmError as error:
        _log.warning("A mail was left out: %s", error.message)


@use_case(Permission.SYSTEM_OPERATE)
def _note(work: Work, trouble: str) -> None:
    """Keep when the mailbox was looked at, and what was wrong."""
    row: Setting | None = work.scalar(setting_sql.by_name(NAME))
    if row is None:
        row = work.add(Setting(name=NAME, value="", updated_at=work.now))
    row.value, row.updated_at = trouble, work.now
