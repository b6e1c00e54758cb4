"""What the cells of a column look like, and whether they suit a field."""

import re
from collections.abc import Callable, Sequence
from datetime import date

from crm_core.data.fields import Field
from crm_core.kernel.values import choices, countries, dates, decimals, emails, languages, money, phones, urls
from crm_core.kernel.values.date_styles import DateOrder, DateStyle
from crm_core.kernel.values.name_words import TITLES
from crm_core.kernel.values.problem import Problem
from crm_core.kernel.values.text import clean, fold, is_blank

_MOST = 0.8
_DIGITS = re.compile(r"\d")
_PHONE = re.compile(r"[+(]?\d[\d\s().\-/]{6,}(?:x\d+)?")
_DOMAIN = re.compile(r"(?:https?://|www\.)\S+", re.IGNORECASE)
_PROFILES = {"linkedin.com": "linkedin_url", "facebook.com": "facebook_url", "instagram.com": "instagram_url",
             "twitter.com": "x_url", "//x.com": "x_url"}  # fmt: skip
_HOMES = {"linkedin_url": "linkedin", "facebook_url": "facebook", "instagram_url": "instagram"}


def filled(cells: Sequence[str]) -> list[str]:
    """The cells that say something, cleaned."""
    cleaned = [clean(cell) for cell in cells]
    return [cell for cell in cleaned if not is_blank(cell)]


def suits(field: Field, cells: Sequence[str]) -> float | None:
    """The share of filled cells that this field could take; None where there is nothing to judge by."""
    check = _CHECKS.get(field.type)
    if check is None or not cells:
        return None
    return sum(check(cell) for cell in cells) / len(cells)


def guess(cells: Sequence[str]) -> str | None:
    """The field of a contact that cells speak for on their own: e-mail, profile, website, phone."""
    if not cells:
        return None
    for home, field in _PROFILES.items():
        if _share(cells, lambda cell, home=home: home in cell.lower() and "@" not in cell) >= _MOST:  # type: ignore[misc]
            return field
    if _share(cells, is_email) >= _MOST:
        return "email"
    if _share(cells, lambda cell: _DOMAIN.fullmatch(cell) is not None) >= _MOST:
        return "website"
    if _share(cells, _is_written_phone) >= _MOST:
        return "phone"
    return None


def is_email(cell: str) -> bool:
    """Whether every address of the cell can be one."""
    found, wrong = emails.parse_all(cell)
    return bool(found) and not wrong


def are_profiles(cells: Sequence[str], field: str) -> bool:
    """Whether most cells are addresses on the site of a profile field."""
    return bool(cells) and _share(cells, lambda cell: _HOMES.get(field, field) in cell.lower()) >= _MOST


def are_salutations(cells: Sequence[str]) -> bool:
    """Whether most cells are honorifics (Mr, Frau Dr.)."""
    return bool(cells) and _share(cells, _is_salutation) > 0.5


def are_dates(cells: Sequence[str]) -> bool:
    """Whether most cells are dates or instants."""
    return bool(cells) and _share(cells, _is_date) >= _MOST


def are_order_names(cells: Sequence[str]) -> bool:
    """Whether the cells are order numbers such as #1001 or EN-2041."""
    return (
        bool(cells)
        and _share(cells, lambda cell: bool(re.fullmatch(r"#?[A-Z]{0,4}[-/]?\d{2,}", cell))) >= _MOST
    )


def are_shares(cells: Sequence[str]) -> bool:
    """Whether all cells are numbers from 0 to 1, at least one of them between."""
    found = [decimals.parse(cell) for cell in cells]
    numbers = [one for one in found if not isinstance(one, Problem)]
    within = len(numbers) == len(cells) and all(0 <= one <= 1 for one in numbers)
    return within and any(0 < one < 1 for one in numbers)


def _share(cells: Sequence[str], check: Callable[[str], bool]) -> float:
    return sum(check(cell) for cell in cells) / len(cells)


def _is_salutation(cell: str) -> bool:
    return all(word.rstrip(".") in TITLES or word in TITLES for word in fold(cell).replace("/", " ").split())


def _is_date(cell: str) -> bool:
    if len(_DIGITS.findall(cell)) < 3:
        return False
    return any(isinstance(dates.parse_date(cell, DateStyle(order)), date) for order in DateOrder)


def _is_written_phone(cell: str) -> bool:
    return (
        bool(_PHONE.fullmatch(cell))
        and not _is_date(cell)
        and (cell[0] in "+(" or len(cell.split()) > 1 or "-" in cell)
    )


def _has_phone(cell: str) -> bool:
    return (len(_DIGITS.findall(cell)) >= 4 and "@" not in cell) or bool(phones.parse_all(cell, None)[0])


def _is(parse: Callable[[str], object]) -> Callable[[str], bool]:
    return lambda cell: not isinstance(parse(cell), Problem)


def _is_profile(cell: str) -> bool:
    return not isinstance(urls.parse_profile(cell, "x_url"), Problem)


def _is_number(cell: str) -> bool:
    found = money.parse(cell, decimals.DecimalSign.POINT, "EUR")
    return not isinstance(found, Problem) or found.kept is not None


def _has_digit(cell: str) -> bool:
    return bool(_DIGITS.search(cell))


_CHECKS: dict[str, Callable[[str], bool]] = {
    "email": lambda cell: "@" in cell,
    "phone": _has_phone,
    "url": _is(urls.parse),
    "profile": _is_profile,
    "country": _is(countries.parse),
    "language": _is(languages.parse),
    "time_zone": _is(languages.parse_time_zone),
    "date": _has_digit,
    "instant": _has_digit,
    "birthday": _has_digit,
    "part": lambda cell: len(cell) < 12,
    "money": _is_number,
    "number": _is_number,
    "integer": _has_digit,
    "share": _has_digit,
    "currency": _is(money.parse_currency),
    "yes_no": lambda cell: not isinstance(choices.parse_yes_no(cell), Problem) or _is_date(cell),
    "consent": lambda cell: not isinstance(choices.parse_yes_no(cell), Problem),
}
