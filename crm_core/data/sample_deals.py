"""Deals of the sample company: with the history that boards, funnels and forecasts are tried on."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from crm_core.kernel.values import money
from crm_core.kernel.values.text import fold
from crm_core.kernel.work import Work
from crm_core.sales import pipelines, ranks, stages
from crm_core.team.company import company
from db.models import Activity, Deal, Pipeline, Stage, StageChange, Task
from db.queries import pipelines as pipeline_sql
from db.queries import sample as sql
from db.seed import deals as made_up
from db.seed.deals import SampleDeal

MOST = 20_000
_DEAL = (
    "id", "name", "pipeline_id", "stage_id", "status", "amount", "currency", "close_on", "opened_at",
    "stage_since", "closed_at", "lost_reason", "contact_id", "account_id", "owner_id", "source", "rank",
    "custom", "search_text", "is_sample", "version", "created_at", "updated_at",
)  # fmt: skip
_CHANGE = (
    "deal_id", "from_stage_id", "to_stage_id", "status", "amount", "currency", "changed_at", "recorded_at",
    "actor_id",
)  # fmt: skip
_ACTIVITY = (
    "name", "subject_type", "subject_id", "contact_id", "account_id", "actor_id", "actor_name",
    "happened_at", "recorded_at", "facts",
)  # fmt: skip
_TASK = (
    "kind", "title", "priority", "status", "due_on", "repeat_every", "owner_id", "creator_id", "contact_id",
    "account_id", "deal_id", "is_sample", "version", "created_at", "updated_at",
)  # fmt: skip


@dataclass(frozen=True)
class _Told:
    """A made-up deal with the rows that it belongs to."""

    id: int
    deal: SampleDeal
    person: dict[str, Any]
    minor: int
    stages: Sequence[Stage]

    @property
    def customer(self) -> tuple[int, int | None]:
        """Contact and company."""
        return self.person["id"], self.person["account_id"]

    @property
    def changes(self) -> Iterator[tuple[int | None, int, str, datetime]]:
        """From stage, to stage, status and when, as it went."""
        before = None
        for stage, moment in zip(self.stages, self.deal.entered, strict=False):
            yield before, stage.id, "open", moment
            before = stage.id
        if self.deal.closed_at is not None and before is not None:
            yield before, before, self.deal.status, self.deal.closed_at


def add(work: Work, people: Sequence[dict[str, Any]]) -> int | None:
    """Make deals up for some of these contacts; the number of the pipeline that had to be made for them."""
    is_new = work.scalar(pipeline_sql.first()) is None
    pipeline = pipelines.default(work)
    steps = stages.active(work, pipeline.id)
    chosen = list(made_up.deals(people[: MOST * made_up.SHARE], len(steps), work.now))
    currency = company().currency
    told = [
        _Told(key, deal, people[deal.contact], money.to_minor(Decimal(deal.amount), currency), steps)
        for key, deal in zip(work.reserve(Deal, len(chosen)), chosen, strict=True)
    ]
    names = dict(map(tuple, work.tuples(sql.names_of_users())))
    work.insert(Deal, _DEAL, (_deal(one, place, currency) for place, one in enumerate(told)))
    changes = (
        (one.id, before, after, status, one.minor, currency, moment, moment, one.person["owner_id"])
        for one in told
        for before, after, status, moment in one.changes
    )
    work.insert(StageChange, _CHANGE, changes)
    work.insert(Activity, _ACTIVITY, (row for one in told for row in _activities(one, names)))
    work.insert(Task, _TASK, (_task(one, work.now) for one in told if one.deal.step))
    return pipeline.id if is_new else None


def remove(work: Work, pipeline_id: int | None) -> None:
    """Take the made-up deals away, and their pipeline when nobody else uses it."""
    work.run(sql.delete(Task))
    work.run(sql.delete(Deal))
    if pipeline_id is not None and work.scalar(pipeline_sql.any_deal(pipeline_id)) is None:
        row = work.session.get(Pipeline, pipeline_id)
        if row is not None:
            work.delete(row)


def _deal(one: _Told, place: int, currency: str) -> tuple[Any, ...]:
    deal, person = one.deal, one.person
    stage = one.stages[len(deal.entered) - 1]
    last = deal.closed_at or deal.entered[-1]
    searched = "\n".join(filter(None, map(fold, (deal.name, person["company"], person["name"]))))
    return (
        one.id, deal.name, stage.pipeline_id, stage.id, deal.status, one.minor, currency, deal.close_on,
        deal.entered[0], deal.entered[-1], deal.closed_at, deal.reason, *one.customer, person["owner_id"],
        person["source"], place * ranks.GAP, {}, searched, True, 1, deal.entered[0], last,
    )  # fmt: skip


def _activities(one: _Told, names: dict[int, str]) -> Iterator[tuple[Any, ...]]:
    owner = one.person["owner_id"]
    called = {stage.id: stage.name for stage in one.stages}
    for before, after, status, moment in one.changes:
        facts: dict[str, Any] = {"deal": one.deal.name}
        if before is None:
            name = "deal.created"
        elif status == "open":
            name = "deal.moved"
            facts |= {"from_stage": called[before], "to_stage": called[after]}
        else:
            name = f"deal.{status}"
            facts |= {"reason": one.deal.reason} if one.deal.reason else {}
        yield (
            name, "deals", one.id, *one.customer, owner, names.get(owner, ""), moment, moment, facts,
        )  # fmt: skip


def _task(one: _Told, now: datetime) -> tuple[Any, ...]:
    kind, title = one.deal.step or ("todo", "")
    owner = one.person["owner_id"]
    return (
        kind, title, "normal", "open", one.deal.step_on, 1, owner, owner, *one.customer, one.id, True, 1, now,
        now,
    )  # fmt: skip
