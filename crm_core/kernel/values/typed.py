"""One text of one field -> its value, by the type of the field: the same for forms, the API and imports.

| type | value |
|---|---|
| text, name, full_name, code (one line), long_text, time_zone, language, country, currency | text |
| url, profile, choice | text |
| email, phone, tags, choices | list of texts |
| date | `date` · birthday: ISO text, `--04-01` without the year · instant: aware UTC `datetime` |
| integer | `int` · number, share: `Decimal` · money: (minor units, currency) · duration: seconds |
| yes_no, consent | `bool` |
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, tzinfo
from decimal import Decimal
from typing import Any

from crm_core.kernel.values import choices, countries, dates, decimals, emails, languages, money, phones, urls
from crm_core.kernel.values.date_styles import DateStyle
from crm_core.kernel.values.decimals import DecimalSign
from crm_core.kernel.values.problem import Problem
from crm_core.kernel.values.text import clean, one_line

LISTS = frozenset(("email", "phone", "tags", "choices"))
_ONE_LINE = frozenset(("text", "name", "full_name", "code"))
_ANY_DATE = DateStyle()


@dataclass(frozen=True, slots=True)
class Conventions:
    """How a value is read where it does not say so itself: what is usual in the company or in the column.

    `region`: two letters of the country whose phone numbers are written without a code. `zone`: where a clock
    time without a zone was read.
    """

    region: str | None = None
    currency: str = "EUR"
    zone: tzinfo = UTC
    dates: DateStyle = _ANY_DATE
    decimals: DecimalSign = DecimalSign.POINT


Converted = tuple[Any, list[Problem]]
"""The value (None: nothing usable) and what is wrong; a problem with `kept` comes with that value."""


def convert(
    type_name: str, value: object, usual: Conventions, *, field: str = "", options: tuple[str, ...] = ()
) -> Converted:
    """The value of a field, from a text or from a value that a program already typed; empty is None.

    `field` decides about handles (`@ann` for `x_url`), `options` are those of a choice. An unknown type is a
    text.
    """
    if isinstance(value, list | tuple | set | frozenset):
        if type_name in LISTS:
            return _each(type_name, list(value), usual, options)
        if len(value) > 1:
            return None, [Problem("This takes one value, not a list of them.")]
        value = next(iter(value), None)
    text = as_text(value)
    if not text:
        return None, []
    if type_name in LISTS:
        return _LISTS[type_name](text, usual, options)
    if type_name == "profile":
        return _one(urls.parse_profile(text, field))
    if type_name == "choice":
        return _one(choices.parse_choice(text, options))
    if type_name in _ONE_LINE:
        return one_line(text), []
    single = _SINGLE.get(type_name)
    return (text, []) if single is None else _one(single(text, usual))


def as_text(value: object) -> str:
    """What a typed value is written as, cleaned, so that every door goes the same way."""
    if value is None:
        return ""
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime | date):
        return value.isoformat()
    return format(value, "f") if isinstance(value, Decimal) else str(value)


def _each(type_name: str, entries: list[Any], usual: Conventions, options: tuple[str, ...]) -> Converted:
    found: dict[Any, None] = {}
    problems: list[Problem] = []
    for entry in entries:
        # An entry of a list is one entry, also when it holds a comma.
        one, wrong = (
            (as_text(entry), []) if type_name == "tags" else convert(type_name, entry, usual, options=options)
        )
        problems += wrong
        found.update(dict.fromkeys(one if isinstance(one, list) else [one] if one not in (None, "") else []))
    return list(found), problems


def _one(found: Any) -> Converted:
    if isinstance(found, Problem):
        return found.kept, [found]
    return found, []


def _choices(text: str, _usual: Conventions, options: tuple[str, ...]) -> Converted:
    found = [choices.parse_choice(entry, options) for entry in choices.parse_tags(text)]
    chosen = dict.fromkeys(entry for entry in found if isinstance(entry, str))
    return list(chosen), [entry for entry in found if isinstance(entry, Problem)]


def _birthday(text: str, usual: Conventions) -> str | Problem:
    day = dates.parse_birthday(text, usual.dates, usual.zone)
    return day if isinstance(day, Problem) else dates.birthday_text(day)


_LISTS: Mapping[str, Callable[[str, Conventions, tuple[str, ...]], Converted]] = {
    "email": lambda text, _usual, _options: emails.parse_all(text),
    "phone": lambda text, usual, _options: phones.parse_all(text, usual.region),
    "tags": lambda text, _usual, _options: (choices.parse_tags(text), []),
    "choices": _choices,
}

_SINGLE: Mapping[str, Callable[[str, Conventions], Any]] = {
    "url": lambda text, _usual: urls.parse(text),
    "country": lambda text, _usual: countries.parse(text),
    "language": lambda text, _usual: languages.parse(text),
    "time_zone": lambda text, _usual: languages.parse_time_zone(text),
    "currency": lambda text, _usual: money.parse_currency(text),
    "birthday": _birthday,
    "date": lambda text, usual: dates.parse_date(text, usual.dates, usual.zone),
    "instant": lambda text, usual: dates.parse_instant(text, usual.dates, usual.zone),
    "integer": lambda text, usual: decimals.parse_integer(text, usual.decimals),
    "number": lambda text, usual: decimals.parse(text, usual.decimals),
    "share": lambda text, usual: decimals.parse_share(text, usual.decimals),
    "money": lambda text, usual: money.parse(text, usual.decimals, usual.currency),
    "duration": lambda text, _usual: choices.parse_duration(text),
    "yes_no": lambda text, _usual: choices.parse_yes_no(text),
    "consent": lambda text, _usual: choices.parse_yes_no(text),
}
