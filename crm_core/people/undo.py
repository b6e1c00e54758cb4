"""Taking a bulk act back: every contact gets what it had, unless it was changed since."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from crm_core.kernel.errors import NotFound
from crm_core.kernel.work import Work
from crm_core.people import bulk, counts
from crm_core.people.types import Undone
from db.models import Activity, Tag
from db.queries import contacts as sql

MOST_NAMES = 100
_OPPOSITE = {"contact.deleted": "contact.restored", "contact.restored": "contact.deleted"}
_OPPOSITE |= {"contact.tagged": "contact.untagged", "contact.untagged": "contact.tagged"}


def undo(work: Work, token: int) -> Undone:
    """Take the bulk act of this token back.

    A contact counts as changed since when the very thing that the act set has another value by now;
    it stays as it is and is named. A second undo changes nothing.

    Raises:
        NotFound: no such act, or somebody else's. NotAllowed: the role does not include the act.
    """
    act_done = work.scalar(sql.bulk_act(token))
    if act_done is None:
        raise NotFound("There is nothing to take back here.")
    act = bulk.ACTS[act_done.facts["act"]]
    work.actor.require(act.permission)
    if work.scalar(sql.undone(token)) is not None:
        return Undone(0)
    run = bulk.start(work, act)
    kept: list[str] = []
    missing = 0
    for steps in _steps(work, act_done, act):
        rows = {row.id: row for row in work.tuples(sql.locked(list(steps), with_deleted=True))}
        missing += len(steps) - len(rows)
        back = _back_tags if act.column == "tags" else _back_column
        kept += back(run, act_done, steps, rows)
    counts.add(work, run.counted)
    told = {"act": act.name, "count": run.count, "kept": len(kept) + missing}
    bulk.announce(work, "contacts.bulk_undone", ("activities", token), told, run.token)
    work.session.expire_all()
    return Undone(run.count, len(kept) + missing, tuple(kept[:MOST_NAMES]))


def _steps(work: Work, act_done: Activity, act: bulk.Act) -> Iterator[dict[int, Any]]:
    """What the act changed on each contact, some at a time: contact id -> old value."""
    above = 0
    while rows := work.tuples(sql.steps(act.trace, act_done.facts["steps"], above, bulk.CHUNK)):
        above = rows[-1].id
        mine = [row for row in rows if row.facts.get("bulk") == act_done.id]
        yield {
            row.contact_id: row.facts["changes"][act.column][0] if "changes" in row.facts else None
            for row in mine
        }


def _back_column(run: bulk.Run, act_done: Activity, steps: dict[int, Any], rows: dict[int, Any]) -> list[str]:
    column = run.act.column
    given = _typed(column, act_done.facts["value"])
    untouched = [row for row in rows.values() if getattr(row, column) == given]
    groups: dict[Any, list[Any]] = {}
    for row in untouched:
        groups.setdefault(_typed(column, steps[row.id]), []).append(row)
    for old, members in groups.items():
        bulk.apply(run, members, old)
    facts = ((row.id, {"changes": {column: [act_done.facts["value"], steps[row.id]]}}) for row in untouched)
    run.trace(_OPPOSITE.get(run.act.trace, run.act.trace), facts)
    return [row.name for row in rows.values() if getattr(row, column) != given]


def _back_tags(run: bulk.Run, act_done: Activity, _steps: dict[int, Any], rows: dict[int, Any]) -> list[str]:
    work, tag_id = run.work, act_done.facts["tag_id"]
    ids: Sequence[int] = sorted(rows)
    carrying = set(work.scalars(sql.tagged(ids, tag_id)))
    if run.act is bulk.TAG:
        untouched = [one for one in ids if one in carrying]
        bulk.unlink(work, tag_id, untouched)
    else:
        exists = work.session.get(Tag, tag_id) is not None
        untouched = [one for one in ids if exists and one not in carrying]
        bulk.link(work, tag_id, untouched)
    run.trace(_OPPOSITE[run.act.trace], ((one, {"tag": act_done.facts["tag"]}) for one in untouched))
    return [rows[one].name for one in ids if one not in set(untouched)]


def _typed(column: str, value: Any) -> Any:
    return datetime.fromisoformat(value) if column == "deleted_at" and value else value
