"""Yes or no, lists in a cell, choices, durations."""

import json
import re

from crm_core.kernel.values.problem import Problem, shorten
from crm_core.kernel.values.text import fold

_YES = frozenset(
    """yes y true t 1 x on ja j oui o vrai si s sim verdadeiro vero verdadero waar wahr tak ano kylla hai
    evet checked """
    """active enabled ok ✓ ✔ ☑ 1.0 subscribed opted-in opt-in optin granted given agreed
    accepted confirmed allow allowed""".split()
) | {"opted in", "opt in"}
_NO = frozenset(
    """no n false f 0 off nein non faux nao falso onwaar falsch nee nej nei nie ne ei hayir unchecked
    inactive disabled """
    """✗ ✘ ☐ 0.0 unsubscribed opted-out opt-out optout denied refused declined withdrawn
    revoked deny""".split()
) | {"opted out", "opt out", "do not allow", "not allowed", "not subscribed", "never subscribed"}
_SEPARATORS = re.compile(r"\s*(?::::|[;,|\n])\s*")
_STAR = re.compile(r"\*\s+(?=\S)")
_CLOCK = re.compile(r"(\d{1,3}):([0-5]\d)(?::([0-5]\d))?")
_DURATION = re.compile(
    r"(?:(\d+(?:[.,]\d+)?)\s*(?:h|hrs?|hours?|std|stunden?|heures?|horas?|ore|uur)\.?)?\s*"
    r"(?:(\d+(?:[.,]\d+)?)\s*(?:m|mins?|minutes?|minuten?|minutos?|minuti)\.?)?\s*"
    r"(?:(\d+)\s*(?:s|secs?|seconds?|sekunden?|secondes?|segundos?|secondi)\.?)?",
    re.IGNORECASE,
)


def parse_yes_no(text: str) -> bool | Problem:
    """Yes or no in a dozen languages, and as programs and forms write it (`1`, `x`, `opted in`)."""
    word = text if text in _YES else fold(text)
    if word in _YES:
        return True
    if word in _NO:
        return False
    return Problem(f"“{shorten(text)}” is neither yes nor no.", text)


def parse_tags(cell: str) -> list[str]:
    """The entries of a list in one cell: `a, b`, `a;b`, `["a","b"]`, `* a ::: b` (the star is a mark).

    Doubles go, whatever their case; the first spelling stays.
    """
    entries: dict[str, str] = {}
    for entry in _json_texts(cell) or _parts(cell):
        entries.setdefault(fold(entry), entry)
    return list(entries.values())


def _parts(cell: str) -> list[str]:
    if cell[:1] == "[" and cell[-1:] == "]":
        cell = cell[1:-1].replace('"', "").replace("'", "")
    parts = (" ".join(_STAR.sub("", part, count=1).split()) for part in _SEPARATORS.split(cell) if part)
    return [part for part in parts if part]


def _json_texts(cell: str) -> list[str]:
    """The entries of a list in JSON, which may hold separators; none where it is no such list."""
    if cell[:2] != '["':
        return []
    try:
        found = json.loads(cell)
    except (ValueError, RecursionError):
        return []
    texts = found if all(isinstance(entry, str) for entry in found) else []
    return [entry for entry in (" ".join(text.split()) for text in texts) if entry]


def parse_choice(text: str, options: tuple[str, ...]) -> str | Problem:
    """The option a text means, whatever its case and accents. With no options every text is one."""
    if not options or text in options:
        return text
    word = fold(text)
    for option in options:
        if fold(option) == word:
            return option
    return Problem(f"“{shorten(text)}” is not one of {', '.join(options[:12])}.", text)


def parse_duration(text: str) -> int | Problem:
    """Seconds from `00:15:30`, `1h 30m`, `15 min`; a bare number and `1:30` count minutes and
    hours:minutes."""
    clock = _CLOCK.fullmatch(text)
    if clock:
        return int(clock[1]) * 3600 + int(clock[2]) * 60 + int(clock[3] or 0)
    if text.isdecimal() and len(text) < 7:
        return int(text) * 60
    spoken = _DURATION.fullmatch(text.strip())
    if text and spoken and any(spoken.groups()):
        hours, minutes = (float((part or "0").replace(",", ".")) for part in spoken.groups()[:2])
        return round(hours * 3600 + minutes * 60) + int(spoken[3] or 0)
    return Problem(f"“{shorten(text)}” is not a duration. Write minutes, or 1:30.", text)
