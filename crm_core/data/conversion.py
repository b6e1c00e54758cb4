"""The text of a cell -> the typed value of a field: the one place for imports, the API and forms."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any, NamedTuple

from crm_core.data.fields import Field
from crm_core.kernel.values import choices, countries, dates, decimals, emails, languages, money, phones, urls
from crm_core.kernel.values.date_styles import DateStyle
from crm_core.kernel.values.dates import zone_of
from crm_core.kernel.values.decimals import DecimalSign
from crm_core.kernel.values.problem import Problem, shorten
from crm_core.kernel.values.text import clean, fold, is_blank, one_line

_LONGEST, _LONGEST_TEXT = 500, 100_000
_NAMES = frozenset(("name", "full_name"))
_STATUSES = {
    "open": """open offen ouvert ouverte en_cours abierto abierta aperto aperta aberto aberta active aktiv
    new""",
    "won": """won gewonnen gagne gagnee ganado ganada vinto vinta ganho ganha success closed_won closedwon""",
    "lost": """lost verloren perdu perdue perdido perdida perso persa closed_lost closedlost abandoned
    cancelled canceled""",
}
_STATUS_OF = {word: status for status, words in _STATUSES.items() for word in words.split()}
_ANY_DATE = DateStyle()


@dataclass(frozen=True, slots=True)
class Context:
    """What has to be known to read a cell: where people write from, how the column writes dates and numbers.

    `region` is the country of national phone numbers, `zone` the IANA name of the company's time zone,
    `currency` what amounts are in where none is written, `hundred` whether shares go from 0 to 100.
    """

    region: str | None = None
    zone: str = "UTC"
    currency: str = "EUR"
    dates: DateStyle = _ANY_DATE
    decimal: DecimalSign = DecimalSign.POINT
    hundred: bool = True


class Converted(NamedTuple):
    """The value of a field (None: nothing to store), further values of the same cell, and what was wrong."""

    value: Any = None
    problems: tuple[Problem, ...] = ()
    further: tuple[str, ...] = ()


def convert(field: Field, text: str, context: Context) -> Converted:
    """What a text means for a field.

    Days are `date` (birthdays without a year stand in `dates.NO_YEAR`), instants aware UTC `datetime`, money
    `(minor units, currency)`, shares and quantities `Decimal`, tags a list, everything else `str`, `int` or
    `bool`. E-mail and phone fields may find several values in one cell: the others come as `further`.
    """
    text = clean(text)
    if is_blank(text, names=field.type in _NAMES):
        return Converted()
    return converted(reader_of(field, context)(text), field)


def converted(found: Any, field: Field, column: str = "") -> Converted:
    """The answer of a reader as a value with its problems, which are told the field and the column."""
    if isinstance(found, Problem):
        return Converted(found.kept, (found.at(field.name, column),))
    if isinstance(found, Converted):
        return found._replace(problems=tuple(one.at(field.name, column) for one in found.problems))
    return Converted(found)


def reader_of(field: Field, context: Context) -> Callable[[str], Any]:
    """The function that reads cleaned texts for a field: a value, a `Problem`, or several as `Converted`."""
    if field.type in _BY_TEXT:
        return _BY_TEXT[field.type]
    if field.type in _IN_CONTEXT:
        return partial(_IN_CONTEXT[field.type], context)
    if field.type == "profile":
        return lambda text: urls.parse_profile(text, field.name)
    return lambda text: choices.parse_choice(text, field.options)


def _text(text: str) -> str | Problem:
    if len(text) > _LONGEST:
        size = f"{len(text)} characters, {_LONGEST} fit"
        return Problem(f"“{shorten(text)}” is too long: {size}.", text[:_LONGEST])
    return one_line(text)


def _long_text(text: str) -> str | Problem:
    if len(text) > _LONGEST_TEXT:
        return Problem(f"The text is too long: {len(text)} characters, {_LONGEST_TEXT} fit.", text[:_LONGEST])
    return text


def _email(text: str) -> str | Converted:
    found = emails.parse(text)
    return found if type(found) is str else _several(*emails.parse_all(text))


def _phone(context: Context, text: str) -> str | Converted:
    found = phones.parse(text, context.region) if phones.is_plain(text) else None
    return found if type(found) is str else _several(*phones.parse_all(text, context.region))


def _several(found: list[str], problems: list[Problem]) -> Converted:
    return Converted(found[0] if found else None, tuple(problems), tuple(found[1:]))


def _tags(text: str) -> list[str]:
    return [tag for tag in choices.parse_tags(text) if len(tag) <= _LONGEST]


def _deal_status(text: str) -> str | Problem:
    status = _STATUS_OF.get("_".join(fold(text).replace("-", " ").split()))
    return status or Problem(f"“{shorten(text)}” is not the status of a deal. Write open, won or lost.", text)


_BY_TEXT: dict[str, Callable[[str], Any]] = {
    "name": _text,
    "full_name": _text,
    "text": _text,
    "code": _text,
    "part": _text,
    "long_text": _long_text,
    "email": _email,
    "url": urls.parse,
    "country": countries.parse,
    "language": languages.parse,
    "time_zone": languages.parse_time_zone,
    "currency": money.parse_currency,
    "yes_no": choices.parse_yes_no,
    "consent": choices.parse_yes_no,
    "tags": _tags,
    "deal_status": _deal_status,
    "duration": choices.parse_duration,
}
_IN_CONTEXT: dict[str, Callable[[Context, str], Any]] = {
    "phone": _phone,
    "date": lambda context, text: dates.parse_date(text, context.dates, zone_of(context.zone)),
    "instant": lambda context, text: dates.parse_instant(text, context.dates, zone_of(context.zone)),
    "birthday": lambda context, text: dates.parse_birthday(text, context.dates, zone_of(context.zone)),
    "money": lambda context, text: money.parse(text, context.decimal, context.currency),
    "integer": lambda context, text: decimals.parse_integer(text, context.decimal),
    "number": lambda context, text: decimals.parse(text, context.decimal),
    "share": lambda context, text: decimals.parse_share(text, context.decimal, context.hundred),
}
