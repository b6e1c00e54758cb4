"""Takes an import back: what it made goes, what it changed gets its old values; what people touched stays."""

from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from typing import Any, Final

from crm_core.data import claims
from crm_core.data.entities import ENTITIES, Entity
from crm_core.data.frames import actor_for
from crm_core.data.import_types import note
from crm_core.data.outcomes import spread
from crm_core.data.restoring import Restored, restore
from crm_core.kernel.access import SYSTEM, Actor, Permission
from crm_core.kernel.work import Work, use_case
from crm_core.people import counts
from db.models import Import, ImportRow
from db.queries import imports as import_sql
from db.queries import loading
from db.queries import undoing as sql

AT_ONCE: Final = 500
_COLUMNS = (
    "import_id",
    "phase",
    "row_number",
    "line",
    "outcome",
    "record_id",
    "cells",
    "problems",
    "changes",
)


def undo(import_id: int, worker: str, is_ending: Callable[[], bool]) -> None:
    """Take everything back, in transactions of some hundred records; may be interrupted and goes on.

    Raises:
        Lost: another worker took over.
    """
    actor, kind = _begin_undo(SYSTEM, import_id, worker)
    entity = ENTITIES[kind]
    while _restore_some(actor, import_id, worker, entity):
        if is_ending():
            claims.leave(import_id, worker)
            return
    for part in made_kinds(entity):
        after: int | None = 0
        while after is not None:
            after = _remove_some(actor, import_id, worker, part, after)
            if is_ending():
                claims.leave(import_id, worker)
                return
    _finish_undo(actor, import_id, worker)


def made_kinds(entity: Entity) -> list[Entity]:
    """The kinds of record that an import makes, in the order in which they can go."""
    if entity.loader is None:
        return [entity] if entity.kind == "accounts" else [entity, ENTITIES["accounts"]]
    beside = (("products", "products"), ("contacts", "contacts"), ("companies", "accounts"))
    return [entity, *(ENTITIES[kind] for name, kind in beside if name in entity.references)]


@use_case(Permission.IMPORTS_RUN)
def _begin_undo(work: Work, import_id: int, worker: str) -> tuple[Actor, str]:
    """Who takes the import back, and what it held. The person may have left: then the system does it."""
    claims.advance(work, import_id, worker, {})
    row = work.get(Import, import_id)
    name = row.summary.get("undone_by") or SYSTEM.name
    actor_id = row.summary.get("undone_by_id")
    if actor_id is None and row.owner_id is not None and name == SYSTEM.name:
        actor_id = actor_for(work, row).id
    return Actor(actor_id, name, SYSTEM.role, SYSTEM.permissions, SYSTEM.scope), row.kind


@use_case(Permission.IMPORTS_RUN)
def _restore_some(work: Work, import_id: int, worker: str, entity: Entity) -> int:
    """Give the next changed records their old values; returns how many there were."""
    claims.advance(work, import_id, worker, {})
    rows = work.scalars(import_sql.updates_after(import_id, 0, AT_ONCE))
    if not rows:
        return 0
    ids = [row.record_id for row in rows]
    if entity.loader is not None:
        restored = Restored(entity.loader.restore(work, import_id, rows))
    elif entity.kind == "contacts":
        with counts.kept(work, ids):
            restored = restore(work, entity, import_id, rows)
    else:
        restored = restore(work, entity, import_id, rows)
    _list(work, import_id, restored.kept)
    work.run(sql.settle(import_id, [row.id for row in rows], "restored"))
    _sum_up(work, import_id, restored=len(rows) - len(restored.kept), kept=len(restored.kept))
    return len(rows)


@use_case(Permission.IMPORTS_RUN)
def _remove_some(work: Work, import_id: int, worker: str, entity: Entity, after: int) -> int | None:
    """Remove the next records that the import made and nobody touched since; None when there are no more."""
    work.expect_many()
    claims.advance(work, import_id, worker, {})
    found = [tuple(row) for row in work.tuples(_made(work, entity, import_id, after))]
    if not found:
        return None
    free = [record_id for record_id, _, touched in found if not touched]
    kept = {record_id: name for record_id, name, touched in found if touched}
    if entity.kind == "contacts":
        with counts.kept(work, free):
            _remove(work, entity, free)
    elif entity.loader is not None:
        known = entity.loader.before_removal(work, free)
        _remove(work, entity, free)
        entity.loader.after_removal(work, known)
    else:
        _remove(work, entity, free)
    _list(work, import_id, _reasons(work, entity, kept))
    _sum_up(work, import_id, removed=len(free), kept=len(kept))
    return int(found[-1][0])


@use_case(Permission.IMPORTS_RUN)
def _finish_undo(work: Work, import_id: int, worker: str) -> None:
    """Everything is taken back."""
    claims.advance(work, import_id, worker, {})
    tags = work.run(sql.remove_unused_tags(import_id))
    row = work.get(Import, import_id)
    if loader := ENTITIES[row.kind].loader:
        loader.remove_beside(work, row.summary.get("made_ids", {}))
    done = {name: row.summary.get(f"undo_{name}", 0) for name in ("removed", "restored", "kept")}
    work.record("import.undone", row, file_name=row.file_name, tags=tags, **done)
    values = {"state": "undone", "finished_at": work.now, "wanted": "", "message": ""}
    work.run(import_sql.leave(import_id, worker, values))


def _made(work: Work, entity: Entity, import_id: int, after: int) -> Any:
    """The statement for the next records that the import made: (id, name, used since)."""
    loader = entity.loader
    if loader is None:
        return sql.made(entity.model, import_id, after, AT_ONCE)
    which: int | list[int] = import_id
    if not loader.marks:
        chunks = [outcome for _, _, outcome in work.tuples(import_sql.chunks(import_id, "run"))]
        beside = work.get(Import, import_id).summary.get("made_ids", {}).get(entity.kind, [])
        which = [*beside, *(one for outcome in chunks for one in spread(outcome.get("ids", ())))]
        loader.release(work, which)
    return loading.made((entity.model, entity.title), loader.parts, which, after, AT_ONCE)


def _remove(work: Work, entity: Entity, ids: Sequence[int]) -> None:
    if ids:
        work.run(sql.remove(entity.model, ids))


def _reasons(
    work: Work, entity: Entity, kept: dict[int, str]
) -> list[tuple[int, dict[str, str], dict[str, Any]]]:
    """Why each of these stays: the fields that were changed, else that it is used."""
    if not kept:
        return []
    fields: dict[int, Counter[str]] = defaultdict(Counter)
    by_subject = loading.traces(entity.model.__tablename__, list(kept))
    traces = sql.traces(entity.child, list(kept)) if entity.child else by_subject
    for record_id, _, facts in work.tuples(traces):
        fields[record_id].update(facts.get("changes", {}))
    found = []
    for record_id, name in kept.items():
        changed = ", ".join(fields[record_id])
        why = f"was changed since ({changed})" if changed else "is used by something that came later"
        found.append(
            (record_id, note(f"“{name}” {why}, so it stays.", level="hint"), dict(fields[record_id]))
        )
    return found


def _list(work: Work, import_id: int, kept: Sequence[tuple[int, dict[str, str], dict[str, Any]]]) -> None:
    if not kept:
        return
    there = set(work.scalars(sql.listed(import_id, [record_id for record_id, _, _ in kept])))
    number = work.scalar(sql.last_listed(import_id)) or 0
    new = [one for one in kept if one[0] not in there]
    rows: list[tuple[Any, ...]] = [
        (import_id, "undo", number + at, 0, "kept", record_id, [], [reason], changes)
        for at, (record_id, reason, changes) in enumerate(new, start=1)
    ]
    if rows:
        work.insert(ImportRow, _COLUMNS, rows)


def _sum_up(work: Work, import_id: int, **added: int) -> None:
    row = work.get(Import, import_id)
    summary = dict(row.summary)
    for name, count in added.items():
        summary[f"undo_{name}"] = summary.get(f"undo_{name}", 0) + count
    row.summary = summary
