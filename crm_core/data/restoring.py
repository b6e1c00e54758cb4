"""Gives records back what an import replaced, field by field, where they still hold what it wrote."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from crm_core.data.entities import Entity
from crm_core.data.import_types import note
from crm_core.data.storing import record_changes
from crm_core.kernel.values.text import fold
from crm_core.kernel.work import Work
from db.models import ContactPoint, ImportRow
from db.queries import undoing as sql

_EXTRA = ("id", "owner_id", "external_id", "origin", "custom", "name")
_BESIDE = ("points", "tags")
Kept = tuple[int, dict[str, str], dict[str, Any]]


@dataclass
class Restored:
    """What could not be restored: (record, why, the fields with what stands there now)."""

    kept: list[Kept] = field(default_factory=list)


def restore(work: Work, entity: Entity, import_id: int, rows: Sequence[ImportRow]) -> Restored:
    """Undo these updates. Fields that somebody changed since stay as they are and are named."""
    contacts = entity.kind == "contacts"
    extra = ("email_opt",) if contacts else ()
    columns = tuple(dict.fromkeys((*_EXTRA, *extra, entity.linked, *entity.columns)))
    ids = [row.record_id for row in rows if row.record_id]
    records = {
        values[0]: dict(zip(columns, values, strict=True))
        for values in work.tuples(sql.current(entity.model, ids, columns))
    }
    _take_away(work, entity, rows)
    points: dict[int, list[tuple[str, str, str]]] = defaultdict(list)
    if contacts:
        for contact_id, _, kind, key, value in work.tuples(sql.points_of(ids)):
            points[contact_id].append((kind, value, key))
    restored = Restored()
    groups: dict[tuple[str, ...], list[list[Any]]] = defaultdict(list)
    traces = []
    for row in rows:
        record = records.get(row.record_id or 0)
        if record is None:
            continue
        values, changed, kept = _back(record, row.changes)
        if kept:
            restored.kept.append(_reason(record, kept))
        whole = {name: value for name, value in record.items() if name not in entity.derived} | values
        values |= entity.derive(whole, tuple(points[record["id"]]), entity.limits)
        values["updated_at"] = work.now
        groups[("id", *values)].append([record["id"], *values.values()])
        traces.append((record["id"], changed))
    for names, cells in groups.items():
        work.change_many(entity.model, names, cells)
    if contacts:
        said = [row.record_id for row in rows if row.record_id and "email_opt" in row.changes]
        work.run(sql.remove_consents(import_id, said))
    record_changes(work, entity, traces, import_id, undone=True)
    return restored


def _back(
    record: dict[str, Any], changes: dict[str, Any]
) -> tuple[dict[str, Any], dict[str, Any], dict[str, Any]]:
    """Columns to set, the changes for the timeline, and the fields that are not as the import left them."""
    values: dict[str, Any] = {}
    changed: dict[str, Any] = {}
    kept: dict[str, Any] = {}
    custom = dict(record["custom"] or {})
    for name, (old, new) in changes.items():
        if name in _BESIDE:
            continue
        is_custom = name.startswith("custom.")
        now = custom.get(name[7:]) if is_custom else record[name]
        if now != new:
            kept[name] = now
            continue
        changed[name] = [new, old]
        if not is_custom:
            values[name] = old
        elif old is None:
            custom.pop(name[7:], None)
        else:
            custom[name[7:]] = old
    if any(name.startswith("custom.") for name in changed):
        values["custom"] = custom
    return values, changed, kept


def _reason(record: dict[str, Any], kept: dict[str, Any]) -> Kept:
    fields = ", ".join(kept)
    reason = note(f"“{record['name']}”: {fields} changed since, so the newer values stay.", level="hint")
    return record["id"], reason, {name: str(value) for name, value in kept.items()}


def _take_away(work: Work, entity: Entity, rows: Sequence[ImportRow]) -> None:
    """Remove the points and tags that these updates added."""
    ids = [row.record_id for row in rows if row.record_id]
    added = {row.record_id: row.changes for row in rows}
    if entity.kind == "contacts":
        gone = [
            point_id
            for contact_id, point_id, kind, key, _ in work.tuples(sql.points_of(ids))
            if any(
                (kind, key) == (point[0], point[2]) for point in added[contact_id].get("points", (0, ()))[1]
            )
        ]
        if gone:
            work.run(sql.remove(ContactPoint, gone))
    marks = [
        mark_id
        for record_id, mark_id, key in work.tuples(sql.tags_of(entity.tag_model, entity.child, ids))
        if key in {fold(tag) for tag in added[record_id].get("tags", (0, ()))[1]}
    ]
    if marks:
        work.run(sql.remove(entity.tag_model, marks))
