"""A task from one line of plain English: “call Ann tomorrow 10:00”. Understands little, and says what."""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from crm_core.activity.recurrence import moment
from crm_core.activity.task_types import NewTask

DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
MONTHS = (
    *("january", "february", "march", "april", "may", "june", "july"),
    *("august", "september", "october", "november", "december"),
)
_KINDS = {
    "call": re.compile(r"^(?:call|phone|ring)\b", re.IGNORECASE),
    "meeting": re.compile(r"^(?:meet|meeting|lunch|visit)\b", re.IGNORECASE),
    "email": re.compile(r"^(?:e-?mail|mail|write to)\b", re.IGNORECASE),
}
_DAY = "|".join(f"{name}|{name[:3]}" for name in DAYS)
_MONTH = "|".join(f"{name}|{name[:3]}" for name in MONTHS)
_UNITS = {"day": 1, "week": 7, "month": 30}
_RHYTHMS = {"day": "daily", "week": "weekly", "month": "monthly", "year": "yearly"}
_EVERY = re.compile(
    rf"\b(?:every (?:(?P<number>\d{{1,2}}) )?(?P<unit>day|week|month|year)s?|every (?P<name>{_DAY})"
    r"|(?P<word>daily|weekly|monthly|yearly))\b",
    re.IGNORECASE,
)
_URGENT = re.compile(r"(?:(?<=\s)|^)(?:!+|urgent|asap)(?=\s|$)", re.IGNORECASE)
_CLOCK = re.compile(
    r"\b(?:at )?(?:(?P<hour>[01]?\d|2[0-3]):(?P<minute>[0-5]\d)(?: ?(?P<half>am|pm))?"
    r"|(?P<hour12>1[0-2]|0?[1-9]) ?(?P<half12>am|pm)|(?P<noon>noon))(?!\w)",
    re.IGNORECASE,
)
_ON = r"(?:\b(?:on|by|until|from|starting) )?\b"


@dataclass(frozen=True)
class Understood:
    """What a line means: the task, and whether a day was found in it."""

    task: NewTask
    has_day: bool


def read(line: str, today: date, zone: ZoneInfo) -> Understood | None:
    """The task that a line describes; None for a line without words.

    A kind is told by the first word (call, meet, e-mail), a day by words such as ``tomorrow``, ``friday``,
    ``next week``, ``in 3 days``, ``5 March`` or ``2026-03-05``, a time by ``10:00``, ``3pm`` or ``noon``, a
    rhythm by ``every week`` or ``daily``, urgency by ``!``. The last such words count, and leave the title.
    """
    rest = " ".join(line.split())
    if not rest:
        return None
    task = NewTask("", kind=next((kind for kind, sign in _KINDS.items() if sign.search(rest)), "todo"))
    rest, task, day = _rhythm(rest, task, today)
    if found := _last(_URGENT, rest):
        rest, task = _without(rest, found), replace(task, priority="high")
    rest, clock = _clock(rest)
    rest, named = _day(rest, today)
    day = named or day
    if (clock is not None or task.repeats) and day is None:
        day = today
    starts_at = moment(day, clock, zone) if clock is not None and day is not None else None
    title = rest.strip(" ,;-") or " ".join(line.split())
    return Understood(replace(task, title=title, due_on=day, starts_at=starts_at), day is not None)


def _rhythm(rest: str, task: NewTask, today: date) -> tuple[str, NewTask, date | None]:
    found = _last(_EVERY, rest)
    if found is None:
        return rest, task, None
    day = None
    if found["name"]:
        repeats, day = "weekly", _weekday(found["name"], today, least=0)
    else:
        repeats = (found["word"] or _RHYTHMS[found["unit"].lower()]).lower()
    every = max(1, int(found["number"] or 1))
    return _without(rest, found), replace(task, repeats=repeats, repeat_every=every), day


def _clock(rest: str) -> tuple[str, time | None]:
    found = _last(_CLOCK, rest)
    if found is None:
        return rest, None
    if found["noon"]:
        return _without(rest, found), time(12)
    hour, half = int(found["hour"] or found["hour12"]), (found["half"] or found["half12"] or "").lower()
    if half and hour > 12:
        return rest, None
    if half:
        hour = hour % 12 + (12 if half == "pm" else 0)
    return _without(rest, found), time(hour, int(found["minute"] or 0))


def _day(rest: str, today: date) -> tuple[str, date | None]:
    """The last words that name a day, of every way to name one."""
    hits = [(hit.start(), hit, named) for pattern, named in _WAYS if (hit := _last(pattern, rest))]
    for _, hit, named in sorted(hits, key=lambda one: one[0], reverse=True):
        try:
            return _without(rest, hit), named(hit, today)
        except ValueError:
            continue  # 31 February: not a day, so it stays in the title
    return rest, None


def _weekday(name: str, today: date, *, least: int) -> date:
    wanted = next(at for at, day in enumerate(DAYS) if day.startswith(name.lower()))
    return today + timedelta(days=(wanted - today.weekday() - least) % 7 + least)


def _next(hit: re.Match[str], today: date) -> date:
    name = hit["next"].lower()
    if name == "week":
        return today + timedelta(days=7)
    if name == "month":
        return (today.replace(day=1) + timedelta(days=31)).replace(day=1)
    return _weekday(name, today, least=1)


def _of_month(hit: re.Match[str], today: date) -> date:
    name = (hit["month"] or hit["month2"]).lower()
    month = next(at for at, one in enumerate(MONTHS, 1) if one.startswith(name))
    number = int(hit["day"] or hit["day2"])
    year = int(hit["year"]) if hit["year"] else today.year
    found = date(year, month, number)
    return found if hit["year"] or found >= today else date(year + 1, month, number)


def _last(pattern: re.Pattern[str], text: str) -> re.Match[str] | None:
    found = None
    for hit in pattern.finditer(text):
        found = hit
    return found


def _without(text: str, hit: re.Match[str]) -> str:
    return " ".join((text[: hit.start()] + " " + text[hit.end() :]).split())


Named = Callable[[re.Match[str], date], date]
_WAYS: tuple[tuple[re.Pattern[str], Named], ...] = (
    (re.compile(rf"{_ON}today\b", re.IGNORECASE), lambda _, today: today),
    (re.compile(rf"{_ON}(?:tomorrow|tmrw)\b", re.IGNORECASE), lambda _, today: today + timedelta(days=1)),
    (re.compile(rf"{_ON}next (?P<next>week|month|{_DAY})\b", re.IGNORECASE), _next),
    (
        re.compile(rf"{_ON}(?<!next )(?P<name>{_DAY})\b", re.IGNORECASE),
        lambda hit, today: _weekday(hit["name"], today, least=0),
    ),
    (
        re.compile(r"\bin (?P<number>\d{1,3}) (?P<unit>day|week|month)s?\b", re.IGNORECASE),
        lambda hit, today: today + timedelta(days=int(hit["number"]) * _UNITS[hit["unit"].lower()]),
    ),
    (
        re.compile(rf"{_ON}(?P<iso>\d{{4}}-\d\d-\d\d)\b", re.IGNORECASE),
        lambda hit, _: datetime.strptime(hit["iso"], "%Y-%m-%d").date(),  # noqa: DTZ007 - a day has no zone
    ),
    (
        re.compile(
            rf"{_ON}(?:(?P<day>\d{{1,2}})(?:st|nd|rd|th)? (?P<month>{_MONTH})"
            rf"|(?P<month2>{_MONTH}) (?P<day2>\d{{1,2}})(?:st|nd|rd|th)?)\b(?:,? (?P<year>20\d\d)\b)?",
            re.IGNORECASE,
        ),
        _of_month,
    ),
)
