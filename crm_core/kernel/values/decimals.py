"""Numbers as people write them: never a float on the way, and the decimal sign decided by the column."""

import re
from collections.abc import Iterable
from decimal import Decimal
from enum import StrEnum
from functools import lru_cache

from crm_core.kernel.values.problem import Problem, shorten


class DecimalSign(StrEnum):
    """Which sign stands before the decimals where a number such as 1,234 could be read both ways."""

    POINT = "."
    COMMA = ","


_BLANKS = str.maketrans("", "", " \u00a0\u2009\u202f'’`_")
_PLAIN = re.compile(r"-?\d{1,15}(?:\.\d{1,2})?")
_NUMBER = re.compile(r"[+-]?(?:\d[\d.,]*|[.,]\d+)")
_SCIENTIFIC = re.compile(r"[+-]?\d+(?:[.,]\d+)?[eE][+-]?\d{1,2}")
_COMMA_REGIONS = frozenset(
    """DE AT FR ES IT NL PT BE SE NO DK FI PL CZ SK HU RO BG HR SI RS GR TR RU UA BR AR CL CO ID VN LT LV
    EE""".split()
)
_ENTITLED_GROUPS = 3


def decide_sign(cells: Iterable[str], region: str | None = None) -> DecimalSign:
    """The decimal sign of a column: by the cells that can be read one way only, else as usual in `region`."""
    points = commas = 0
    for cell in cells:
        sign = _evident(re.sub(r"[^\d.,]", "", cell))
        points += sign == "."
        commas += sign == ","
    if points == commas:
        return DecimalSign.COMMA if region in _COMMA_REGIONS else DecimalSign.POINT
    return DecimalSign.POINT if points > commas else DecimalSign.COMMA


def parse(text: str, sign: DecimalSign = DecimalSign.POINT) -> Decimal | Problem:
    """An exact number from `1.234,56`, `1'234.50`, `1 234,56`, `(12.50)` (negative), `12-` (negative),
    `1.5E+3`."""
    if _PLAIN.fullmatch(text) and not (sign is DecimalSign.COMMA and text[-4:-3] == "."):
        return Decimal(text)
    return _parse(text, sign)


@lru_cache(maxsize=8192)
def _parse(text: str, sign: DecimalSign) -> Decimal | Problem:
    body = text.translate(_BLANKS).replace("−", "-")
    negative = body[:1] == "(" and body[-1:] == ")"
    body = body[1:-1] if negative else body
    if len(body) > 1 and body[-1] in "-+":
        body = body[-1] + body[:-1]
    if not body.isascii() or len(body) > 40:
        return _refused(text)
    if _SCIENTIFIC.fullmatch(body):
        number = Decimal(body.replace(",", "."))
    elif _NUMBER.fullmatch(body):
        plain = _without_groups(body, sign)
        if plain is None:
            return _refused(text)
        number = Decimal(plain)
    else:
        return _refused(text)
    return -number if negative else number


def parse_integer(text: str, sign: DecimalSign = DecimalSign.POINT) -> int | Problem:
    """A whole number; `1,234` and `12.0` are whole, `12.5` is not."""
    number = parse(text, sign)
    if isinstance(number, Problem):
        return number
    if number != number.to_integral_value():
        return Problem(f"“{shorten(text)}” is not a whole number.", text)
    return int(number)


def parse_share(text: str, sign: DecimalSign = DecimalSign.POINT, hundred: bool = True) -> Decimal | Problem:
    """A share from 0 to 1: `50 %` is a half. A bare number is in hundredths unless `hundred` is off."""
    percent = text.rstrip().endswith("%")
    number = parse(text.rstrip().rstrip("%").rstrip(), sign)
    if isinstance(number, Problem):
        return Problem(f"“{shorten(text)}” is not a percentage.", text)
    share = number / 100 if percent or hundred else number
    if not 0 <= share <= 1:
        return Problem(f"“{shorten(text)}” is not between 0 and 100 %.", text)
    return share


def counts_in_hundredths(cells: Iterable[str]) -> bool:
    """Whether a column of probabilities goes from 0 to 100 (and not from 0 to 1)."""
    numbers = [number for cell in cells if isinstance(number := parse(cell.rstrip("% ")), Decimal)]
    return not numbers or any(number > 1 for number in numbers) or all(number == 0 for number in numbers)


def _evident(digits: str) -> str:
    """The decimal sign of a number that can be read one way only, else nothing."""
    points, commas = digits.count("."), digits.count(",")
    if points and commas:
        return "." if digits.rfind(".") > digits.rfind(",") else ","
    if points + commas != 1:
        return "" if points + commas == 0 else (";" if points == commas else ("," if points else "."))
    sign = "." if points else ","
    before, _, after = digits.partition(sign)
    grouped = len(after) == _ENTITLED_GROUPS and 1 <= len(before) <= _ENTITLED_GROUPS and before[0] != "0"
    return "" if grouped else sign


def _without_groups(body: str, sign: DecimalSign) -> str | None:
    """The number with a point before its decimals and no grouping; None where the groups are not groups."""
    lead, digits = (body[0], body[1:]) if body[0] in "+-" else ("", body)
    decimal = _evident(digits) or str(sign)
    group = "," if decimal == "." else "."
    whole, _, decimals = digits.rpartition(decimal) if decimal in digits else (digits, "", "")
    if group in decimals or decimal in whole:
        return None
    groups = whole.split(group)
    if len(groups) > 1 and not (0 < len(groups[0]) <= 3 and all(2 <= len(part) <= 3 for part in groups[1:])):
        return None
    return f"{lead}{''.join(groups) or '0'}.{decimals or '0'}"


def _refused(text: str) -> Problem:
    return Problem(f"“{shorten(text)}” is not a number.", text)
