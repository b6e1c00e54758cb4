"""Whose turn it is: imports of a queue wait for those before them, and stop when these do not come in."""

from typing import Final

from crm_core.data import kinds
from crm_core.kernel.work import Work
from db.queries import imports as sql

MOVING: Final = ("checking", "queued", "running")


def held_back(work: Work) -> dict[int, str]:
    """Queued imports that may not begin yet, with a sentence for those that cannot as things are."""
    found: dict[int, str] = {}
    for import_id, kind, options in work.tuples(sql.queued()):
        before = options.get("after") or ()
        for other in work.tuples(sql.standing(before)) if before else ():
            reason = _reason(kind, *other)
            if reason is not None:
                found[import_id] = found.get(import_id) or reason
    return found


def _reason(kind: str, other_kind: str, state: str, file_name: str) -> str | None:
    """Why a file of this kind may not begin because of the other one; None when it may."""
    if state in MOVING:
        return ""
    if state == "done" or other_kind not in kinds.NEEDS.get(kind, ()):
        return None
    nouns, others = kinds.NOUNS[kind][1], kinds.NOUNS[other_kind][1]
    return (
        f"“{file_name}” did not come to its end, and the {nouns} of this file name its {others}. "
        "Finish that import first, then let this one go on."
    )
