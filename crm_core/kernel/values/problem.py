"""What is wrong with a value, as a sentence a person can act on."""

from dataclasses import dataclass, replace
from typing import Literal

Level = Literal["warning", "error"]


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong with one value.

    `error` refuses the whole row or form. `warning` leaves the value out and the rest goes on; when `kept`
    is set, that value is used in spite of the warning (a phone number as written, an amount after rounding).
    """

    message: str
    value: str = ""
    level: Level = "warning"
    field: str = ""
    column: str = ""
    kept: object = None

    def at(self, field: str, column: str, level: Level | None = None) -> "Problem":
        """The same problem, with the field and the column it was found in."""
        return replace(self, field=field, column=column, level=level or self.level)


def shorten(text: str, limit: int = 60) -> str:
    """The text as it can stand in a sentence: one line, at most `limit` characters."""
    line = " ".join(text.split())
    return line if len(line) <= limit else line[: limit - 1] + "…"
