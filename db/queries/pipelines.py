"""Pipelines and their stages."""

from collections.abc import Collection

from sqlalchemy import func, or_, select

from db.models import Deal, Pipeline, Stage, StageChange
from db.queries import Rows


def all_of_them() -> Rows:
    """Every pipeline in its place, archived ones at the end."""
    is_archived = Pipeline.archived_at.is_not(None)
    return select(Pipeline).order_by(is_archived, Pipeline.position, Pipeline.id)


def first() -> Rows:
    """The pipeline that new deals go to when nobody says."""
    present = select(Pipeline).where(Pipeline.archived_at.is_(None))
    return present.order_by(Pipeline.position, Pipeline.id).limit(1)


def named(name: str) -> Rows:
    """The pipelines of this name, whatever its case."""
    return select(Pipeline).where(func.lower(Pipeline.name) == name.lower()).order_by(Pipeline.id)


def last_position() -> Rows:
    """Where the last pipeline stands."""
    return select(func.max(Pipeline.position))


def stages() -> Rows:
    """All stages, in their order."""
    return select(Stage).order_by(Stage.pipeline_id, Stage.position, Stage.id)


def stages_of(pipeline_id: int) -> Rows:
    """The stages of a pipeline, in their order."""
    return select(Stage).where(Stage.pipeline_id == pipeline_id).order_by(Stage.position, Stage.id)


def stage_called(pipeline_ids: Collection[int], name_key: str) -> Rows:
    """The stages of this folded name in these pipelines."""
    chosen = select(Stage).where(Stage.pipeline_id.in_(pipeline_ids), Stage.name_key == name_key)
    return chosen.order_by(Stage.id)


def open_deals_in(stage_id: int) -> Rows:
    """The open deals of a stage, deleted ones too, in the order of their column."""
    chosen = select(Deal).where(Deal.stage_id == stage_id, Deal.status == "open")
    return chosen.order_by(Deal.rank, Deal.id).execution_options(with_deleted=True)


def open_deals_in_pipeline(pipeline_id: int) -> Rows:
    """How many open deals a pipeline has."""
    return select(func.count(Deal.id)).where(Deal.pipeline_id == pipeline_id, Deal.status == "open")


def is_in_history(stage_id: int) -> Rows:
    """Did a deal ever enter or leave this stage?"""
    known = or_(StageChange.to_stage_id == stage_id, StageChange.from_stage_id == stage_id)
    return select(StageChange.id).where(known).limit(1)


def any_deal(pipeline_id: int) -> Rows:
    """A deal of a pipeline, deleted ones too."""
    chosen = select(Deal.id).where(Deal.pipeline_id == pipeline_id).limit(1)
    return chosen.execution_options(with_deleted=True)
