"""When a backup is due, and which backups are kept: decided from days alone."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta, tzinfo


def night_of(now: datetime, at: time, zone: tzinfo) -> date:
    """The day whose backup is due: today once the hour has come, else yesterday.

    Args:
        now: an aware instant.
        at: when backups are made, by the clock of ``zone``.
        zone: the time zone of the company.
    """
    local = now.astimezone(zone)
    return local.date() if local.time() >= at else local.date() - timedelta(days=1)


def kept(backups: Sequence[tuple[int, date]], days: int, weeks: int) -> set[int]:
    """The backups to keep: the newest of each of the last days, and of each of the last weeks, that have one.

    Args:
        backups: id and day, the newest first.
        days: how many days keep one.
        weeks: how many weeks (ISO 8601, Monday to Sunday) keep one.
    """
    by_day: dict[date, int] = {}
    by_week: dict[tuple[int, int], int] = {}
    for backup_id, day in backups:
        by_day.setdefault(day, backup_id)
        by_week.setdefault(day.isocalendar()[:2], backup_id)
    return {*list(by_day.values())[:days], *list(by_week.values())[:weeks]}
