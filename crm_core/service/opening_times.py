"""Opening hours as people write them: ``9:00-12:30, 13:00-17:00``; empty while closed."""

import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Final

from crm_core.kernel.errors import Invalid
from crm_core.service.calendars import DAY, WEEKDAYS, Hours, Window

_SPAN: Final = re.compile(r"(\d{1,2})(?::(\d{2}))?\s*[-–]\s*(\d{1,2})(?::(\d{2}))?")
_CLOSED: Final = ("", "-", "–", "closed")


def read(text: str) -> tuple[Window, ...]:
    """The windows of one day in minutes since midnight, in the order in which they are written.

    Raises:
        Invalid: this is not how times are written, or there is no such time.
    """
    if text.strip().lower() in _CLOSED:
        return ()
    found = []
    for part in text.split(","):
        match = _SPAN.fullmatch(part.strip())
        if match is None:
            raise Invalid(
                f"“{part.strip()[:40]}” is no time of opening. Write 9:00-17:00, or leave it empty."
            )
        found.append((_minute(match[1], match[2]), _minute(match[3], match[4])))
    return tuple(found)


def read_all(week: Mapping[str, str], holidays: str, zone: str) -> Hours:
    """Opening hours out of the words of a form.

    Args:
        week: a line for each of ``WEEKDAYS``, by its name; a day that is not named is closed.
        holidays: days like ``2026-12-25``, with commas or spaces between them.
        zone: the IANA name of the time zone.

    Raises:
        Invalid: with a hint for each weekday, or for the holidays, that cannot be read.
    """
    wrong: dict[str, str] = {}
    windows: list[tuple[Window, ...]] = []
    for name in WEEKDAYS:
        try:
            windows.append(read(week.get(name, "")))
        except Invalid as error:
            wrong[name.lower()] = error.message
    days = set()
    for word in holidays.replace(",", " ").split():
        try:
            days.add(date.fromisoformat(word))
        except ValueError:
            wrong["holidays"] = f"“{word[:20]}” is no day. Write days like 2026-12-25."
    if wrong:
        raise Invalid("The opening hours need correcting.", fields=wrong)
    return Hours(zone, tuple(windows), frozenset(days))


def write(windows: Sequence[Window]) -> str:
    """Windows as people read them; what ``read`` understands."""
    return ", ".join(f"{_clock(begins)}-{_clock(until)}" for begins, until in windows)


def _minute(hour: str, minute: str | None) -> int:
    total = int(hour) * 60 + int(minute or 0)
    if total > DAY or int(minute or 0) > 59:
        raise Invalid(f"There is no time {hour}:{minute or '00'}. The day ends at 24:00.")
    return total


def _clock(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"
