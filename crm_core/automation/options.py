"""What a trigger or a step can be told: closed lists, each option with its type and its limits."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import time
from typing import Any, Final
from urllib.parse import urlsplit

from crm_core.kernel.values.text import clean, one_line

WEEKDAYS: Final = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
MOST_DAYS: Final = 3_660
LONGEST_URL: Final = 1_000


@dataclass(frozen=True)
class Option:
    """One thing that can be said.

    ``type`` is ``text``, ``number``, ``choice``, ``rule``, ``clock``, ``weekdays``, ``url`` or ``yes_no``; of
    numbers ``low`` and ``high`` are the limits, of texts ``high`` is the length.
    """

    label: str
    type: str = "text"
    is_needed: bool = False
    default: Any = None
    low: int = 0
    high: int = 300
    choices: tuple[str, ...] = ()


def days(label: str, default: int, *, low: int = 0, is_needed: bool = False) -> Option:
    """A number of days."""
    return Option(label, "number", is_needed, default, low, MOST_DAYS)


def checked(
    known: Mapping[str, Option], given: Mapping[str, Any], place: str
) -> tuple[dict[str, Any], dict[str, str]]:
    """Options as they are stored, with defaults, and by place what is wrong with them."""
    values: dict[str, Any] = {}
    wrong = {f"{place}.{name}": "There is no such option here." for name in given if name not in known}
    for name, option in known.items():
        raw = given.get(name)
        if raw is None or raw == "" or raw == []:
            if option.is_needed and option.default is None:
                wrong[f"{place}.{name}"] = f"Say the {option.label}."
            if option.default is not None:
                values[name] = option.default
            continue
        value, problem = _value(option, raw)
        if problem:
            wrong[f"{place}.{name}"] = problem
        else:
            values[name] = value
    return values, wrong


def _value(option: Option, raw: Any) -> tuple[Any, str]:
    if option.type == "number":
        is_number = isinstance(raw, int) and not isinstance(raw, bool) and option.low <= raw <= option.high
        return raw, "" if is_number else f"Give a whole number from {option.low:,} to {option.high:,}."
    if option.type == "yes_no":
        return raw, "" if isinstance(raw, bool) else "Say yes or no."
    if option.type == "weekdays":
        return _weekdays(raw)
    if not isinstance(raw, str):
        return None, "Give a text."
    return _text(option, clean(raw))


def _text(option: Option, text: str) -> tuple[Any, str]:
    if option.type == "choice":
        return text, "" if text in option.choices else f"Choose one of: {', '.join(option.choices)}."
    if option.type == "clock":
        return _clock(text)
    if option.type == "url":
        return _url(text)
    if option.type == "text":
        text = one_line(text) if option.high <= 300 else text
        return text, "" if len(text) <= option.high else f"Use at most {option.high:,} characters."
    return text, ""


def _weekdays(raw: Any) -> tuple[Any, str]:
    named = [raw] if isinstance(raw, str) else list(raw) if isinstance(raw, list | tuple) else []
    if not named or any(one not in WEEKDAYS for one in named):
        return None, f"Choose from: {', '.join(WEEKDAYS)}."
    return [day for day in WEEKDAYS if day in named], ""


def _clock(text: str) -> tuple[Any, str]:
    try:
        return time.fromisoformat(text).strftime("%H:%M"), ""
    except ValueError:
        return None, "Write a time like 09:00."


def _url(text: str) -> tuple[Any, str]:
    try:
        parts = urlsplit(text)
        fits = parts.scheme in ("http", "https") and bool(parts.hostname) and len(text) <= LONGEST_URL
    except ValueError:
        fits = False
    return (
        text,
        ""
        if fits and text.isprintable() and " " not in text
        else "Write an address like https://example.com/hook.",
    )
