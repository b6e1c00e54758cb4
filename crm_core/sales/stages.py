"""Stages of pipelines, and the one place where a deal enters a stage, is closed or opened again."""

from collections.abc import Sequence
from datetime import datetime

from crm_core.kernel.access import Permission
from crm_core.kernel.errors import Conflict, Invalid
from crm_core.kernel.values.text import clean, fold
from crm_core.kernel.work import Work, use_case
from crm_core.sales import rules
from crm_core.sales.types import NewStage, StageRow
from db.models import Deal, Pipeline, Stage, StageChange
from db.queries import deals as deal_sql
from db.queries import pipelines as sql


def enter(
    work: Work, deal: Deal, stage: Stage, status: str = rules.OPEN, *, at: datetime | None = None
) -> None:
    """Put a deal into a stage with a status and write it down; every change of both goes through here.

    Args:
        work: the open transaction.
        deal: a stored deal, or a new one, which is stored by this.
        stage: where it is from now on; a closed deal keeps its last stage.
        status: ``open``, ``won`` or ``lost``.
        at: when it happened, for what is told later; now otherwise, and never before the last change.
    """
    is_new = deal.id is None
    from_id = None if is_new else deal.stage_id
    when = min(at or work.now, work.now)
    if not is_new:
        when = max(when, deal.closed_at or deal.stage_since)
    deal.pipeline_id, deal.stage_id, deal.status = stage.pipeline_id, stage.id, status
    if is_new or status == rules.OPEN:
        deal.stage_since = when
    deal.closed_at = None if status == rules.OPEN else when
    if status != rules.LOST:
        deal.lost_reason = ""
    deal.updated_at = work.now
    if is_new:
        work.add(deal)
        work.flush()
    work.add(
        StageChange(
            deal_id=deal.id,
            from_stage_id=from_id,
            to_stage_id=stage.id,
            status=status,
            amount=deal.amount,
            currency=deal.currency,
            changed_at=when,
            recorded_at=work.now,
            actor_id=work.actor.id,
        )
    )


@use_case(Permission.PIPELINES_MANAGE)
def add(work: Work, pipeline_id: int, new: NewStage) -> int:
    """Add a stage at the end of a pipeline and return its number; an archived one of the name comes back.

    Raises:
        Invalid: field by field, what cannot be. Conflict: the pipeline has a stage of this name.
    """
    pipeline = work.get(Pipeline, pipeline_id)
    new = checked(new)
    present = work.scalars(sql.stages_of(pipeline_id))
    stage: Stage | None = work.scalar(sql.stage_called([pipeline_id], fold(new.name)))
    if stage is not None and stage.archived_at is None:
        raise Conflict(f"“{pipeline.name}” has a stage “{stage.name}” already.", fields={"name": "In use."})
    stage = stage or Stage(pipeline_id=pipeline_id)
    fill(stage, new)
    stage.archived_at = None
    stage.position = max((row.position for row in present), default=-1) + 1
    work.add(stage)
    work.record("stage.added", pipeline, stage=stage.name)
    return stage.id


@use_case(Permission.PIPELINES_MANAGE)
def change(work: Work, stage_id: int, new: NewStage) -> None:
    """Change name, chance, days and required fields of a stage. Deals that stand there stay.

    Raises:
        Invalid, Conflict: as in ``add``.
    """
    stage = work.get(Stage, stage_id)
    new = checked(new)
    namesake = work.scalar(sql.stage_called([stage.pipeline_id], fold(new.name)))
    if namesake is not None and namesake.id != stage_id:
        raise Conflict(f"There is a stage “{namesake.name}” already.", fields={"name": "In use."})
    fill(stage, new)
    facts = work.changes(stage)
    work.record("stage.changed", work.get(Pipeline, stage.pipeline_id), stage=stage.name, **facts)


@use_case(Permission.PIPELINES_MANAGE)
def reorder(work: Work, pipeline_id: int, stage_ids: Sequence[int]) -> None:
    """Put the stages of a pipeline into this order; all of them must be named.

    Raises:
        Invalid: one is missing, or is not a stage of this pipeline.
    """
    pipeline = work.get(Pipeline, pipeline_id)
    present = {stage.id: stage for stage in active(work, pipeline_id)}
    if sorted(present) != sorted(stage_ids):
        raise Invalid("Name every stage of the pipeline once. Somebody may have changed it: reload.")
    for position, stage_id in enumerate(stage_ids):
        present[stage_id].position = position
    work.record("stage.reordered", pipeline, stages=[present[one].name for one in stage_ids])


@use_case(Permission.PIPELINES_MANAGE)
def remove(work: Work, stage_id: int, *, deals_go_to: int | None = None) -> int:
    """Take a stage off its pipeline; its open deals go to another stage. Returns how many.

    Closed deals and the history keep the stage they had.

    Raises:
        Conflict: it is the last stage, or it holds open deals and nobody said where they go.
        Invalid: the deals cannot go there.
    """
    stage = work.get(Stage, stage_id)
    others = [row for row in active(work, stage.pipeline_id) if row.id != stage_id]
    if not others:
        raise Conflict("A pipeline needs a stage. Add another one first, or archive the pipeline.")
    pipeline = work.get(Pipeline, stage.pipeline_id)
    everyone = work.as_system()
    held: list[Deal] = everyone.scalars(sql.open_deals_in(stage_id))
    target = next((row for row in others if row.id == deals_go_to), None)
    if held and deals_go_to is None:
        raise Conflict(f"{len(held)} open deals stand in “{stage.name}”. Say which stage they go to.")
    if target is None and deals_go_to is not None:
        hint = "Choose another stage of the same pipeline."
        raise Invalid(hint, fields={"deals_go_to": hint})
    if target is not None:
        for deal in held:
            enter(everyone, deal, target)
    if everyone.scalar(sql.is_in_history(stage_id)) or everyone.scalar(deal_sql.any_in_stage(stage_id)):
        stage.archived_at = work.now
    else:
        work.delete(stage)
    work.session.info["scope"] = work.actor.scope
    work.record("stage.removed", pipeline, stage=stage.name, deals=len(held))
    return len(held)


def active(work: Work, pipeline_id: int) -> list[Stage]:
    """The stages that deals can enter, in their order."""
    return [row for row in work.scalars(sql.stages_of(pipeline_id)) if row.archived_at is None]


def checked(new: NewStage) -> NewStage:
    """The stage as it is stored.

    Raises:
        Invalid: field by field, what cannot be.
    """
    tidy = NewStage(clean(new.name), new.probability, new.rot_days, tuple(dict.fromkeys(new.required_fields)))
    if wrong := rules.stage_problems(tidy):
        raise Invalid("The stage needs correcting.", fields=wrong)
    return tidy


def fill(stage: Stage, new: NewStage) -> None:
    """Put what was said about a stage into its row."""
    stage.name, stage.name_key = new.name, fold(new.name)
    stage.probability, stage.rot_days = new.probability, new.rot_days
    stage.required_fields = list(new.required_fields)


def shape(stage: Stage) -> StageRow:
    """The stage as pages show it."""
    return StageRow(
        stage.id,
        stage.pipeline_id,
        stage.name,
        stage.position,
        stage.probability,
        stage.rot_days,
        tuple(stage.required_fields),
    )


def differences(work: Work) -> list[tuple[int, str]]:
    """Deals whose stage or status is not that of their last change: (id, name). There should be none."""
    return [(row.id, row.name) for row in work.tuples(deal_sql.not_as_told())]
