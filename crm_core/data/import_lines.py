"""The rows of an import one by one: what each came to, and the refused ones as a file to mend."""

import csv
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Any, Final

from crm_core.data import frames, readers
from crm_core.data.entities import ENTITIES
from crm_core.data.import_types import OUTCOMES, ImportLine
from crm_core.data.outcomes import spread
from crm_core.data.repairs import Repairs, known, repaired
from crm_core.kernel.access import Permission
from crm_core.kernel.errors import Invalid
from crm_core.kernel.paging import Page, Paging
from crm_core.kernel.work import Work, use_case
from db.models import Import, ImportRow
from db.queries import imports as sql
from db.queries import undoing

PHASES: Final = ("undo", "run", "check")
ADDED: Final = ("Line", "Reason")
EXTRA: Final = "Extra "
"""What a file of refused rows has beside the columns of its origin."""

_LETTERS: Final = {outcome: letter for letter, outcome in OUTCOMES.items()}
_AT_ONCE: Final = 1000
_DANGEROUS: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
_NUMBERS: Final = frozenset("0123456789+-.,() /")


@use_case(Permission.IMPORTS_RUN, read=True)
def rows(work: Work, import_id: int, outcome: str, paging: Paging) -> Page[ImportLine]:
    """One page of the rows that came to this: one of ``OUTCOMES``, ``kept`` (by an undo), or ``warning``.

    Before the run it is what the dry run says, afterwards what was stored.

    Raises:
        Invalid: there is no such outcome.
    """
    row = work.get(Import, import_id)
    if outcome in ("update", "refuse", "duplicate", "repeat", "kept", "warning", "restored"):
        phase = "undo" if outcome == "kept" else phase_of(work, import_id)
        named = "" if outcome == "warning" else outcome
        statement = sql.lines(import_id, phase, named, with_warnings=outcome == "warning")
        page = work.page(statement, paging, _same)
        lines = _named(work, row, page.items)
        return Page(tuple(lines), paging, page.total, page.is_capped)
    if outcome not in _LETTERS:
        raise Invalid(f"There is no outcome “{outcome}”.")
    return _from_letters(work, row, outcome, paging)


@use_case(Permission.IMPORTS_RUN, read=True)
def rejects_csv(work: Work, import_id: int) -> Path:
    """The refused rows as a CSV file with their original columns and the reasons; the file's path.

    Cells that a spreadsheet would run as a formula get an apostrophe, which an import takes off again.
    """
    row = work.get(Import, import_id)
    layout, phase = frames.layout_of(row.layout), phase_of(work, import_id)
    target = frames.path_of(row).with_name("refused.csv")
    with target.open("w", newline="", encoding="utf-8-sig") as file:
        writer = csv.writer(file)
        width = len(layout.columns)
        # Cells beyond the last column stand behind the reason, so that no column slips.
        most = max((len(one.cells) for one in _all(work, import_id, phase)), default=width)
        extra = [f"{EXTRA}{number}" for number in range(1, most - width + 1)]
        writer.writerow([*map(guarded, layout.columns), *ADDED, *extra])
        for one in _all(work, import_id, phase):
            cells = [guarded(cell) for cell in one.cells]
            cells += [""] * (width - len(cells))
            reasons = [_sentence(problem) for problem in one.problems if problem["level"] == "error"]
            writer.writerow([*cells[:width], one.line, guarded(" ".join(reasons)), *cells[width:]])
    return target


def guarded(cell: str) -> str:
    """The cell as a spreadsheet will show it and not run it. Phone numbers and amounts stay as they are."""
    start = cell.lstrip(" ")
    if not start.startswith(_DANGEROUS):
        return cell
    if start[0] in "+-" and all(sign in _NUMBERS for sign in start):
        return cell
    return f"'{cell}"


def without_added(columns: Sequence[str]) -> list[str]:
    """The columns that a file had before it became a file of refused rows; all of any other file."""
    for at in range(len(columns) - 1):
        if tuple(columns[at : at + 2]) == ADDED and all(one.startswith(EXTRA) for one in columns[at + 2 :]):
            return list(columns[:at])
    return list(columns)


def phase_of(work: Work, import_id: int) -> str:
    """Whether the rows of the run are to be shown, or still those of the dry run."""
    return "run" if work.scalar(sql.rows_stored(import_id, "run")) else "check"


def _all(work: Work, import_id: int, phase: str) -> Iterator[ImportRow]:
    statement, offset = sql.lines(import_id, phase, "refuse"), 0
    while part := work.scalars(statement.limit(_AT_ONCE).offset(offset)):
        yield from part
        offset += _AT_ONCE


def _sentence(problem: dict[str, str]) -> str:
    where = problem["column"] or problem["field"]
    return f"{where}: {problem['message']}" if where else problem["message"]


def _same(**columns: Any) -> ImportRow:
    found: ImportRow = columns["ImportRow"]
    return found


def _named(work: Work, row: Import, items: tuple[ImportRow, ...]) -> Iterator[ImportLine]:
    ids = [one.record_id for one in items if one.record_id]
    names: dict[int, str] = {}
    if ids:
        entity = ENTITIES[row.kind]
        names = {
            found[0]: found[1]
            for found in work.tuples(undoing.current(entity.model, ids, ("id", entity.title)))
        }
    missing = [one.row_number for one in items if not one.cells and one.line]
    cells = cells_of(row, missing, known(work, row.id))
    for one in items:
        shown = tuple(one.cells) or cells.get(one.row_number, (0, ()))[1]
        yield ImportLine(
            one.row_number, one.line, one.outcome, one.record_id, names.get(one.record_id or 0, ""), shown,
            tuple(one.problems), one.changes,
        )  # fmt: skip


def _from_letters(work: Work, row: Import, outcome: str, paging: Paging) -> Page[ImportLine]:
    """Rows without a row of their own: their numbers stand in the chunks, their cells in the file."""
    letter, total = _LETTERS[outcome], 0
    numbers: list[int] = []
    ids: dict[int, int] = {}
    for first, _, stored in work.tuples(sql.chunks(row.id, phase_of(work, row.id))):
        letters = stored["letters"]
        found = [first + at for at, one in enumerate(letters) if one == letter]
        window = range(paging.offset - total, paging.offset - total + paging.limit)
        chosen = [number for at, number in enumerate(found) if at in window]
        if chosen and letter in "cd":
            made = [first + at for at, one in enumerate(letters) if one in "cd"]
            ids |= dict(zip(made, spread(stored.get("ids", [])), strict=False))
        numbers += chosen
        total += len(found)
    cells = cells_of(row, numbers, known(work, row.id))
    lines = []
    for number in numbers:
        line, shown = cells.get(number, (0, ()))
        lines.append(ImportLine(number, line, outcome, ids.get(number), "", shown, (), {}))
    return Page(tuple(lines), paging, total)


def cells_of(row: Import, numbers: list[int], mended: Repairs) -> dict[int, tuple[int, tuple[str, ...]]]:
    """Line and cells of these rows, read from the file, as far as nobody repaired them."""
    path = frames.path_of(row)
    if not numbers or not path.exists():
        return {}
    wanted, first = set(numbers), min(numbers)
    stream = repaired(readers.rows(path, frames.layout_of(row.layout), first - 1), mended, first)
    window = islice(enumerate(stream, start=first), max(numbers) - first + 1)
    return {number: (one.line, tuple(one.cells)) for number, one in window if number in wanted}
