"""What usually goes with a country: currency, time zone, language. For suggestions, never for decisions."""

from functools import cache
from importlib.resources import files
from zoneinfo import available_timezones

import pycountry
from babel import Locale
from babel.languages import get_official_languages
from babel.numbers import get_territory_currencies, list_currencies

from crm_core.kernel.values.text import fold

_NOT_SPENT = {"XAG", "XAU", "XBA", "XBB", "XBC", "XBD", "XDR", "XPD", "XPT", "XSU", "XTS", "XUA", "XXX"}
_AREAS = (
    "Africa/", "America/", "Antarctica/", "Arctic/", "Asia/", "Atlantic/", "Australia/", "Europe/", "Indian/",
    "Pacific/",
)  # fmt: skip
# Where the table of zones starts at a country's edge, not with its most people.
_CAPITAL_ZONES = {
    "AU": "Australia/Sydney", "BR": "America/Sao_Paulo", "CA": "America/Toronto", "RU": "Europe/Moscow",
    "UA": "Europe/Kyiv",
}  # fmt: skip


@cache
def countries(locale: str = "en") -> dict[str, str]:
    """Two letters -> name, in the order of the names."""
    names = Locale.parse(locale).territories
    known = {country.alpha_2: names.get(country.alpha_2, country.name) for country in pycountry.countries}
    return dict(sorted(known.items(), key=lambda pair: fold(pair[1])))


@cache
def currencies(locale: str = "en") -> dict[str, str]:
    """Three letters -> name, for every currency that is legal tender somewhere today."""
    names = Locale.parse(locale).currencies
    spent = {code for country in countries() for code in get_territory_currencies(country)}
    # Two lists must know it: one of them still has money that was replaced by the euro.
    codes = {
        code for code in spent & list_currencies() if pycountry.currencies.get(alpha_3=code)
    } - _NOT_SPENT
    return {code: str(names.get(code, code)) for code in sorted(codes)}


@cache
def time_zones() -> tuple[str, ...]:
    """The names of all time zones that are places, and UTC; source: IANA time zone database."""
    return ("UTC", *sorted(zone for zone in available_timezones() if zone.startswith(_AREAS)))


def currency_of(country: str) -> str:
    """The currency people pay with in a country; EUR where none is known. Source: CLDR."""
    spent = get_territory_currencies(country) if country in countries() else []
    return next((str(code) for code in spent if code in currencies()), "EUR")


def time_zone_of(country: str) -> str:
    """The zone of most people in a country; UTC where none is known. Source: IANA zone.tab."""
    return _CAPITAL_ZONES.get(country) or _zones().get(country, "UTC")


def language_of(country: str) -> str:
    """The first official language of a country with a two-letter code, else English. Source: CLDR."""
    spoken = get_official_languages(country) if country in countries() else ()
    codes = (str(language).partition("_")[0] for language in spoken)
    return next((code for code in codes if len(code) == 2 and pycountry.languages.get(alpha_2=code)), "en")


@cache
def _zones() -> dict[str, str]:
    table = files("tzdata").joinpath("zoneinfo/zone.tab").read_text(encoding="utf-8")
    found: dict[str, str] = {}
    for line in table.splitlines():
        if not line.startswith("#"):
            country, _, zone = line.split("\t")[:3]
            found.setdefault(country, zone)
    return found
