"""The refused rows of an import, as they were repaired so far, and what each would come to now."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from crm_core.data import refusals, repairs
from crm_core.data.checking import decider_of, everywhere
from crm_core.data.frames import Job, job
from crm_core.data.import_lines import cells_of, phase_of
from crm_core.data.import_types import OUTCOMES, Ready
from crm_core.data.matching import Found, look_up
from crm_core.data.taking_in import finished
from crm_core.kernel.access import Actor, Permission
from crm_core.kernel.paging import Page, Paging
from crm_core.kernel.work import Work, use_case
from crm_core.team.company import company
from db.models import Import, ImportRow
from db.queries import imports as sql

AT_ONCE: Final = 500


@dataclass(frozen=True)
class RefusedRow:
    """A refused row as it stands now, with the sentence it was refused for.

    ``repair`` is empty, ``mend`` or ``drop``;
    ``verdict`` is what it would come to: one of the values of ``OUTCOMES``; ``why`` says it in a sentence.
    """

    number: int
    line: int
    cells: tuple[str, ...]
    reason: str
    repair: str
    verdict: str
    why: str


@dataclass(frozen=True)
class Line:
    """A refused row with its cells as they are now; ``repair`` is empty, ``mend`` or ``drop``."""

    row: ImportRow
    cells: tuple[str, ...]
    repair: str


@use_case(Permission.IMPORTS_RUN, read=True)
def reasons(work: Work, import_id: int) -> list[refusals.Reason]:
    """Why rows were refused, the most frequent reason first; of the first ``refusals.MOST`` rows."""
    return refusals.counted(why_refused(work, work.get(Import, import_id)))


def search(who: Actor, import_id: int, paging: Paging, reason: str = "") -> Page[RefusedRow]:
    """One page of the refused rows as they are repaired so far, and what each would come to now.

    Args:
        who: the person whose import this is.
        import_id: which one.
        paging: which page.
        reason: the key of one of ``reasons``; empty for all.

    Raises:
        NotFound: there is no such import to be seen, or its file is gone.
    """
    found, total, opened = _refused(who, import_id, paging, reason)
    verdicts = _judge(everywhere(opened.actor), opened, found)
    rows = (
        RefusedRow(
            one.row.row_number,
            one.row.line,
            one.cells,
            refusals.sentence(one.row.problems),
            one.repair,
            *verdict,
        )
        for one, verdict in zip(found, verdicts, strict=True)
    )
    return Page(tuple(rows), paging, total, total >= refusals.MOST)


def as_repaired(work: Work, row: Import, numbers: Sequence[int]) -> list[Line]:
    """These refused rows with the cells that they have by now, in the order of the file."""
    found, phase = [], phase_of(work, row.id)
    for part in parts(numbers):
        known = repairs.known(work, row.id, part)
        lines = work.scalars(sql.lines_at(row.id, phase, part))
        read = cells_of(row, [one.row_number for one in lines if not one.cells], known)
        for one in lines:
            number = one.row_number
            cells = known.get(number) or tuple(one.cells) or read.get(number, (0, ()))[1]
            what = "" if number not in known else "drop" if known[number] is None else "mend"
            found.append(Line(one, tuple(cells), what))
    return found


def why_refused(work: Work, row: Import) -> refusals.Refusals:
    """The problems of the refused rows, as far as they are looked at."""
    found = work.tuples(sql.refusals(row.id, phase_of(work, row.id), refusals.MOST))
    return [(number, problems) for number, problems in found]


def parts(numbers: Sequence[int]) -> list[list[int]]:
    """Numbers in parts that one statement can name."""
    return [list(numbers[at : at + AT_ONCE]) for at in range(0, len(numbers), AT_ONCE)]


@use_case(Permission.IMPORTS_RUN, read=True)
def _refused(work: Work, import_id: int, paging: Paging, reason: str) -> tuple[list[Line], int, Job]:
    """One page of refused rows, how many there are, and the import as a job."""
    row = work.get(Import, import_id)
    if reason:
        numbers = refusals.numbers(why_refused(work, row), reason)
    else:
        found = sql.refused_numbers(import_id, phase_of(work, import_id), refusals.MOST)
        numbers = work.scalars(found)
    shown = numbers[paging.offset : paging.offset + paging.limit]
    return as_repaired(work, row, shown), len(numbers), job(work, row, company())


def _judge(me: Actor, opened: Job, found: Sequence[Line]) -> list[tuple[str, str]]:
    """What each of these rows would come to now, with a sentence."""
    decider = decider_of(opened)
    rows = [finished(opened, one.row.row_number, one.row.line, list(one.cells)) for one in found]
    decider.found = _base(me, opened, rows)
    judged = []
    for one, row in zip(found, rows, strict=True):
        if one.repair == "drop":
            judged.append((OUTCOMES["x"], "Left out by hand."))
        elif not one.repair:
            judged.append((OUTCOMES["r"], ""))
        else:
            decision = decider.decide(row)
            level = "error" if decision.letter == "r" else ""
            told = refusals.sentence([*row.problems, *decision.notes], level)
            judged.append((OUTCOMES[decision.letter], told))
    return judged


@use_case(Permission.IMPORTS_RUN, read=True)
def _base(work: Work, opened: Job, rows: list[Ready]) -> Found:
    """What the base holds for the keys of these rows."""
    return look_up(work, opened.entity, rows, opened.options.origin, opened.import_id)
