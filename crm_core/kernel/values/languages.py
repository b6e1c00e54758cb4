"""Languages as BCP 47 tags and time zones as IANA names."""

import re
import zoneinfo
from functools import cache, lru_cache

import pycountry
from babel import Locale, UnknownLocaleError
from babel.core import get_global

from crm_core.kernel.values.problem import Problem, shorten
from crm_core.kernel.values.text import fold

_LOCALES = "en de fr es it nl pt sv da nb fi pl cs tr ru ja zh".split()
_TAG = re.compile(r"([a-z]{2,3})(?:[-_]([a-z]{4}))?(?:[-_]([a-z]{2}|\d{3}))?(?:\.utf-?8)?", re.IGNORECASE)
_BRACKETED = re.compile(r"\((?:gmt|utc)?\s*[+-]?\d{0,2}:?\d{0,2}\)\s*", re.IGNORECASE)
_SPOKEN_ZONES = {
    "utc": "UTC", "gmt": "Europe/London", "z": "UTC", "cet": "Europe/Berlin", "cest": "Europe/Berlin",
    "mez": "Europe/Berlin", "bst": "Europe/London", "eet": "Europe/Athens", "wet": "Europe/Lisbon",
    "est": "America/New_York", "edt": "America/New_York", "et": "America/New_York",
    "eastern time (us & canada)": "America/New_York", "eastern time": "America/New_York",
    "cst": "America/Chicago", "cdt": "America/Chicago", "central time (us & canada)": "America/Chicago",
    "central time": "America/Chicago", "mst": "America/Denver",
    "mountain time (us & canada)": "America/Denver",
    "mountain time": "America/Denver", "pst": "America/Los_Angeles", "pdt": "America/Los_Angeles",
    "pacific time (us & canada)": "America/Los_Angeles", "pacific time": "America/Los_Angeles",
    "jst": "Asia/Tokyo", "ist": "Asia/Kolkata", "aest": "Australia/Sydney",
}  # fmt: skip


@lru_cache(maxsize=8192)
def parse(text: str) -> str | Problem:
    """The tag of a language: `de`, `pt-BR`. From a tag, a three-letter code, or a name in many languages."""
    named = _language_names().get(fold(text))
    if named:
        return named
    found = _TAG.fullmatch(text)
    code = _language_codes().get(found[1].lower()) if found else None
    if found is None or code is None:
        return Problem(
            f"“{shorten(text)}” is not a language we know. Write its name or its code, as in de.", text
        )
    script = f"-{found[2].title()}" if found[2] else ""
    return code + script + (f"-{found[3].upper()}" if found[3] else "")


@lru_cache(maxsize=8192)
def parse_time_zone(text: str) -> str | Problem:
    """The IANA name of a time zone: from that name, a city, a Windows name or a usual abbreviation."""
    word = fold(_BRACKETED.sub("", text))
    for key in (word, word.replace(" ", "_"), word.split(",")[0].strip().replace(" ", "_")):
        found = _SPOKEN_ZONES.get(key) or _zones().get(key)
        if found:
            return found
    return Problem(
        f"“{shorten(text)}” is not a time zone we know. Write its name, as in Europe/Berlin.", text
    )


@cache
def _language_codes() -> dict[str, str]:
    codes: dict[str, str] = {}
    for language in pycountry.languages:
        short = getattr(language, "alpha_2", language.alpha_3)
        codes[language.alpha_3] = short
        codes[short] = short
        if hasattr(language, "bibliographic"):
            codes[language.bibliographic] = short
    return codes


@cache
def _language_names() -> dict[str, str]:
    names: dict[str, str] = {}
    for locale in _LOCALES:
        for code, spelled in Locale.parse(locale).languages.items():
            if "_" not in code and code in _language_codes():
                names.setdefault(fold(spelled), _language_codes()[code])
    for code in set(_language_codes().values()):
        try:
            own = Locale.parse(code).get_display_name(code) if len(code) == 2 else None
        except (UnknownLocaleError, ValueError):
            own = None
        if own:
            names.setdefault(fold(own), code)
    return names


@cache
def _zones() -> dict[str, str]:
    zones: dict[str, str] = {}
    ordered = sorted(
        zoneinfo.available_timezones(), key=lambda name: (name.startswith(("Etc/", "posix", "right")), name)
    )
    for zone in ordered:
        zones[zone.lower()] = zone
        zones.setdefault(zone.rpartition("/")[2].lower(), zone)
    for windows, zone in get_global("windows_zone_mapping").items():
        zones.setdefault(fold(windows), zone)
    return zones
