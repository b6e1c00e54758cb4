"""Phone numbers, judged by the phonenumbers library, and a shorter way to the same answers.

A stored number is E.164 (`+31612345678`), with `;ext=12` behind it where there is an extension (RFC 3966),
or the text as written where the library cannot make a possible number of it: a phone number is never
thrown away.
"""

import re
from functools import cache, lru_cache

import phonenumbers
from phonenumbers.phonenumberutil import COUNTRY_CODE_TO_REGION_CODE, NumberParseException

from crm_core.kernel.values.phone_plans import plan_of_code, plan_of_region
from crm_core.kernel.values.problem import Problem, shorten

_PLAIN = re.compile(r"\+?\(?[0-9](?:[0-9 ().\-]*[0-9])?")
_NOT_DIGITS = str.maketrans("", "", " ().-+")
_SCIENTIFIC = re.compile(r"\d[.,]\d+E\+?\d+", re.IGNORECASE)
_FLOAT = re.compile(r"(\d{7,15})\.0")
_SEPARATORS = re.compile(r"\s*(?::::|[;|\n,])\s*|\s+(?:/|or|und|ou|and)\s+", re.IGNORECASE)
_E164 = re.compile(r"\+[0-9]{4,15}(;ext=[0-9]+)?")
_DIGIT = re.compile(r"\d")


def parse(text: str, region: str | None) -> str | Problem:
    """One number as E.164, for a caller in `region` (two letters; None: only international numbers).

    Not possible but at least four digits: a warning whose `kept` is the text as written.
    """
    short = _shortcut(text, region)
    if short is None:
        return _by_library(text, region)
    return short or _kept(text, region)


def parse_all(cell: str, region: str | None) -> tuple[list[str], list[Problem]]:
    """All numbers of a cell, without doubles; numbers kept as written are among them, with their warning."""
    numbers: list[str] = []
    problems: list[Problem] = []
    for part in _split(cell):
        found = parse(part, region)
        if isinstance(found, Problem):
            problems.append(found)
            found = found.kept if isinstance(found.kept, str) else ""
        if found and found not in numbers:
            numbers.append(found)
    return numbers, problems


def is_plain(text: str) -> bool:
    """Whether a text is digits and separators only: one number, whatever else the cell may be."""
    return _PLAIN.fullmatch(text) is not None


def split_extension(stored: str) -> tuple[str, str]:
    """Number and extension of a stored number; the extension is empty where there is none."""
    number, _, extension = stored.partition(";ext=")
    return number, extension


def key(stored: str) -> str:
    """What makes two stored numbers the same line: the digits before the extension."""
    return "".join(_DIGIT.findall(split_extension(stored)[0]))


@lru_cache(maxsize=4096)
def shown(stored: str) -> str:
    """A stored number in the groups that its country writes (ITU-T E.123: `+31 6 12345678`).

    A text that is no E.164 number reads as it is stored.
    """
    number = _parsed(stored, None) if _E164.fullmatch(stored) else None
    if number is None:
        return stored
    read = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.INTERNATIONAL)
    # Of numbers that cannot be, the library drops zeros: they read as they are stored.
    return read if _DIGIT.findall(read) == _DIGIT.findall(stored) else stored


def _split(cell: str) -> list[str]:
    if _PLAIN.fullmatch(cell) or "phone-context" in cell:
        return [cell]
    parts = [part for part in _SEPARATORS.split(cell) if part]
    if len(parts) > 1 and all(len(_DIGIT.findall(part)) >= 6 for part in parts):
        return parts
    return [cell] if ":::" not in cell else parts


def _shortcut(text: str, region: str | None) -> str | None:
    """The library's answer for plain digits and separators: E.164, or empty where it says impossible.

    None where the library itself has to be asked.
    """
    if not _PLAIN.fullmatch(text) or len(text) > 40:
        return None
    digits = text.translate(_NOT_DIGITS)
    if text[0] == "+":
        code = _calling_code(digits[:3])
        if not code:
            return None
        plan = own = plan_of_code(code)
        national = digits[len(code) :]
    else:
        found = plan_of_region(region) if region else None
        if found is None or found.may_be_international(digits):
            return None
        plan, own, national = plan_of_code(found.code), found, digits
    significant = own.significant(national)
    if significant is None or not significant.strip("0"):
        return None
    if len(significant) not in plan.lengths:
        return "" if text[0] == "+" else None
    return f"+{plan.code}{significant}"


@cache
def _calling_code(start: str) -> str:
    for size in (1, 2, 3):
        if start[:1] != "0" and start[:size].isdigit() and int(start[:size]) in COUNTRY_CODE_TO_REGION_CODE:
            return start[:size]
    return ""


def _by_library(text: str, region: str | None) -> str | Problem:
    whole = _FLOAT.fullmatch(text)
    if whole:
        text = whole.group(1)
    elif _SCIENTIFIC.fullmatch(text):
        return Problem(
            f"“{text}” is a phone number that a spreadsheet rounded. Export the column as text.",
            text,
            kept=text,
        )
    return _stored(text, region) or _kept(text, region)


@lru_cache(maxsize=4096)
def _stored(text: str, region: str | None) -> str | None:
    number = _parsed(text, region)
    if number is None or not phonenumbers.is_possible_number(number):
        number = _without_plus(text)
    if number is None:
        return None
    extension = f";ext={number.extension}" if number.extension else ""
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164) + extension


def _parsed(text: str, region: str | None) -> phonenumbers.PhoneNumber | None:
    try:
        return phonenumbers.parse(text, region or None)
    except NumberParseException:
        return None


def _without_plus(text: str) -> phonenumbers.PhoneNumber | None:
    """An international number that lost its plus sign on the way (33611111111): only when it is valid."""
    digits = text.translate(_NOT_DIGITS)
    if (
        not (digits.isascii() and digits.isdigit())
        or not 10 <= len(digits) <= 15
        or digits[0] == "0"
        or "+" in text
    ):
        return None
    number = _parsed("+" + digits, None)
    return number if number is not None and phonenumbers.is_valid_number(number) else None


def _kept(text: str, region: str | None) -> Problem:
    if len(_DIGIT.findall(text)) < 4:
        return Problem(f"“{shorten(text)}” is not a phone number.", text)
    where = "" if "+" in text else f" for {region}" if region else " without a country code"
    return Problem(
        f"“{shorten(text)}” is not a possible phone number{where}; it is kept as written.", text, kept=text
    )
