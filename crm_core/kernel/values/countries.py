"""Countries: any usual spelling -> two letters of ISO 3166-1."""

from functools import cache, lru_cache

import pycountry
from babel import Locale

from crm_core.kernel.values.problem import Problem, shorten
from crm_core.kernel.values.text import fold

_LOCALES = (
    """en de fr es it nl pt sv da nb fi pl cs sk hu ro hr sl et lv lt bg el tr ru uk ar he ja ko zh id vi ca
    eu gl"""
).split()

_SPOKEN = {
    "uk": "GB", "u.k.": "GB", "england": "GB", "scotland": "GB", "wales": "GB", "northern ireland": "GB",
    "great britain": "GB", "britain": "GB", "united kingdom of great britain and northern ireland": "GB",
    "grossbritannien": "GB", "schottland": "GB", "angleterre": "GB", "inglaterra": "GB", "inghilterra": "GB",
    "engeland": "GB", "usa": "US", "u.s.a.": "US", "u.s.": "US", "united states of america": "US",
    "america": "US", "etats-unis d'amerique": "US", "vereinigte staaten von amerika": "US", "eeuu": "US",
    "ee.uu.": "US", "ee. uu.": "US", "e.u.a.": "US", "eua": "US", "vs": "US", "holland": "NL",
    "hollande": "NL",
    "holanda": "NL", "olanda": "NL", "the netherlands": "NL", "d": "DE", "brd": "DE",
    "germany, federal republic of": "DE",
    "federal republic of germany": "DE", "bundesrepublik deutschland": "DE", "a": "AT", "f": "FR", "i": "IT",
    "e": "ES", "el": "GR", "hellas": "GR", "schweiz": "CH", "suisse": "CH", "svizzera": "CH",
    "czech republic": "CZ",
    "czechia": "CZ", "tschechei": "CZ", "slovak republic": "SK", "russia": "RU", "russian federation": "RU",
    "south korea": "KR", "korea": "KR", "republic of korea": "KR", "korea, south": "KR", "north korea": "KP",
    "turkey": "TR", "turkiye": "TR", "vietnam": "VN", "viet nam": "VN", "ivory coast": "CI",
    "cote d'ivoire": "CI",
    "burma": "MM", "swaziland": "SZ", "macedonia": "MK", "cape verde": "CV", "east timor": "TL", "uae": "AE",
    "u.a.e.": "AE", "emirates": "AE", "prc": "CN", "p.r. china": "CN", "pr china": "CN",
    "mainland china": "CN",
    "people's republic of china": "CN", "hong kong": "HK", "macau": "MO", "macao": "MO", "taiwan, roc": "TW",
    "ksa": "SA", "rsa": "ZA", "zaire": "CD", "dr congo": "CD", "drc": "CD", "congo-brazzaville": "CG",
    "congo": "CG", "vatican": "VA", "palestine": "PS", "syria": "SY", "laos": "LA", "brunei": "BN",
    "iran": "IR",
    "bolivia": "BO", "venezuela": "VE", "tanzania": "TZ", "moldova": "MD", "republic of ireland": "IE",
    "eire": "IE",
    "kosovo": "XK", "xkx": "XK",
}  # fmt: skip


@lru_cache(maxsize=65_536)
def parse(text: str) -> str | Problem:
    """The country's two letters: from a code (DE, DEU, 276), a name in some thirty languages, or a usual
    alias."""
    word = fold(text).strip(" .()")
    found = _SPOKEN.get(word) or _SPOKEN.get(fold(text)) or _codes().get(word) or _english().get(word)
    found = found or _all_names().get(word) or _all_names().get(word.replace(" & ", " and "))
    if found:
        return found
    for separator in (" - ", ", ", " ("):
        for part in reversed(text.split(separator)[1:]) if separator in text else ():
            code = _codes().get(fold(part).strip(" .()"))
            if code:
                return code
    return Problem(
        f"“{shorten(text)}” is not a country we know. Write its name or its two letters, as in DE.", text
    )


def name(code: str, locale: str = "en") -> str:
    """The country's name in a language; the code itself where there is none."""
    return str(Locale.parse(locale).territories.get(code, code))


@cache
def _codes() -> dict[str, str]:
    codes = {}
    for country in pycountry.countries:
        codes[country.alpha_2.lower()] = country.alpha_2
        codes[country.alpha_3.lower()] = country.alpha_2
        codes[country.numeric] = country.alpha_2
    return codes


@cache
def _english() -> dict[str, str]:
    return _names_in("en")


@cache
def _all_names() -> dict[str, str]:
    names: dict[str, str] = {}
    for locale in _LOCALES:
        for word, code in _names_in(locale).items():
            names.setdefault(word, code)
    for country in pycountry.countries:
        for field in ("name", "official_name", "common_name"):
            spelled = getattr(country, field, "")
            if spelled:
                names.setdefault(fold(spelled), country.alpha_2)
    return names


def _names_in(locale: str) -> dict[str, str]:
    known = {country.alpha_2 for country in pycountry.countries} | {"XK"}
    territories = Locale.parse(locale).territories
    return {fold(spelled): code for code, spelled in territories.items() if code in known}
