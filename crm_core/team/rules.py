"""What users and the company may be called, and what their settings may be: pure decisions."""

import re
import unicodedata
from functools import cache
from zoneinfo import available_timezones

import pycountry

from crm_core.kernel.values import emails
from crm_core.kernel.values.problem import Problem
from crm_core.team.types import CompanySettings

_LOGIN_NAME = re.compile(r"[a-z0-9][a-z0-9._@+-]{1,119}")


def login_name(text: str) -> str:
    """A sign-in name as it is stored and compared."""
    return unicodedata.normalize("NFKC", text).strip().lower()


def plain(text: str) -> str:
    """A name on one line, without what cannot be seen."""
    visible = "".join(" " if unicodedata.category(c).startswith("C") else c for c in text)
    return " ".join(unicodedata.normalize("NFC", visible).split())


def login_name_problem(name: str) -> str | None:
    """Why this cannot be a sign-in name, or None."""
    if _LOGIN_NAME.fullmatch(name):
        return None
    return "Use 2 to 120 letters without accents, digits and . _ - + @, beginning with a letter or a digit."


def name_problem(name: str, longest: int = 200) -> str | None:
    """Why this cannot be the name of a person, team or company, or None."""
    if not name:
        return "A name is needed."
    return f"Use at most {longest} characters." if len(name) > longest else None


def email(text: str) -> tuple[str | None, str | None]:
    """An address as it is stored (None when empty), and why it cannot be one."""
    if not text.strip():
        return None, None
    found = emails.parse(text.strip())
    return (None, found.message) if isinstance(found, Problem) else (found, None)


def company_problems(settings: CompanySettings) -> dict[str, str]:
    """Field by field, what cannot be."""
    checks = {
        "name": name_problem(settings.name),
        "currency": _unknown(settings.currency in currencies(), "currency", "EUR"),
        "time_zone": _unknown(settings.time_zone in time_zones(), "time zone", "Europe/Berlin"),
        "country": _unknown(not settings.country or settings.country in countries(), "country", "DE"),
        "language": _unknown(settings.language in languages(), "language", "en"),
    }
    return {field: hint for field, hint in checks.items() if hint}


@cache
def currencies() -> dict[str, str]:
    """Codes (ISO 4217) and English names of currencies, by code."""
    return {each.alpha_3: each.name for each in sorted(pycountry.currencies, key=lambda c: c.alpha_3)}


@cache
def countries() -> dict[str, str]:
    """Codes (ISO 3166) and English names of countries, by name."""
    named = ((each.alpha_2, getattr(each, "common_name", each.name)) for each in pycountry.countries)
    return dict(sorted(named, key=lambda pair: pair[1]))


@cache
def languages() -> dict[str, str]:
    """Codes (ISO 639-1) and English names of languages, by name."""
    coded = ((each.alpha_2, each.name) for each in pycountry.languages if hasattr(each, "alpha_2"))
    return dict(sorted(coded, key=lambda pair: pair[1]))


@cache
def time_zones() -> tuple[str, ...]:
    """Names of time zones as the IANA database has them: UTC and Continent/City."""
    cities = (
        name
        for name in available_timezones()
        if "/" in name and not name.startswith(("Etc/", "posix/", "right/"))
    )
    return ("UTC", *sorted(cities))


def _unknown(is_known: bool, what: str, example: str) -> str | None:
    return None if is_known else f"This {what} is not known. An example is {example}."
