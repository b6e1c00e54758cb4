"""Several files brought in together: in which order, one after the other, and what stops when one fails.

Each import knows the imports that come before it (``ImportOptions.after``); there is no other state.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from crm_core.data import frames, import_views, imports, kinds
from crm_core.kernel.access import Actor, Permission
from crm_core.kernel.work import Work, use_case
from db.models import Import
from db.queries import imports as sql

WAITING: Final = ("draft", "checked", "stopped", "failed")
"""States in which an import of a queue can be begun, as long as nothing of it is stored."""


@dataclass(frozen=True)
class QueuedFile:
    """A file of a queue: how far it is, and how it stands to the others.

    ``needs`` are names of files before it whose records it names, ``too_early`` those that stand behind it.
    """

    id: int
    file_name: str
    kind: str
    state: str
    message: str
    rows_total: int
    rows_done: int
    counts: Mapping[str, int]
    mapped: int
    columns: int
    needs: tuple[str, ...]
    too_early: tuple[str, ...]


def in_order(who: Actor, import_ids: Sequence[int]) -> list[int]:
    """The imports so that each comes after those whose records it names."""
    kind_of = {one.id: one.kind for one in files(who, import_ids)}
    return kinds.in_order((one for one in import_ids if one in kind_of), kind_of.__getitem__)


@use_case(Permission.IMPORTS_RUN, read=True)
def files(work: Work, import_ids: Sequence[int]) -> list[QueuedFile]:
    """The files in this order; those that one may not see or that are gone are left out."""
    rows = _rows(work, import_ids)
    found = []
    for place, row in enumerate(rows):
        named = kinds.NEEDS.get(row.kind, ())
        found.append(
            QueuedFile(
                row.id,
                row.file_name,
                row.kind,
                row.state,
                row.message,
                max(row.rows_total, row.rows_done),
                row.rows_done,
                import_views.counts_of(row),
                sum(map(bool, row.mapping.values())),
                len(row.layout["columns"]),
                tuple(one.file_name for one in rows[:place] if one.kind in named),
                tuple(one.file_name for one in rows[place + 1 :] if one.kind in named),
            )
        )
    return found


@use_case(Permission.IMPORTS_RUN)
def check(work: Work, import_ids: Sequence[int]) -> int:
    """Ask for the dry run of every file that waits, as the base is now; returns how many begin.

    Rows that name records of another file of the queue come out when that one is in.
    """
    begun = [row.id for row in _rows(work, import_ids) if row.state in WAITING and _is_new(work, row)]
    for import_id in begun:
        imports.check(work, import_id)
    return len(begun)


@use_case(Permission.IMPORTS_RUN)
def run(work: Work, import_ids: Sequence[int]) -> int:
    """Import the files one after the other, in this order; returns how many begin.

    A file waits for all before it. When one does not come to its end, those that name its records stop with
    a sentence, and the others go on. A dry run binds a file only if no other file comes in before it.

    Raises:
        Conflict: a file has repaired rows that were not checked. Invalid: a file has no mapped column.
    """
    rows = [row for row in _rows(work, import_ids) if row.state != "done"]
    begun: list[int] = []
    for row in rows:
        if row.state in WAITING and _is_new(work, row):
            options = replace(frames.options_of(row.options), after=tuple(begun))
            row.options = frames.plain(options) | ({"go_on": True} if begun else {})
            if row.state in ("stopped", "failed"):
                row.state = "draft"
            imports.run(work, row.id)
        begun.append(row.id)
    return len(begun)


def _rows(work: Work, import_ids: Sequence[int]) -> list[Import]:
    found = {row.id: row for row in work.scalars(sql.by_ids(import_ids))}
    return [found[one] for one in dict.fromkeys(import_ids) if one in found]


def _is_new(work: Work, row: Import) -> bool:
    return not work.scalar(sql.rows_stored(row.id, "run"))
