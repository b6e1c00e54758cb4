"""What a task may be, when it is due, and the days that one click moves it to: pure decisions."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from crm_core.activity.recurrence import REPEATS
from crm_core.activity.task_types import NewTask
from crm_core.kernel.errors import Invalid
from crm_core.kernel.values.text import clean

KINDS = ("todo", "call", "meeting", "email")
PRIORITIES = ("low", "normal", "high")
STATUSES = ("open", "done", "cancelled")
OUTCOMES = ("", "done", "reached", "no answer", "left a message", "interested", "not interested")
LONGEST_TITLE = 300
LONGEST_NOTES = 20_000
MOST_BETWEEN = 99
LONGEST_MINUTES = 24 * 60
USUAL_MINUTES = {"call": 15, "meeting": 60}
FIRST_DAY, LAST_DAY = date(1970, 1, 1), date(2199, 12, 31)


def tidy(new: NewTask, zone: ZoneInfo) -> NewTask:
    """The same task with clean words, on the day on which it starts.

    Raises:
        Invalid: it starts in a year that no calendar of ours has.
    """
    if new.starts_at is not None and not FIRST_DAY.year < new.starts_at.year < LAST_DAY.year:
        hint = f"Choose a time between {FIRST_DAY.year + 1} and {LAST_DAY.year - 1}."
        raise Invalid("Please correct the marked fields.", fields={"starts_at": hint})
    due_on = new.due_on if new.starts_at is None else new.starts_at.astimezone(zone).date()
    return replace(new, title=" ".join(clean(new.title).split()), notes=clean(new.notes), due_on=due_on)


def check(new: NewTask) -> None:
    """Refuse a task that nobody could do.

    Raises:
        Invalid: with a hint for each wrong field.
    """
    wrong = {
        "title": _title_problem(new.title),
        "kind": _unknown(new.kind, KINDS),
        "priority": _unknown(new.priority, PRIORITIES),
        "repeats": _unknown(new.repeats, ("", *REPEATS)),
        "notes": f"Use at most {LONGEST_NOTES:,} characters." if len(new.notes) > LONGEST_NOTES else "",
        "due_on": _day_problem(new),
        "repeat_every": _range_problem(new.repeat_every, 1, MOST_BETWEEN),
        "duration_minutes": _range_problem(new.duration_minutes or 0, 0, LONGEST_MINUTES),
    }
    found = {field: hint for field, hint in wrong.items() if hint}
    if found:
        raise Invalid("Please correct the marked fields.", fields=found)


def shifted(instant: datetime | None, days: int, zone: ZoneInfo) -> datetime | None:
    """The same time of day by the clocks of the zone, so many days later (or earlier)."""
    if instant is None:
        return None
    local = instant.astimezone(zone)
    moved = local.date() + timedelta(days=days)
    return datetime.combine(moved, local.time(), tzinfo=zone)


def next_monday(today: date) -> date:
    """The Monday that comes, never today."""
    return today + timedelta(days=7 - today.weekday())


TO: Mapping[str, Callable[[date], date]] = {
    "today": lambda today: today,
    "tomorrow": lambda today: today + timedelta(days=1),
    "next Monday": next_monday,
    "next week": lambda today: today + timedelta(days=7),
}
"""Where one click postpones to, by what the button says."""


REMINDERS: Mapping[int, str] = {
    0: "at the time",
    10: "10 minutes before",
    60: "an hour before",
    24 * 60: "a day before",
    7 * 24 * 60: "a week before",
}
"""Minutes before, by what people call them. A task without a time of day counts from nine in the morning."""
MORNING = time(9)


def remind_at(
    minutes: int | None, due_on: date | None, starts_at: datetime | None, zone: ZoneInfo
) -> datetime | None:
    """The instant of a reminder so many minutes before; None without minutes or without a day."""
    start = starts_at or (datetime.combine(due_on, MORNING, tzinfo=zone) if due_on else None)
    return None if minutes is None or start is None else start.astimezone(UTC) - timedelta(minutes=minutes)


def minutes_before(
    remind_at: datetime | None, due_on: date | None, starts_at: datetime | None, zone: ZoneInfo
) -> int | None:
    """The minutes that a stored reminder stands for; None when it is none of ``REMINDERS``."""
    start = starts_at or (datetime.combine(due_on, MORNING, tzinfo=zone) if due_on else None)
    if remind_at is None or start is None:
        return None
    minutes = round((start - remind_at).total_seconds() / 60)
    return minutes if minutes in REMINDERS else None


def start_of(day: date, zone: ZoneInfo) -> datetime:
    """The instant at which a day begins in a zone."""
    return datetime.combine(day, time.min, tzinfo=zone)


def _title_problem(title: str) -> str:
    if not title:
        return "Say what is to be done."
    return f"Use at most {LONGEST_TITLE} characters." if len(title) > LONGEST_TITLE else ""


def _unknown(value: str, known: tuple[str, ...]) -> str:
    return "" if value in known else f"Choose one of: {', '.join(filter(None, known))}."


def _day_problem(new: NewTask) -> str:
    if new.repeats and new.due_on is None:
        return "A task that repeats needs its first day."
    if new.due_on is not None and not FIRST_DAY <= new.due_on <= LAST_DAY:
        return f"Choose a day between {FIRST_DAY.year} and {LAST_DAY.year}."
    return ""


def _range_problem(number: int, least: int, most: int) -> str:
    return "" if least <= number <= most else f"Give a number from {least} to {most}."
