"""What is kept of the decided rows of a chunk, and how the rows of an import add up."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

from crm_core.data.import_types import OUTCOMES, Decision, Ready
from crm_core.data.storing import Decided
from crm_core.kernel.work import Work
from db.models import ImportChunk, ImportRow
from db.queries import imports as sql

COUNTERS: Final = {
    "c": "created_count", "d": "created_count", "u": "updated_count", "s": "skipped_count",
    "n": "skipped_count", "t": "skipped_count", "x": "skipped_count", "r": "rejected_count",
    "a": "created_count",
}  # fmt: skip
BLANK_COUNTS: Final[Mapping[str, int]] = dict.fromkeys(
    (*COUNTERS.values(), "warning_count", "duplicate_count"), 0
)
_ROW_COLUMNS = (
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


def problems_of(row: Ready, decision: Decision) -> list[dict[str, str]]:
    """All that is to be said about a row."""
    return [*row.problems, *decision.notes]


def added(decided: Sequence[Decided]) -> dict[str, int]:
    """What these rows add to the counters of the import. Warnings count on rows that are not refused."""
    found = Counter(COUNTERS[decision.letter] for _, decision in decided)
    found["duplicate_count"] = sum(decision.letter == "d" for _, decision in decided)
    found["warning_count"] = sum(
        problem["level"] == "warning"
        for row, decision in decided
        if decision.letter != "r"
        for problem in problems_of(row, decision)
    )
    return {"rows_done": len(decided), **{name: count for name, count in found.items() if count}}


def keep(work: Work, import_id: int, phase: str, decided: Sequence[Decided], ids: Mapping[int, int]) -> None:
    """Remember the outcome of a chunk: a letter a row, and the rows that are worth a row of their own."""
    outcome: dict[str, Any] = {"letters": "".join(decision.letter for _, decision in decided)}
    if ids:
        outcome["ids"] = ranges(ids.values())
    chunk = (import_id, phase, decided[0][0].number, decided[-1][0].number, outcome)
    work.insert(ImportChunk, ("import_id", "phase", "first_row", "last_row", "outcome"), [chunk])
    keep_rows(work, import_id, phase, decided, ids)


def keep_rows(
    work: Work, import_id: int, phase: str, decided: Sequence[Decided], ids: Mapping[int, int]
) -> None:
    """Remember the rows that are worth a row of their own: changed, refused, with something to say."""
    rows = []
    for row, decision in decided:
        problems = problems_of(row, decision)
        if problems or decision.letter in "ur":
            record_id = ids.get(row.number, decision.record_id)
            changes = decision.changes if decision.letter == "u" else {}
            name = OUTCOMES[decision.letter]
            rows.append(
                (import_id, phase, row.number, row.line, name, record_id, list(row.cells), problems, changes)
            )
    if rows:
        work.insert(ImportRow, _ROW_COLUMNS, rows)


def amend(work: Work, import_id: int, phase: str, decided: Sequence[Decided], ids: Mapping[int, int]) -> None:
    """Remember that these rows, which were refused before, came to something else since."""
    numbers = [row.number for row, _ in decided]
    work.run(sql.forget_lines(import_id, phase, numbers))
    keep_rows(work, import_id, phase, decided, ids)
    letters = {row.number: decision.letter for row, decision in decided}
    for chunk in work.scalars(sql.chunks_of(import_id, phase, numbers[0], numbers[-1])):
        within = range(chunk.first_row, chunk.last_row + 1)
        if any(number in within for number in numbers):
            chunk.outcome = _amended(chunk.first_row, chunk.outcome, letters, ids)


def _amended(
    first: int, outcome: Mapping[str, Any], letters: Mapping[int, str], ids: Mapping[int, int]
) -> dict[str, Any]:
    before = outcome["letters"]
    made = [first + at for at, letter in enumerate(before) if letter in "cd"]
    known = dict(zip(made, spread(outcome.get("ids", ())), strict=False)) | dict(ids)
    after = "".join(letters.get(first + at, letter) for at, letter in enumerate(before))
    new = [first + at for at, letter in enumerate(after) if letter in "cd"]
    found: dict[str, Any] = {"letters": after}
    return found | {"ids": ranges(known[number] for number in new)} if new else found


def spread(found: Iterable[Sequence[int]]) -> Iterator[int]:
    """The numbers of [first, count] pairs."""
    for first, count in found:
        yield from range(first, first + count)


def ranges(numbers: Iterable[int]) -> list[list[int]]:
    """Rising numbers as [first, count] pairs."""
    found: list[list[int]] = []
    for number in numbers:
        if found and number == sum(found[-1]):
            found[-1][1] += 1
        else:
            found.append([number, 1])
    return found
