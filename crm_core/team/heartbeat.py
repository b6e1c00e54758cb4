"""The sign of life of the worker: a row that it renews, so that every machine sees it."""

from datetime import datetime, timedelta

from crm_core.kernel.access import SYSTEM, Permission
from crm_core.kernel.work import Clock, Work, use_case
from db.models import Setting
from db.queries import settings as sql

EVERY = timedelta(seconds=15)
SILENT_AFTER = timedelta(seconds=60)
NAME = "worker_seen_at"


def beat() -> None:
    """A worker is alive."""
    _beat(SYSTEM)


def last_beat() -> datetime | None:
    """When a worker was last alive; None when there never was one."""
    return _last(SYSTEM)


def is_alive() -> bool:
    """Is some worker at work on some machine?"""
    last = last_beat()
    return last is not None and Clock.now() - last < SILENT_AFTER


@use_case(Permission.SYSTEM_OPERATE)
def _beat(work: Work) -> None:
    """Renew the row."""
    row: Setting | None = work.scalar(sql.by_name(NAME))
    if row is None:
        row = work.add(Setting(name=NAME, value="", updated_at=work.now))
    row.value, row.updated_at = work.now.isoformat(), work.now


@use_case(Permission.SYSTEM_OPERATE, read=True)
def _last(work: Work) -> datetime | None:
    """Read the row."""
    row: Setting | None = work.scalar(sql.by_name(NAME))
    return None if row is None else row.updated_at
