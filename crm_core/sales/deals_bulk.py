"""The same act on many deals: a trace for each of them, and one to take it all back."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from crm_core.kernel.access import Permission
from crm_core.kernel.errors import Conflict, Invalid, NotFound
from crm_core.kernel.work import Work
from crm_core.people import bulk
from crm_core.people.types import BulkDone, Undone
from crm_core.sales import deal_lists, deal_records, ranks, rules, stages
from crm_core.sales.types import ChosenDeals, DealQuery
from db.models import Activity, Deal, Stage
from db.queries import deals as sql

MOST = 5_000
MOST_NAMES = 100
_TRACE = (
    "id", "name", "subject_type", "subject_id", "contact_id", "account_id", "actor_id", "actor_name",
    "happened_at", "recorded_at", "facts",
)  # fmt: skip


@dataclass(frozen=True)
class Act:
    """A kind of act on many: what it is called, the column it sets, its traces, who may do it."""

    name: str
    column: str
    trace: str
    back: str
    permission: Permission
    on_deleted: bool = False


MOVE = Act("move", "stage_id", "deal.moved", "deal.moved", Permission.DEALS_EDIT)
ASSIGN = Act("assign", "owner_id", "deal.assigned", "deal.assigned", Permission.CONTACTS_ASSIGN)
CLOSE_DATE = Act("close date", "close_on", "deal.changed", "deal.changed", Permission.DEALS_EDIT)
DELETE = Act("delete", "deleted_at", "deal.deleted", "deal.restored", Permission.DEALS_DELETE)
RESTORE = Act("restore", "deleted_at", "deal.restored", "deal.deleted", Permission.DEALS_DELETE, True)
ACTS = {act.name: act for act in (MOVE, ASSIGN, CLOSE_DATE, DELETE, RESTORE)}


def move(work: Work, chosen: ChosenDeals, stage: Stage) -> BulkDone:
    """Put open deals into a stage: all of them, or none."""
    rows = [row for row in _rows(work, chosen, MOVE) if row.stage_id != stage.id or row.status != rules.OPEN]
    if closed := [row for row in rows if row.status != rules.OPEN]:
        raise Conflict(f"Closed deals are not moved: {_names(closed)}. Reopen them first, or leave them out.")
    lacking = [row for row in rows if rules.missing(stage.required_fields, deal_records.filled(work, row))]
    if stage.required_fields and lacking:
        asked = rules.refusal(stage.name, rules.missing(stage.required_fields, {}))
        raise Invalid(f"{asked} Something of it is missing on: {_names(lacking)}.")
    lowest = ranks.top(work, stage.id)
    names = {row.stage_id: work.get(Stage, row.stage_id).name for row in rows}
    facts = []
    for place, row in enumerate(sorted(rows, key=lambda row: (row.rank, row.id))):
        told = {"from_stage": names[row.stage_id], "to_stage": stage.name}
        facts.append((row, told | {"step": [row.stage_id, stage.id], "rank": row.rank}))
        row.rank = lowest - (len(rows) - place) * ranks.GAP
        stages.enter(work, row, stage)
    return _finish(work, MOVE, facts)


def set_column(work: Work, chosen: ChosenDeals, act: Act, value: Any) -> BulkDone:
    """Give deals a value in one column; those that have it already are left alone.

    Raises:
        NotFound: none of the deals exists within reach.
    """
    facts = []
    for row in _rows(work, chosen, act):
        old = getattr(row, act.column)
        if (old is None) != (value is None) if act.column == "deleted_at" else old != value:
            facts.append((row, {"step": [_plain(old), _plain(value)], **_shown(act, old, value)}))
            setattr(row, act.column, value)
            row.updated_at = work.now
    return _finish(work, act, facts)


def undo(work: Work, token: int) -> Undone:
    """Take the act of this token back; a deal that was changed since in that very thing stays.

    Raises:
        NotFound: no such act, or somebody else's. NotAllowed: the role does not include the act.
    """
    act_done: Activity | None = work.scalar(sql.bulk_act(token))
    if act_done is None:
        raise NotFound("There is nothing to take back here.")
    act = ACTS[act_done.facts["act"]]
    work.actor.require(act.permission)
    if work.scalar(sql.undone(token)) is not None:
        return Undone(0)
    steps = {
        row.subject_id: row.facts
        for row in work.as_system().tuples(sql.steps(act.trace, act_done.facts["steps"]))
        if row.facts.get("bulk") == token
    }
    work.session.info["scope"] = work.actor.scope
    rows: list[Deal] = work.scalars(sql.several(list(steps), with_deleted=True))
    back, kept = [], []
    for row in rows:
        old, new = (_typed(act, value) for value in steps[row.id]["step"])
        if getattr(row, act.column) != new or (act is MOVE and row.status != rules.OPEN):
            kept.append(row.name)
        else:
            back.append((row, _take_back(work, act, row, old, steps[row.id])))
    missing = len(steps) - len(rows)
    number = work.reserve(Activity, 1)[0]
    _trace(work, act.back, back, number)
    told = {"act": act.name, "count": len(back), "kept": len(kept) + missing}
    bulk.announce(work, "deals.bulk_undone", ("activities", token), told, number)
    return Undone(len(back), len(kept) + missing, tuple(kept[:MOST_NAMES]))


def _take_back(work: Work, act: Act, row: Deal, old: Any, told: dict[str, Any]) -> dict[str, Any]:
    now = getattr(row, act.column)
    if act is MOVE:
        row.rank = told["rank"]
        stages.enter(work, row, work.get(Stage, old))
        return {"from_stage": told["to_stage"], "to_stage": told["from_stage"]}
    setattr(row, act.column, old)
    row.updated_at = work.now
    return _shown(act, now, old)


def _rows(work: Work, chosen: ChosenDeals, act: Act) -> list[Deal]:
    is_list = isinstance(chosen, DealQuery)
    ids: Sequence[int] = deal_lists.ids(work, chosen, MOST + 1) if isinstance(chosen, DealQuery) else chosen
    if len(ids) > MOST:
        raise Invalid(f"This would change more than {MOST:,} deals at once. Narrow the list down.")
    rows: list[Deal] = work.scalars(sql.several(sorted(set(ids)), with_deleted=act.on_deleted)) if ids else []
    if ids and not rows and not is_list:
        raise NotFound("None of these deals exists, or they are not yours to see.")
    return rows


def _finish(work: Work, act: Act, facts: list[tuple[Deal, dict[str, Any]]]) -> BulkDone:
    if not facts:
        return BulkDone(0, None)
    work.flush()
    token = work.reserve(Activity, 1)[0]
    first, last = _trace(work, act.trace, facts, token)
    told = {"act": act.name, "count": len(facts), "steps": [first, last]}
    bulk.announce(work, "deals.bulk_changed", ("deals", 0), told, token)
    return BulkDone(len(facts), token)


def _trace(
    work: Work, name: str, facts: Iterable[tuple[Deal, dict[str, Any]]], token: int
) -> tuple[int, int]:
    """Leave one activity for each deal; returns the numbers of the first and the last."""
    entries = list(facts)
    if not entries:
        return (0, 0)
    work.flush()
    keys = work.reserve(Activity, len(entries))
    who = (work.actor.id, work.actor.name, work.now, work.now)
    rows = (
        (
            key,
            name,
            "deals",
            deal.id,
            deal.contact_id,
            deal.account_id,
            *who,
            {"deal": deal.name, **told, "bulk": token},
        )
        for key, (deal, told) in zip(keys, entries, strict=True)
    )
    work.insert(Activity, _TRACE, rows)
    return keys[0], keys[-1]


def _shown(act: Act, old: Any, new: Any) -> dict[str, Any]:
    """The change as a timeline tells it."""
    if act.column == "deleted_at":
        return {}
    name = "close_date" if act is CLOSE_DATE else act.column
    return {"changes": {name: [_plain(old), _plain(new)]}}


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date | datetime) else value


def _typed(act: Act, value: Any) -> Any:
    if act.column == "deleted_at":
        return datetime.fromisoformat(value) if value else None
    return date.fromisoformat(value) if act is CLOSE_DATE and value else value


def _names(rows: Sequence[Deal]) -> str:
    shown = ", ".join(f"“{row.name}”" for row in rows[:3])
    return shown if len(rows) <= 3 else f"{shown} and {len(rows) - 3} more"
