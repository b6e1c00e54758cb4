"""The end of a run: rows that it refused and somebody repaired since are decided about once more."""

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from typing import Final

from crm_core.data import claims, outcomes
from crm_core.data.chunks import FINISHERS
from crm_core.data.deciding import Decider, Seen
from crm_core.data.frames import Job
from crm_core.data.import_types import Ready
from crm_core.data.layouts import Row
from crm_core.data.matching import look_up
from crm_core.data.preparing import preparer
from crm_core.data.repairs import DROPPING
from crm_core.data.storing import Store
from crm_core.kernel.access import Actor, Permission
from crm_core.kernel.work import Work, use_case
from crm_core.people import counts
from db.models import Import
from db.queries import imports as sql

AT_ONCE: Final = 500


def take_in(me: Actor, job: Job, worker: str, decider: Decider, is_ending: Callable[[], bool]) -> bool:
    """Store the repaired rows in parts, each in one transaction; was the last one reached?

    What was interrupted goes on with the rows that are still refused. What comes in belongs to the import
    like every other row of it, so that an undo takes it back too.

    Raises:
        Lost: another worker took over.
    """
    after: int | None = 0
    while after is not None:
        after = _take_some(me, job, worker, decider, after)
        if after is not None and is_ending():
            claims.leave(job.import_id, worker, state="queued")
            return False
        if after is not None and claims.is_wanted(job.import_id) == "stop":
            claims.leave(job.import_id, worker, state="stopped", wanted="", message="Stopped by hand.")
            return False
    return True


@use_case(Permission.IMPORTS_RUN)
def _take_some(work: Work, job: Job, worker: str, before: Decider, after: int) -> int | None:
    """Decide about the next repaired rows and store them; returns the number of the last, None at the end."""
    found = work.tuples(sql.refused_and_repaired(job.import_id, after, AT_ONCE))
    if not found:
        return None
    rows = [
        Ready(number, line, {}, {}, is_dropped=True)
        if outcome in DROPPING
        else finished(job, number, line, cells)
        for number, line, outcome, cells in found
    ]
    base = look_up(work, job.entity, rows, job.options.origin, job.import_id)
    decider = replace(before, found=base, seen=Seen(touched=set(before.seen.touched)))
    decided = [(row, decider.decide(row)) for row in rows]
    store = Store(work, job.entity, job.options, job.import_id, before.owners, base)
    ids, made, tally = store.write(decided)
    outcomes.amend(work, job.import_id, "run", decided, ids)
    counts.add(work, tally)
    sum_up(work, job.import_id, made)
    added = Counter(outcomes.added(decided))
    added["rejected_count"] -= len(decided)
    del added["rows_done"]
    claims.advance(work, job.import_id, worker, added)
    before.seen.touched |= decider.seen.touched
    return int(found[-1][0])


def finished(job: Job, number: int, line: int, cells: list[str]) -> Ready:
    """One row with these cells, as the file would have given it."""
    prepared = preparer(job.plan)(cells)
    return FINISHERS[job.frame.kind](job.frame)(number, Row(line, list(cells)), prepared)


def sum_up(work: Work, import_id: int, made: Counter[str]) -> None:
    """Add what was made beside the rows (companies, tags …) to what is said of the import."""
    if any(made.values()):
        row = work.get(Import, import_id)
        summary = dict(row.summary)
        for name, count in made.items():
            summary[f"{name}_created"] = summary.get(f"{name}_created", 0) + count
        row.summary = summary
