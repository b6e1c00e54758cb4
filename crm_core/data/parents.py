"""Companies below companies: linked when the whole file is in, because a parent may stand further down."""

from collections.abc import Callable, Iterable, Sequence
from contextlib import closing
from dataclasses import dataclass
from typing import Any, Final

from crm_core.data import chunks, claims
from crm_core.data.account_records import domain_of
from crm_core.data.frames import Job
from crm_core.data.import_types import Ready
from crm_core.data.outcomes import spread
from crm_core.data.storing import record_changes
from crm_core.kernel.access import Actor, Permission
from crm_core.kernel.values.text import fold
from crm_core.kernel.values.urls import parse
from crm_core.kernel.work import Work, use_case
from db.models import Account, Import
from db.queries import imports as import_sql
from db.queries import matching as sql

DEEPEST: Final = 50
"""Companies above a company that are looked at: nobody has more, but a circle would have no end."""


@dataclass(frozen=True)
class _Wanted:
    """A company of the file, the parent it names, and the row that remembers a change of it."""

    account_id: int
    parent: str
    line: Any = None


def link(me: Actor, job: Job, worker: str, is_ending: Callable[[], bool]) -> bool:
    """Put the new and changed companies of a file below the parents they name; was the end reached?

    A parent is found by name, else by its ID in the other system, else by its web domain. May be called
    again. A company that would stand below itself keeps its place.

    Raises:
        Lost: another worker took over.
    """
    if job.entity.kind != "accounts" or all(one.field.name != "parent" for one in job.plan.columns):
        return True
    _begin(me, job, worker)
    with closing(chunks.stream(job.path, job.layout, job.plan, job.frame, 0, job.repairs)) as stream:
        for rows in stream:
            _link_some(me, job, worker, rows)
            if is_ending():
                claims.leave(job.import_id, worker, state="queued")
                return False
    return True


@use_case(Permission.IMPORTS_RUN)
def _begin(work: Work, job: Job, worker: str) -> None:
    """Count anew."""
    claims.advance(work, job.import_id, worker, {})
    row = work.get(Import, job.import_id)
    row.summary = {**row.summary, "parents_unknown": 0}


@use_case(Permission.IMPORTS_RUN)
def _link_some(work: Work, job: Job, worker: str, rows: list[Ready]) -> None:
    """Link the companies of these rows."""
    claims.advance(work, job.import_id, worker, {})
    wanted = _wanted(work, job.import_id, rows)
    if not wanted:
        return
    work.expect_many()
    found = _find(work, {one.parent for one in wanted}, job.options.origin)
    ids = {one.account_id for one in wanted}
    above = _above(work, ids | set(found.values()))
    versions = {row[0]: row[1] for row in work.tuples(sql.accounts(ids, ("id", "version")))}
    changes = []
    for one in wanted:
        new, old = found.get(one.parent), above.get(one.account_id)
        is_kept = one.line is not None and job.options.on_duplicate == "fill" and old is not None
        if new is None or new == old or is_kept or one.account_id in _line_of(new, above):
            continue
        above[one.account_id] = new
        # What the import made is new as a whole: nobody could have seen it without its parent.
        version = versions.get(one.account_id, 1) + (one.line is not None)
        changes.append((one.account_id, new, version))
        if one.line is not None:
            one.line.changes = {**one.line.changes, "parent_id": [old, new]}
            record_changes(work, job.entity, [(one.account_id, {"parent_id": [old, new]})], job.import_id)
    if changes:
        work.change_many(Account, ("id", "parent_id", "version"), changes)
    row = work.get(Import, job.import_id)
    unknown = sum(one.parent not in found for one in wanted)
    row.summary = {**row.summary, "parents_unknown": row.summary.get("parents_unknown", 0) + unknown}


def _wanted(work: Work, import_id: int, rows: Sequence[Ready]) -> list[_Wanted]:
    """What the stored rows among these name as their parent."""
    named = {row.number: row.linked for row in rows if row.linked}
    if not named:
        return []
    first, last = rows[0].number, rows[-1].number
    ids: dict[int, int] = {}
    for chunk in work.scalars(import_sql.chunks_of(import_id, "run", first, last)):
        letters = enumerate(chunk.outcome["letters"], start=chunk.first_row)
        made = [number for number, letter in letters if letter in "cd"]
        ids |= dict(zip(made, spread(chunk.outcome.get("ids", ())), strict=False))
    found = [_Wanted(ids[number], parent) for number, parent in named.items() if number in ids]
    changed = work.scalars(import_sql.updates_between(import_id, first, last))
    return found + [
        _Wanted(line.record_id, named[line.row_number], line) for line in changed if line.row_number in named
    ]


def _find(work: Work, names: set[str], origin: str) -> dict[str, int]:
    """The company of each of these names, IDs or domains; the oldest where several fit."""
    found: dict[str, int] = {}
    keys = {name: fold(name) for name in names}
    _fill(found, keys, work.tuples(sql.accounts_by_name(set(keys.values()))))
    ids = {name: name for name in names if name not in found}
    if ids:
        _fill(found, ids, work.tuples(sql.accounts_by_external_id(origin, set(ids))))
    domains = {name: _domain(name) for name in names if name not in found and "." in name}
    if domains:
        _fill(found, domains, work.tuples(sql.accounts_by_domain(set(domains.values()))))
    return found


def _fill(found: dict[str, int], keys: dict[str, str], pairs: Iterable[Any]) -> None:
    ids: dict[str, int] = {}
    for key, account_id in pairs:
        ids[key] = min(account_id, ids.get(key, account_id))
    found.update({name: ids[key] for name, key in keys.items() if key in ids})


def _domain(name: str) -> str:
    address = parse(name)
    return domain_of(address) if isinstance(address, str) else ""


def _above(work: Work, ids: set[int]) -> dict[int, int | None]:
    """The parent of each of these companies, and of those above them."""
    found: dict[int, int | None] = {}
    for _ in range(DEEPEST):
        missing = ids - found.keys()
        if not missing:
            break
        found |= dict.fromkeys(missing)
        found |= {row[0]: row[1] for row in work.tuples(sql.accounts(missing, ("id", "parent_id")))}
        ids = {parent for parent in found.values() if parent is not None}
    return found


def _line_of(account_id: int, above: dict[int, int | None]) -> set[int]:
    """A company and those above it."""
    found: set[int] = set()
    step: int | None = account_id
    while step is not None and step not in found:
        found.add(step)
        step = above.get(step)
    return found
