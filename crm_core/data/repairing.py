"""Refused rows mended in place: seen with their reasons, written anew or dropped, checked again, taken in.

Nothing is written into the file. A repair is stored at once, and counts from the next check or run on.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from crm_core.data import refusals, repairs
from crm_core.data.import_lines import phase_of
from crm_core.data.refused_rows import as_repaired, parts, why_refused
from crm_core.kernel.access import Permission
from crm_core.kernel.errors import Conflict, Invalid
from crm_core.kernel.work import Work, use_case
from db.models import Import, ImportRow
from db.queries import imports as sql

OPEN: Final = ("checked", "done", "stopped", "failed")
"""States in which refused rows may be repaired: something was refused, and nobody works on it."""

_COLUMNS: Final = ("import_id", "phase", "row_number", "line", "outcome", "cells", "problems", "changes")


@dataclass(frozen=True)
class Progress:
    """How far the repair is: rows refused by the last check or run, and rows repaired since."""

    refused: int
    waiting: int


@use_case(Permission.IMPORTS_RUN, read=True)
def progress(work: Work, import_id: int) -> Progress:
    """How many rows are refused, and how many repairs wait for the next check or run."""
    row = work.get(Import, import_id)
    return Progress(row.rejected_count, work.scalar(sql.repairs_waiting(import_id)) or 0)


@use_case(Permission.IMPORTS_RUN)
def mend(work: Work, import_id: int, cells: Mapping[int, Sequence[str]]) -> None:
    """Write other cells into refused rows, by number of the row: all cells of each.

    Raises:
        Conflict: the import is under way, or undone. Invalid: a row that is not refused.
    """
    _write(work, import_id, "mend", {number: list(texts) for number, texts in cells.items()})


@use_case(Permission.IMPORTS_RUN)
def drop(work: Work, import_id: int, numbers: Sequence[int]) -> None:
    """Leave refused rows out for good: they count as skipped from the next check or run on."""
    _write(work, import_id, "drop", {number: [] for number in numbers})


@use_case(Permission.IMPORTS_RUN)
def reset(work: Work, import_id: int, numbers: Sequence[int]) -> None:
    """Take the rows as they stand in the file again."""
    _opened(work, import_id)
    for part in parts(list(numbers)):
        work.run(sql.forget_lines(import_id, repairs.PHASE, part))


@use_case(Permission.IMPORTS_RUN)
def mend_all(work: Work, import_id: int, reason: str, column: str, value: str) -> int:
    """Write one value into a column of every row that was refused for this reason; returns how many.

    Raises:
        Invalid: there is no such column. Conflict: the import is under way.
    """
    row = _opened(work, import_id)
    columns = list(row.layout["columns"])
    if column not in columns:
        raise Invalid(f"The file has no column “{column}”.", fields={"column": "There is no such column."})
    place = columns.index(column)
    numbers = refusals.numbers(why_refused(work, row), reason)
    for part in parts(numbers):
        cells = {}
        for one in as_repaired(work, row, part):
            whole = [*one.cells, *[""] * (len(columns) - len(one.cells))]
            whole[place] = value
            cells[one.row.row_number] = whole
        _write(work, import_id, "mend", cells)
    return len(numbers)


@use_case(Permission.IMPORTS_RUN)
def drop_all(work: Work, import_id: int, reason: str) -> int:
    """Leave out every row that was refused for this reason; returns how many."""
    numbers = refusals.numbers(why_refused(work, _opened(work, import_id)), reason)
    for part in parts(numbers):
        _write(work, import_id, "drop", {number: [] for number in part})
    return len(numbers)


@use_case(Permission.IMPORTS_RUN)
def take_in(work: Work, import_id: int) -> None:
    """Ask to import the repaired rows of an import that is done; an undo takes them back with the rest.

    Raises:
        Conflict: the import is not done, or nothing was repaired since.
    """
    row = _opened(work, import_id)
    if row.state != "done":
        raise Conflict("This import has not come to its end. Let it go on: repaired rows come in with it.")
    if not work.scalar(sql.repairs_waiting(import_id)):
        raise Conflict("No row was repaired since the last run. Mend or drop a row first.")
    row.state, row.wanted, row.message, row.worker, row.heartbeat_at = "queued", "", "", "", None
    row.started_at, row.finished_at = None, None


def _write(work: Work, import_id: int, what: str, cells: Mapping[int, list[str]]) -> None:
    row = _opened(work, import_id)
    phase = phase_of(work, import_id)
    for part in parts(list(cells)):
        refused = {
            one.row_number: one.line
            for one in work.scalars(sql.lines_at(import_id, phase, part))
            if one.outcome == "refuse"
        }
        if unknown := set(part) - set(refused):
            raise Invalid(f"Row {min(unknown)} is not refused, so there is nothing to repair in it.")
        work.run(sql.forget_lines(import_id, repairs.PHASE, part))
        rows: list[tuple[Any, ...]] = [
            (row.id, repairs.PHASE, number, refused[number], what, cells[number], [], {}) for number in part
        ]
        work.insert(ImportRow, _COLUMNS, rows)


def _opened(work: Work, import_id: int) -> Import:
    row = work.get(Import, import_id)
    if row.state not in OPEN:
        raise Conflict("Rows are repaired between the check and the import, or after it. Reload the page.")
    return row
