"""From the values of a row to a finished contact: pure, so that it can run in any process."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from crm_core.data.import_types import Key, Ready
from crm_core.data.layouts import Row
from crm_core.data.preparing import Prepared
from crm_core.data.record_rules import LONGEST_KEY, Columns, Frame, birthday
from crm_core.kernel.values import phones
from crm_core.kernel.values.text import fold
from crm_core.people import rules
from crm_core.people.fields import CONSENT_FIELDS, CONTACT_COLUMNS, POINT_FIELDS

COLUMNS: Final = tuple(name for name in CONTACT_COLUMNS if name not in ("birthday", "external_id"))
DERIVED: Final = ("name", "name_key", "birth_day", "search_text")
_LIMITED: Final = ("name", "name_key")
_ADDRESS: Final = frozenset(("street", "city", "state", "postal_code", "country"))


def finisher(frame: Frame) -> Callable[[int, Row, Prepared], Ready]:
    """The function that finishes contacts within these limits."""

    def finish(number: int, row: Row, prepared: Prepared) -> Ready:
        columns = Columns(frame, prepared)
        values = prepared.values
        for name in (*COLUMNS, "external_id", "company", "created_at"):
            if name in values:
                columns.take(name)
        found = columns.found
        if "birthday" in values:
            found["birthday"] = birthday(values["birthday"])
        if "address" in values and _ADDRESS.isdisjoint(values):
            columns.take("address", "street")
        columns.take_custom()
        points = _points(columns)
        problems = columns.settled(row)
        return Ready(
            number,
            row.line,
            found,
            derived(found, points, frame.limits),
            points,
            columns.tags(),
            values.get("owner", ""),
            found.get("company", ""),
            {name: values[name] for name in CONSENT_FIELDS if name in values},
            keys_of(found, points),
            tuple(problems),
            any(problem["level"] == "error" for problem in problems),
            tuple(row.cells) if problems else (),
        )

    return finish


def derived(
    columns: Mapping[str, Any], points: tuple[tuple[str, str, str], ...], limits: Mapping[str, int]
) -> dict[str, Any]:
    """The columns that follow from the others, within their limits."""
    further = [value for kind, value, _ in points if kind in ("email", "phone")]
    found = rules.derived(columns, further)
    for name in _LIMITED:
        found[name] = found[name][: limits[name]]
    return found


def keys_of(columns: Mapping[str, Any], points: tuple[tuple[str, str, str], ...] = ()) -> tuple[Key, ...]:
    """Everything that this contact is recognised by."""
    found: list[Key] = []
    if columns.get("external_id"):
        found.append(("external_id", columns["external_id"]))
    emails = [columns.get("email", ""), *(value for kind, value, _ in points if kind == "email")]
    found += [("email", value.lower()) for value in emails if value]
    numbers = [columns.get("phone", ""), columns.get("mobile", "")]
    numbers += [value for kind, value, _ in points if kind == "phone"]
    found += [("phone", value) for value in dict.fromkeys(numbers) if value]
    if columns.get("company") and (columns.get("first_name") or columns.get("last_name")):
        found.append(("name", f"{rules.name_key(columns)}\n{fold(columns['company'])}"))
    return tuple(found)


def _points(columns: Columns) -> tuple[tuple[str, str, str], ...]:
    found: dict[tuple[str, str], tuple[str, str, str]] = {}
    limit = columns.frame.limits["website"]
    for name, kind in POINT_FIELDS.items():
        entries = columns.values.get(name)
        for value in entries if isinstance(entries, list) else [entries] if entries else []:
            if len(value) > limit:
                columns.say(f"This has {len(value)} characters; there is room for {limit}.", name, value)
                continue
            key = (phones.key(value) if kind == "phone" else fold(value))[:LONGEST_KEY]
            found.setdefault((kind, key), (kind, value, key))
    return tuple(found.values())
