"""What a value that a program sends may be: its JSON schema, the check that keeps it, and the hint."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import MAXYEAR, MINYEAR, UTC, date, datetime
from typing import Any, Final

from crm_core.commerce.rules import MOST_LINES
from crm_core.kernel.values.typed import LISTS
from crm_core.people.fields import CUSTOM, OPTIONS

Json = dict[str, Any]
LARGEST_NUMBER: Final = 10**15
MOST_ENTRIES: Final = 1_000


@dataclass(frozen=True)
class Kind:
    """What a value may be: its JSON schema, the check that keeps it, and the hint when it does not."""

    schema: Json
    fits: Callable[[Any], bool]
    hint: str


def _is_plain(value: Any) -> bool:
    """Could a form or a cell hold this?"""
    if isinstance(value, float):
        return math.isfinite(value) and abs(value) <= LARGEST_NUMBER
    if isinstance(value, int):
        return abs(value) <= LARGEST_NUMBER
    return value is None or isinstance(value, str)


def _is_list(value: Any, kind: type) -> bool:
    return (
        isinstance(value, list)
        and len(value) <= MOST_ENTRIES
        and all(type(entry) is kind and _is_plain(entry) for entry in value)
    )


def _is_instant(value: Any) -> bool:
    try:
        if value is None:
            return True
        moment = datetime.fromisoformat(value)
        # One that lies before or behind all calendars in some zone cannot be stored or shown.
        return moment.tzinfo is not None and MINYEAR < moment.astimezone(UTC).year < MAXYEAR
    except (TypeError, ValueError, OverflowError):
        return False


def _is_day(value: Any) -> bool:
    try:
        return value is None or date.fromisoformat(value) is not None
    except (TypeError, ValueError):
        return False


def text(longest: int) -> Kind:
    """A text of so many characters at most."""
    hint = f"Give a text of at most {longest:,} characters."
    return Kind(
        {"type": "string", "maxLength": longest},
        lambda value: isinstance(value, str) and len(value) <= longest and "\x00" not in value,
        hint,
    )


def one_of(words: Any) -> Kind:
    """One of some words."""
    known = [*words]
    return Kind(
        {"type": "string", "enum": known}, lambda value: value in known, f"Choose one of: {', '.join(known)}."
    )


def number(largest: int, *, or_none: bool = False) -> Kind:
    """A whole number from 0 on; or none, where it may be left open."""
    schema = {"type": ["integer", "null"] if or_none else "integer", "minimum": 0, "maximum": largest}
    return Kind(
        schema,
        lambda value: (or_none and value is None) or (type(value) is int and 0 <= value <= largest),
        f"Give a whole number from 0 to {largest:,}.",
    )


ID: Final = number(2**63 - 1, or_none=True)
VERSION: Final = number(2**31 - 1)
YES_NO: Final = Kind({"type": "boolean"}, lambda value: isinstance(value, bool), "Write true or false.")
INSTANT: Final = Kind(
    {"type": ["string", "null"], "format": "date-time"},
    _is_instant,
    "Give an instant with its zone, such as 2026-03-02T09:00:00Z.",
)
DAY: Final = Kind({"type": ["string", "null"], "format": "date"}, _is_day, "Give a day such as 2026-03-02.")
TEXTS: Final = Kind(
    {"type": "array", "items": {"type": "string"}},
    lambda value: _is_list(value, str),
    "Give a list of texts.",
)
IDS: Final = Kind(
    {"type": "array", "items": {"type": "integer"}, "maxItems": MOST_ENTRIES},
    lambda value: _is_list(value, int),
    f"Give a list of at most {MOST_ENTRIES:,} ids.",
)
OBJECT: Final = Kind(
    {"type": "object", "additionalProperties": {"type": ["string", "null"]}},
    lambda value: isinstance(value, dict) and all(v is None or isinstance(v, str) for v in value.values()),
    "Give an object of names and texts.",
)


def _record_field(name: str, type_name: str) -> Kind:
    """A field of a record: read as in forms and imports, so texts are always welcome."""
    schema: Json = {"type": ["string", "null"]}
    if type_name in LISTS:
        schema = {"type": ["string", "array", "null"], "items": {"type": "string"}}
    elif type_name in ("yes_no", "consent"):
        schema = {"type": ["boolean", "string", "null"]}
    elif type_name in ("integer", "number", "money", "share") or name == "owner":
        schema = {"type": ["number", "string", "null"]}
    elif type_name == "instant":
        schema = {"type": ["string", "null"], "format": "date-time"}
    if name in OPTIONS:
        schema["description"] = f"One of: {', '.join(OPTIONS[name])}."
    if type_name in LISTS:
        return Kind(schema, _is_listed, "Give a text, a number, true or false, or a list of texts.")
    return Kind(schema, _is_plain, "Give a text, a number, or true or false.")


def _is_listed(value: Any) -> bool:
    return _is_plain(value) or _is_list(value, str)


OWN_FIELD: Final = _record_field("", "choices")


@dataclass(frozen=True)
class Kinds:
    """The names of a body with their kinds; ``required`` ones must be there, ``own`` lets custom ones in."""

    names: Mapping[str, Kind]
    required: tuple[str, ...] = ()
    own: bool = False

    def schema(self) -> Json:
        """As OpenAPI writes it."""
        found: Json = {
            "type": "object",
            "properties": {name: kind.schema for name, kind in self.names.items()},
            "additionalProperties": False,
        }
        if self.own:
            found["patternProperties"] = {r"^custom\.": {}}
        return found | ({"required": [*self.required]} if self.required else {})


def problems(values: Mapping[str, Any], kinds: Kinds) -> dict[str, str]:
    """A hint for every name that is unknown or missing, and every value of the wrong kind."""
    wrong = {name: "This is needed." for name in kinds.required if name not in values}
    for name, value in values.items():
        kind = kinds.names.get(name) or (OWN_FIELD if kinds.own and name.startswith(CUSTOM) else None)
        if kind is None:
            wrong[name] = f"There is no field called “{name[:60]}” here."
        elif not kind.fits(value):
            wrong[name] = kind.hint
    return wrong


def record(types: Mapping[str, str], *left_out: str) -> dict[str, Kind]:
    """The fields of a record, by their names, without those that are left out."""
    return {name: _record_field(name, type_name) for name, type_name in types.items() if name not in left_out}


def rows(kinds: Mapping[str, Kind]) -> Kind:
    """A list of objects with these names."""
    properties = {name: kind.schema for name, kind in kinds.items()}
    row: Json = {"type": "object", "properties": properties, "additionalProperties": False}
    return Kind(
        {"type": "array", "items": row, "maxItems": MOST_LINES},
        lambda value: (
            isinstance(value, list)
            and len(value) <= MOST_LINES
            and all(isinstance(one, dict) and not problems(one, Kinds(kinds)) for one in value)
        ),
        f"Give a list of objects with some of: {', '.join(kinds)}. Money and quantities are decimal numbers.",
    )


DECIMAL: Final = Kind(
    {"type": ["number", "string", "null"]},
    lambda value: not isinstance(value, bool) and _is_plain(value),
    "Give a number, or a text such as 12.50.",
)
