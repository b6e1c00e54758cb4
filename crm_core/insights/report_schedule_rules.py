"""The rules of mailing reports: what one asks for, and which day was due last."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final

from db.models import ReportSchedule

DAY, WEEK, MONTH = "day", "week", "month"
RHYTHMS: Final = (DAY, WEEK, MONTH)


@dataclass(frozen=True)
class NewSchedule:
    """What to mail (a report or a dashboard, by number), when, to which users, and as which kind of file.

    ``day`` is 0 to 6 from Monday for ``week``, 1 to 28 for ``month``; ``hour`` is by the company's clocks.
    ``only_if_any``: who would get nothing but zeros gets no mail.
    """

    report_id: int | None = None
    dashboard_id: int | None = None
    rhythm: str = WEEK
    day: int = 0
    hour: int = 8
    recipients: tuple[int, ...] = ()
    format: str = "pdf"
    only_if_any: bool = True


def latest_due(asked: NewSchedule, now: datetime) -> date:
    """The last day whose hour has come, by a clock that shows the company's time.

    >>> latest_due(NewSchedule(rhythm="week", day=0, hour=8), datetime(2026, 3, 9, 7, 59)).isoformat()
    '2026-03-02'
    """
    day = now.date() if now.hour >= asked.hour else now.date() - timedelta(days=1)
    if asked.rhythm == WEEK:
        return day - timedelta(days=(day.weekday() - asked.day) % 7)
    if asked.rhythm == MONTH and day.day < asked.day:
        day = day.replace(day=1) - timedelta(days=1)
    return day.replace(day=asked.day) if asked.rhythm == MONTH else day


def next_due(asked: NewSchedule, now: datetime, last_due_on: date | None = None) -> datetime:
    """When it is mailed next, by a clock that shows the company's time: at once for a day that was missed.

    >>> next_due(NewSchedule(rhythm="month", day=28, hour=8), datetime(2026, 2, 28, 9)).isoformat()
    '2026-03-28T08:00:00'
    """
    latest = latest_due(asked, now)
    if last_due_on is not None and last_due_on < latest:
        return now.replace(second=0, microsecond=0)
    day = latest + timedelta(days=1)
    while latest_due(asked, datetime.combine(day, time(asked.hour), now.tzinfo)) == latest:
        day += timedelta(days=1)
    return datetime.combine(day, time(asked.hour), now.tzinfo)


def asked_of(row: ReportSchedule) -> NewSchedule:
    """What a stored schedule asks for."""
    return NewSchedule(
        row.report_id,
        row.dashboard_id,
        row.rhythm,
        row.day,
        row.hour,
        tuple(row.recipients),
        row.format,
        row.only_if_any,
    )
