"""Appointments in the iCalendar format (RFC 5545): events only, for calendars that people subscribe to."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from crm_core.activity.task_rules import USUAL_MINUTES
from crm_core.kernel.values.text import clean

LONGEST_LINE = 75  # octets, without the line break
PRODUCT = "-//Rapport//Calendar//EN"
PREFIX = {"call": "Call: ", "meeting": "Meeting: ", "email": "E-mail: ", "todo": ""}


@dataclass(frozen=True)
class Event:
    """A task as a calendar shows it. ``is_off``: it was called off or deleted."""

    id: int
    kind: str
    title: str
    notes: str
    status: str
    due_on: date
    starts_at: datetime | None
    duration_minutes: int | None
    remind_at: datetime | None
    version: int
    created_at: datetime
    updated_at: datetime
    is_off: bool
    contact_name: str
    account_name: str


def write(name: str, events: Iterable[Event]) -> str:
    """A whole calendar with this name, every line ended and folded as the format wants it."""
    lines = [
        *("BEGIN:VCALENDAR", "VERSION:2.0", f"PRODID:{PRODUCT}", "CALSCALE:GREGORIAN", "METHOD:PUBLISH"),
        *(f"X-WR-CALNAME:{escaped(name)}", "REFRESH-INTERVAL;VALUE=DURATION:PT15M", "X-PUBLISHED-TTL:PT15M"),
        *(line for event in events for line in _event(event)),
        "END:VCALENDAR",
    ]
    return "".join(f"{folded(line)}\r\n" for line in lines)


def escaped(text: str) -> str:
    """Text as a value of the format."""
    safe = clean(text).replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")
    return safe.replace("\r\n", "\\n").replace("\n", "\\n").replace("\r", "\\n")


def folded(line: str) -> str:
    """A long line in pieces of at most 75 octets, never cut inside a letter."""
    pieces, piece, room = [], "", LONGEST_LINE
    for letter in line:
        size = len(letter.encode())
        if size > room:
            pieces.append(piece)
            piece, room = "", LONGEST_LINE - 1  # the blank that begins a continued line counts
        piece += letter
        room -= size
    return "\r\n ".join([*pieces, piece])


def _event(event: Event) -> Iterator[str]:
    title = f"{'✓ ' if event.status == 'done' else ''}{PREFIX.get(event.kind, '')}{event.title}"
    about = " · ".join(filter(None, (event.contact_name, event.account_name)))
    yield "BEGIN:VEVENT"
    # A number alone would clash when two companies share a calendar program.
    yield f"UID:task-{event.id}-{int(event.created_at.timestamp() * 1000)}@rapport"
    yield f"DTSTAMP:{_instant(event.updated_at)}"
    yield f"LAST-MODIFIED:{_instant(event.updated_at)}"
    yield f"CREATED:{_instant(event.created_at)}"
    yield f"SEQUENCE:{event.version - 1}"
    yield from _times(event)
    yield f"SUMMARY:{escaped(title)}"
    description = "\n".join(filter(None, (about, event.notes)))
    if description:
        yield f"DESCRIPTION:{escaped(description)}"
    yield f"CATEGORIES:{escaped(event.kind.upper())}"
    yield f"STATUS:{'CANCELLED' if event.is_off else 'CONFIRMED'}"
    if event.remind_at is not None and event.status == "open" and not event.is_off:
        trigger = f"TRIGGER;VALUE=DATE-TIME:{_instant(event.remind_at)}"
        yield from ("BEGIN:VALARM", "ACTION:DISPLAY", f"DESCRIPTION:{escaped(title)}", trigger, "END:VALARM")
    yield "END:VEVENT"


def _times(event: Event) -> Iterator[str]:
    if event.starts_at is None:
        yield f"DTSTART;VALUE=DATE:{event.due_on:%Y%m%d}"
        yield f"DTEND;VALUE=DATE:{event.due_on + timedelta(days=1):%Y%m%d}"
        yield "TRANSP:TRANSPARENT"
        return
    minutes = event.duration_minutes or USUAL_MINUTES.get(event.kind, 30)
    yield f"DTSTART:{_instant(event.starts_at)}"
    yield f"DTEND:{_instant(event.starts_at + timedelta(minutes=minutes))}"
    yield f"TRANSP:{'OPAQUE' if event.status == 'open' else 'TRANSPARENT'}"


def _instant(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y%m%dT%H%M%SZ}"
