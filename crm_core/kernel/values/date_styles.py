"""How a column writes its dates: decided from the whole column, and said in words."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class DateOrder(StrEnum):
    """Which number comes first in a date such as 03/04/2025; what begins with the year is always y-m-d."""

    DMY = "d/m/y"
    MDY = "m/d/y"


_MONTH_FIRST_REGIONS = frozenset(("US", "PH", "FM", "MH", "PW", "GU", "PR", "VI", "AS", "MP", "UM"))
_NUMBERS = re.compile(r"(\d{1,2})([-/.])\s?(\d{1,2})\2\s?(\d{4}|\d{2})(?!\d)")
_SERIAL = re.compile(r"[1-7]\d{4}(?:\.\d+)?")
_EPOCH = re.compile(r"-?\d{9,10}|-?\d{12,13}")


@dataclass(frozen=True, slots=True)
class DateStyle:
    """How to read the dates of a column.

    `ambiguous` means that every date fits both orders and the order was assumed; `sentence` says what was
    decided. `serial`: the cells are spreadsheet day numbers. `epoch`: seconds or milliseconds since 1970.
    """

    order: DateOrder = DateOrder.DMY
    ambiguous: bool = False
    serial: bool = False
    epoch: bool = False
    sentence: str = ""


def decide_style(cells: Iterable[str], region: str | None = None) -> DateStyle:
    """The style of a column that is known to hold dates, from as many of its cells as the caller has.

    Numbers above 12 decide. Where none is, points and hyphens are read as d/m/y, and slashes as people in
    `region` write them.
    """
    filled = [cell.strip() for cell in cells if cell.strip()]
    if filled and all(_SERIAL.fullmatch(cell) for cell in filled):
        return DateStyle(serial=True, sentence="The dates are spreadsheet day numbers.")
    if filled and all(_EPOCH.fullmatch(cell) for cell in filled):
        return DateStyle(epoch=True, sentence="The dates are seconds or milliseconds since 1970.")
    numbers = [(int(found[1]), int(found[3]), found[2]) for cell in filled if (found := _NUMBERS.match(cell))]
    if not numbers:
        return DateStyle()
    day_first = sum(first > 12 >= second for first, second, _ in numbers)
    month_first = sum(second > 12 >= first for first, second, _ in numbers)
    if not day_first and not month_first:
        return _assumed(numbers[0][2], region)
    order = DateOrder.DMY if day_first >= month_first else DateOrder.MDY
    if day_first and month_first:
        return DateStyle(order, True, sentence=f"The column mixes d/m/y and m/d/y; {order} is more frequent.")
    return DateStyle(order, sentence=f"The dates are {order}: some numbers are above 12.")


def _assumed(separator: str, region: str | None) -> DateStyle:
    month_first = separator == "/" and region in _MONTH_FIRST_REGIONS
    order = DateOrder.MDY if month_first else DateOrder.DMY
    return DateStyle(order, True, sentence=f"Every date fits d/m/y and m/d/y; {order} is assumed.")
