"""Days and instants as people and programs write them.

Days are `date`, instants are aware UTC `datetime`. An instant without a zone is read in the company's time
zone; where clocks were set back the earlier reading is taken. Two-digit years follow POSIX: 69-99 are
19xx, 00-68 are 20xx; for birthdays the line is drawn at 30.
"""

import re
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

from crm_core.kernel.values.date_styles import DateOrder, DateStyle
from crm_core.kernel.values.date_words import months
from crm_core.kernel.values.problem import Problem, shorten
from crm_core.kernel.values.text import fold

NO_YEAR: Final = 1604
"""The year of a birthday whose year is not known: a leap year nobody living was born in."""

_ANY = DateStyle()
_POSIX_PIVOT, _BIRTHDAY_PIVOT = 69, 30
_FIRST_YEAR, _LAST_YEAR = 1000, 2999
_EXCEL_DAY_0 = datetime(1899, 12, 30)  # noqa: DTZ001 - a wall-clock day, it gets its zone afterwards
_YEAR_FIRST = re.compile(r"(\d{4})([-/. ])(\d{1,2})\2(\d{1,2})(?!\d)")
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})(?=T|\Z)")
_NUMBERS = re.compile(r"(\d{1,2})([-/. ])\s?(\d{1,2})\2\s?(\d{4}|\d{2})(?!\d)")
_YEARLESS = re.compile(r"--(\d{2})-?(\d{2})\Z")
_DAY_MONTH = re.compile(r"(\d{1,2})[./-](\d{1,2})\.?\Z")
_WORDS = re.compile(r"[a-z]+|\d+")
_ORDINAL = re.compile(r"(?<=\d)(?:st|nd|rd|th|er|\.|º|o)(?=[\s,]|\Z)")
_CLOCK = re.compile(
    r"[T,\s]*(?:at |um |à )?(\d{1,2})[:.h](\d{2})(?:[:.](\d{2})(?:[.,](\d+))?)?\s*(?:uhr)?\s*"
    r"([ap]\.?\s?m\.?)?\s*(z|(?:utc|gmt)?[+-]\d{2}(?::?\d{2})?|utc|gmt)?(?:\s*\([^)]*\))?\Z",
    re.IGNORECASE,
)
_SMALL = frozenset(
    ("of", "de", "del", "den", "der", "the", "do", "da", "le", "el", "il", "of", "am", "em", "d")
)


def parse_date(text: str, style: DateStyle = _ANY, zone: tzinfo = UTC) -> date | Problem:
    """A calendar day. An instant is taken on the day it was in `zone`."""
    if len(text) == 10 and text[4] == "-":
        try:
            return _within(text, date.fromisoformat(text))
        except ValueError:
            pass
    moment = _moment(text, style, zone, _POSIX_PIVOT)
    if isinstance(moment, Problem):
        return moment
    return moment.astimezone(zone).date() if moment.tzinfo is not None else moment.date()


def parse_instant(text: str, style: DateStyle = _ANY, zone: tzinfo = UTC) -> datetime | Problem:
    """An instant in UTC; a day without a clock time means its first moment in `zone`."""
    try:
        moment = datetime.fromisoformat(text) if text[4:5] == "-" else None
    except ValueError:
        moment = None
    found = moment if moment is not None else _moment(text, style, zone, _POSIX_PIVOT)
    if isinstance(found, Problem):
        return found
    if not _FIRST_YEAR < found.year < _LAST_YEAR:
        return _impossible(text)
    return (found if found.tzinfo is not None else found.replace(tzinfo=zone)).astimezone(UTC)


def parse_birthday(text: str, style: DateStyle = _ANY, zone: tzinfo = UTC) -> date | Problem:
    """A birthday, with or without its year (`--04-01`, `1 April`): without one it stands in the year
    `NO_YEAR`.

    The time of day of an export (`1979-04-01T00:00:00Z`) says nothing about a birthday and is dropped.
    """
    yearless = _YEARLESS.match(text)
    if yearless:
        return _day(text, NO_YEAR, int(yearless[1]), int(yearless[2]))
    short = _DAY_MONTH.match(text)
    if short:
        first, second = int(short[1]), int(short[2])
        month, day = (first, second) if style.order is DateOrder.MDY else (second, first)
        return _day(text, NO_YEAR, month, day)
    moment = _moment(text, style, zone, _BIRTHDAY_PIVOT)
    if not isinstance(moment, Problem):
        return moment.date()
    words = _day_and_month(text)
    return _day(text, NO_YEAR, *words) if words else moment


def birthday_of(year: str, month: str, day: str) -> date | Problem | None:
    """A birthday from three cells; None without month or day, `NO_YEAR` without a year."""
    whole = "-".join(part or "?" for part in (year, month, day))
    if not month or not day:
        return None if not (month or day) else Problem(f"The birthday {whole} is not complete.", whole)
    number = month if month.isdecimal() else str(months().get(fold(month).rstrip("."), ""))
    if not (number.isdecimal() and day.isdecimal() and (year.isdecimal() or not year)):
        return _impossible(whole)
    return _day(whole, _full_year(year, _BIRTHDAY_PIVOT) if year else NO_YEAR, int(number), int(day))


def has_year(birthday: date) -> bool:
    """Whether the year of a stored birthday is known."""
    return birthday.year != NO_YEAR


def birthday_text(birthday: date) -> str:
    """ISO 8601 as in vCards: `1979-04-01`, or `--04-01` without a year."""
    return birthday.isoformat() if has_year(birthday) else f"--{birthday:%m-%d}"


@lru_cache(maxsize=64)
def zone_of(name: str) -> tzinfo:
    """The time zone of an IANA name, UTC for "UTC"."""
    return UTC if name == "UTC" else ZoneInfo(name)


def _moment(text: str, style: DateStyle, zone: tzinfo, pivot: int) -> datetime | Problem:
    """The moment a text names; naive where the text has no zone."""
    if style.serial or style.epoch:
        counted = _counted(text, style, zone)
        if counted is not None:
            return counted
    head, rest = _day_part(text, style, pivot)
    if isinstance(head, Problem):
        return head
    if not rest:
        return datetime.combine(head, time())
    return _with_clock(text, head, rest)


def _counted(text: str, style: DateStyle, zone: tzinfo) -> datetime | None:
    try:
        number = float(text)
    except ValueError:
        return None
    if style.serial and 1 <= number < 200_000:
        return _EXCEL_DAY_0 + timedelta(seconds=round(number * 86_400))
    if style.epoch and abs(number) < 1e14:
        seconds = number / 1000 if abs(number) > 1e11 else number
        return (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)).astimezone(zone)
    return None


def _day_part(text: str, style: DateStyle, pivot: int) -> tuple[date | Problem, str]:
    found = _YEAR_FIRST.match(text)
    if found:
        return _day(text, int(found[1]), int(found[3]), int(found[4])), text[found.end() :]
    found = _COMPACT.match(text)
    if found:
        return _day(text, int(found[1]), int(found[2]), int(found[3])), text[found.end() :]
    found = _NUMBERS.match(text)
    if found:
        month, day = (found[1], found[3]) if style.order is DateOrder.MDY else (found[3], found[1])
        return _day(text, _full_year(found[4], pivot), int(month), int(day)), text[found.end() :]
    return _written_day(text, pivot)


def _written_day(text: str, pivot: int) -> tuple[date | Problem, str]:
    """`14 Mar 2021`, `Mar 14, 2021 09:30`, `1er mai 2020`, `Sat, 2. Nov 2019`, `14-Mar-21`."""
    line = _ORDINAL.sub("", fold(text))
    clock = re.search(r"\s(?=\d{1,2}:\d{2})", line)
    day_text, rest = (line[: clock.start()], line[clock.start() :]) if clock else (line, "")
    words = [word for word in _WORDS.findall(day_text) if word not in _SMALL]
    named = [index for index, word in enumerate(words) if word in months()]
    numbers = [word for word in words if word.isdecimal()]
    strange = [word for word in words[1:] if not word.isdecimal() and word not in months()]
    if len(named) != 1 or len(numbers) != 2 or strange or len(words) > 4:
        return _impossible(text), ""
    day, year = (numbers[1], numbers[0]) if len(numbers[0]) == 4 else (numbers[0], numbers[1])
    if len(day) > 2 or len(year) not in (2, 4):
        return _impossible(text), ""
    return _day(text, _full_year(year, pivot), months()[words[named[0]]], int(day)), rest


def _day_and_month(text: str) -> tuple[int, int] | None:
    words = [word for word in _WORDS.findall(_ORDINAL.sub("", fold(text))) if word not in _SMALL]
    if len(words) != 2:
        return None
    name, number = words if words[1].isdecimal() else (words[1], words[0])
    return (months()[name], int(number)) if name in months() and number.isdecimal() else None


def _with_clock(text: str, day: date, rest: str) -> datetime | Problem:
    found = _CLOCK.match(rest)
    if found is None:
        return _impossible(text)
    hour, minute, second = int(found[1]), int(found[2]), int(found[3] or 0)
    if found[5]:
        if not 1 <= hour <= 12:
            return _impossible(text)
        hour = hour % 12 + (12 if found[5].lower().startswith("p") else 0)
    micro = int(((found[4] or "") + "000000")[:6])
    try:
        return datetime.combine(day, time(hour, minute, second, micro, tzinfo=_offset(found[6])))
    except ValueError:
        return _impossible(text)


def _offset(text: str | None) -> tzinfo | None:
    if not text:
        return None
    text = text[3:] if text[:3].lower() in ("utc", "gmt") else text
    if text[:1] not in ("+", "-"):
        return UTC
    digits = text[1:].replace(":", "").ljust(4, "0")
    shift = timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
    return datetime.strptime(text[0] + digits, "%z").tzinfo if shift < timedelta(hours=24) else None


def _full_year(text: str, pivot: int) -> int:
    year = int(text)
    if len(text) > 2:
        return year
    return year + (1900 if year >= pivot else 2000)


def _day(text: str, year: int, month: int, day: int) -> date | Problem:
    try:
        return _within(text, date(year, month, day))
    except ValueError:
        return _impossible(text)


def _within(text: str, day: date) -> date | Problem:
    return day if _FIRST_YEAR < day.year < _LAST_YEAR else _impossible(text)


def _impossible(text: str) -> Problem:
    return Problem(
        f"“{shorten(text)}” is not a date that exists or can be read. Write it as 2025-12-31.", text
    )
