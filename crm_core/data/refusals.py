"""Why rows are refused: the same reason said of many rows is one reason, whatever value it names."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

MOST: Final = 5_000
"""Refused rows that are looked at and mended at a time; the next ones follow when these are mended."""

_NAMED: Final = re.compile(r"“[^”]*”")
_NUMBER: Final = re.compile(r"\d[\d.,:/-]*")

Problems = Sequence[dict[str, str]]
Refusals = Sequence[tuple[int, Problems]]


@dataclass(frozen=True)
class Reason:
    """One reason and how many rows it refused; ``column`` is where the value stands, if it is one cell."""

    key: str
    sentence: str
    column: str
    count: int


def counted(refused: Refusals) -> list[Reason]:
    """Each reason with its rows, the most frequent first."""
    tally: Counter[str] = Counter()
    first: dict[str, dict[str, str]] = {}
    is_same: dict[str, bool] = {}
    for _, problems in refused:
        problem = _decisive(problems)
        key = _key(problem)
        tally[key] += 1
        known = first.setdefault(key, problem)
        is_same[key] = is_same.get(key, True) and known["message"] == problem["message"]
    return [
        Reason(
            key, first[key]["message"] if is_same[key] else _general(first[key]), first[key]["column"], count
        )
        for key, count in tally.most_common()
    ]


def numbers(refused: Refusals, key: str) -> list[int]:
    """The rows that were refused for this reason; all for no reason."""
    return [number for number, problems in refused if not key or _key(_decisive(problems)) == key]


def sentence(problems: Problems, level: str = "error") -> str:
    """What is said about a row on this level (every level for none), each with the column it speaks of."""
    told = [one for one in problems if not level or one["level"] == level]
    return " ".join(
        f"{where}: {one['message']}" if (where := one["column"]) else one["message"] for one in told
    )


def _decisive(problems: Problems) -> dict[str, str]:
    return next((one for one in problems if one["level"] == "error"), _UNKNOWN)


_UNKNOWN: Final = {
    "message": "The row was refused.",
    "column": "",
    "field": "",
    "level": "error",
    "value": "",
}


def _key(problem: dict[str, str]) -> str:
    return f"{problem['column']}|{_general(problem)}"


def _general(problem: dict[str, str]) -> str:
    return _NUMBER.sub("…", _NAMED.sub("“…”", problem["message"]))
