"""Pipelines and stages as imports of deals need them."""

from collections.abc import Collection

from sqlalchemy import Delete, Update, delete, exists, select, update

from db.models import Deal, DealLine, Pipeline, Stage, StageChange
from db.queries import Rows
from db.queries.lists import listed


def pipelines() -> Rows:
    """All pipelines in their order: (id, name, archived at)."""
    return select(Pipeline.id, Pipeline.name, Pipeline.archived_at).order_by(Pipeline.position, Pipeline.id)


def stages() -> Rows:
    """All stages: (id, pipeline, folded name, position, probability)."""
    columns = (Stage.id, Stage.pipeline_id, Stage.name_key, Stage.position, Stage.probability)
    return select(*columns).order_by(Stage.pipeline_id, Stage.position, Stage.id)


def place(stage_id: int, position: int) -> Update:
    """Move a stage within its pipeline."""
    return update(Stage).where(Stage.id == stage_id).values(position=position)


def remove_changes(import_id: int, deal_ids: Collection[int]) -> Delete:
    """Take back what an import said about the way of these deals."""
    return delete(StageChange).where(
        StageChange.import_id == import_id, listed(StageChange.deal_id, deal_ids)
    )


def remove_lines(import_id: int, deal_ids: Collection[int]) -> Delete:
    """Take back the lines that an import wrote to these deals."""
    return delete(DealLine).where(DealLine.import_id == import_id, listed(DealLine.deal_id, deal_ids))


def remove_unused_stages(ids: Collection[int]) -> Delete:
    """Remove those of these stages that no deal was ever in."""
    used = exists().where(Deal.stage_id == Stage.id).correlate(Stage)
    entered = exists().where(StageChange.to_stage_id == Stage.id).correlate(Stage)
    left = exists().where(StageChange.from_stage_id == Stage.id).correlate(Stage)
    chosen = delete(Stage).where(listed(Stage.id, ids), ~used, ~entered, ~left)
    return chosen.execution_options(with_deleted=True)


def remove_unused_pipelines(ids: Collection[int]) -> Delete:
    """Remove those of these pipelines that hold no stage and no deal."""
    staged = exists().where(Stage.pipeline_id == Pipeline.id).correlate(Pipeline)
    used = exists().where(Deal.pipeline_id == Pipeline.id).correlate(Pipeline)
    return (
        delete(Pipeline).where(listed(Pipeline.id, ids), ~staged, ~used).execution_options(with_deleted=True)
    )
