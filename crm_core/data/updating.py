"""How a row changes a record that exists: written over or completed, never taken back an opt-out."""

from typing import Any, NamedTuple

from crm_core.data.import_types import Ready, note
from crm_core.data.matching import Found, Record
from crm_core.kernel.values.text import fold
from crm_core.people.consents import said

_APART = frozenset(("external_id", "created_at", "custom"))


class Update(NamedTuple):
    """Columns with their old and new values; ``points``, ``tags`` and ``custom.<name>`` beside them."""

    changes: dict[str, Any]
    notes: tuple[dict[str, str], ...] = ()


def changes_of(row: Ready, record: Record, found: Found, owner_id: int | None, *, fill: bool) -> Update:
    """What a row changes on a record. With ``fill`` only what is blank gets a value."""
    changes: dict[str, Any] = {}
    for column, new in row.columns.items():
        old = record.get(column)
        if column not in _APART and old != new and not (fill and not _is_blank(old)):
            changes[column] = [old, new]
    if "company" in changes and fold(changes["company"][1]) == fold(changes["company"][0]):
        del changes["company"]
    _identity(changes, row, record, found)
    _custom(changes, row, record, fill=fill)
    if owner_id is not None and owner_id != record["owner_id"] and not (fill and record["owner_id"]):
        changes["owner_id"] = [record["owner_id"], owner_id]
    points = _points(changes, row, record, found)
    if points:
        changes["points"] = [None, [list(point) for point in points]]
    tags = [tag for tag in row.tags if fold(tag) not in found.tags.get(record["id"], ())]
    if tags:
        changes["tags"] = [None, tags]
    return Update(changes, _consent(changes, row, record))


def _is_blank(value: Any) -> bool:
    return value is None or value == ""


def _identity(changes: dict[str, Any], row: Ready, record: Record, found: Found) -> None:
    """A record without an ID takes that of the row, unless another record has it."""
    external_id = row.columns.get("external_id")
    if external_id and record["external_id"] is None and external_id not in found.taken:
        changes["external_id"] = [None, external_id]


def _custom(changes: dict[str, Any], row: Ready, record: Record, *, fill: bool) -> None:
    stored = record["custom"] or {}
    for name, new in row.columns.get("custom", {}).items():
        old = stored.get(name)
        if old != new and not (fill and not _is_blank(old)):
            changes[f"custom.{name}"] = [old, new]


def _points(changes: dict[str, Any], row: Ready, record: Record, found: Found) -> list[tuple[str, str, str]]:
    """Further addresses that are new; an e-mail address that is replaced stays as a further one."""
    there = {(kind, key) for kind, _, key in found.points.get(record["id"], ())}
    main = {changes.get(name, (None, record.get(name)))[1] for name in ("email", "phone", "mobile")}
    wanted = [point for point in row.points if point[1] not in main]
    if "email" in changes and changes["email"][0]:
        old = changes["email"][0]
        wanted.append(("email", old, fold(old)))
    return [point for point in dict.fromkeys(wanted) if (point[0], point[2]) not in there]


def _consent(changes: dict[str, Any], row: Ready, record: Record) -> tuple[dict[str, str], ...]:
    word, stored = said(row.consent), record.get("email_opt")
    if word is None or stored is None:
        return ()
    if word and stored == "out":
        message = "This person opted out of e-mail; an import cannot take that back."
        return (note(message, "email_consent"),)
    wanted = "in" if word else "out"
    if wanted != stored:
        changes["email_opt"] = [stored, wanted]
    return ()
