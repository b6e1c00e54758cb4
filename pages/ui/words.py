"""How stored values read on a page: names, days, instants, numbers and money, and text that stays text."""

import re
from datetime import date, datetime
from functools import cache, lru_cache
from zoneinfo import ZoneInfo

from babel.numbers import format_currency

from crm_core.data import fields
from crm_core.kernel.values import countries, phones
from crm_core.kernel.values import money as amounts
from crm_core.kernel.work import Clock
from crm_core.team.company import company

NOTHING = "–"
_MARKUP = re.compile(r"([!-/:-@\[-`{-~])")
# A name between colons becomes a picture even when the colons are escaped; an invisible joiner prevents it.
_PICTURE = re.compile(r":(?=[\w/+-]+:)")
_JOINER = "\u2060"


def md(text: object) -> str:
    """Stored text for places that read markdown (labels, toasts): shown letter by letter, on one line."""
    flat = " ".join(str(text).split())
    return _MARKUP.sub(r"\\\1", _PICTURE.sub(":" + _JOINER, flat))


def when(instant: datetime | None) -> str:
    """An instant as the company's clocks showed it: ``2 Mar 2026, 10:00``."""
    if instant is None:
        return NOTHING
    local = instant.astimezone(zone())
    return f"{day(local.date())}, {local:%H:%M}"


def day(value: date | None) -> str:
    """A calendar day: ``2 Mar 2026``."""
    return f"{value.day} {value:%b %Y}" if value else NOTHING


def short_day(value: date | None) -> str:
    """A calendar day without its year where it is this year's: ``2 Mar``."""
    if value is None:
        return NOTHING
    return f"{value.day} {value:%b}" if value.year == today().year else day(value)


def ago(instant: datetime | None) -> str:
    """How long ago, as one says it; the day once it is more than a month."""
    if instant is None:
        return "never"
    seconds = (Clock.now() - instant).total_seconds()
    if seconds < 0 or seconds >= 31 * 86_400:
        return day(instant.astimezone(zone()).date())
    for size, noun in ((86_400, "day"), (3_600, "hour"), (60, "minute")):
        if seconds >= size:
            return f"{count(int(seconds // size), noun)} ago"
    return "just now"


def today() -> date:
    """The calendar day in the company's time zone."""
    return Clock.now().astimezone(zone()).date()


def number(value: float | None, *, is_capped: bool = False) -> str:
    """A number with its thousands: ``12,345``; ``10,000+`` where nobody counted on."""
    return NOTHING if value is None else f"{value:,}{'+' if is_capped else ''}"


def count(value: int, noun: str, plural: str = "") -> str:
    """A number with its noun: ``1 contact``, ``2 contacts``."""
    return f"{value:,} {noun if value == 1 else plural or noun + 's'}"


def money(minor: int | None, currency: str) -> str:
    """An amount of minor units: ``€1,234.50``."""
    if minor is None:
        return NOTHING
    return str(format_currency(amounts.to_decimal(minor, currency), currency, locale="en"))


def label(field_name: str, kind: str = "contacts") -> str:
    """What people call a field: ``job_title`` is “Job title”."""
    return _labels(kind).get(field_name) or sentence(field_name)


def sentence(name: str) -> str:
    """A name of the program as people read it: ``email_opt`` is “Email opt”."""
    return name.removeprefix(fields.CUSTOM).replace("_", " ").strip().capitalize()


def country_name(code: str) -> str:
    """The country of these two letters, in English."""
    return countries.name(code) if code else ""


def phone(stored: object) -> str:
    """A phone number as one reads it aloud, in groups; it is kept without them."""
    return phones.shown(str(stored or ""))


def greeting(name: str) -> str:
    """What one says at this hour to a person, by the first name."""
    hour = Clock.now().astimezone(zone()).hour
    word = "Good morning" if 4 <= hour < 12 else "Good afternoon" if 12 <= hour < 18 else "Good evening"
    first = name.split()[0] if name.split() else name
    return f"{word}, {first}"


def joined(words: list[str], last: str = "and") -> str:
    """A list as one says it: ``a, b and c``."""
    return f" {last} ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)


def zone() -> ZoneInfo:
    """The company's time zone."""
    return _zone_named(company().time_zone)


@cache
def _labels(kind: str) -> dict[str, str]:
    return {name: field.label for name, field in fields.vocabulary(kind).items()}


@lru_cache(maxsize=8)
def _zone_named(name: str) -> ZoneInfo:
    return ZoneInfo(name)
