"""Pipelines: ways of selling with stages of their own, and why deals are lost."""

from collections.abc import Sequence

from crm_core.kernel.access import Permission
from crm_core.kernel.errors import Conflict, Invalid, NotFound
from crm_core.kernel.values.text import clean, fold
from crm_core.kernel.work import Work, use_case
from crm_core.sales import rules, stages
from crm_core.sales.types import NewStage, PipelineRow
from db.models import Pipeline, Setting, Stage
from db.queries import pipelines as sql
from db.queries import settings as settings_sql

_LONGEST_NAME, _LONGEST_REASON, _MOST_REASONS = 120, 200, 50
_REASONS = "lost_reasons"


@use_case(Permission.DEALS_READ, read=True)
def search(work: Work, *, with_archived: bool = False) -> list[PipelineRow]:
    """The pipelines with their stages, in their order; empty as long as nobody made one or a deal."""
    rows: dict[int, list[Stage]] = {}
    for stage in work.scalars(sql.stages()):
        if stage.archived_at is None:
            rows.setdefault(stage.pipeline_id, []).append(stage)
    return [
        PipelineRow(
            row.id, row.name, row.archived_at is not None, tuple(map(stages.shape, rows.get(row.id, [])))
        )
        for row in work.scalars(sql.all_of_them())
        if with_archived or row.archived_at is None
    ]


@use_case(Permission.DEALS_READ, read=True)
def get(work: Work, pipeline_id: int) -> PipelineRow:
    """One pipeline with its stages.

    Raises:
        NotFound: there is none of this number.
    """
    row = work.get(Pipeline, pipeline_id)
    shown = tuple(map(stages.shape, stages.active(work, pipeline_id)))
    return PipelineRow(row.id, row.name, row.archived_at is not None, shown)


def default(work: Work) -> Pipeline:
    """The pipeline for deals that name none: the first one, or a usual one that is made now."""
    found: Pipeline | None = work.scalar(sql.first())
    return found or work.get(Pipeline, _make(work, "Sales", rules.USUAL_STAGES))


def default_id(work: Work) -> int:
    """The number of the default pipeline, for those who only look.

    Raises:
        NotFound: nobody made a pipeline or a deal yet.
    """
    found: Pipeline | None = work.scalar(sql.first())
    if found is None:
        raise NotFound("There is no pipeline yet. It is made with the first deal, or by a manager.")
    return found.id


def find(work: Work, pipeline_name: str = "", stage_name: str = "") -> Stage:
    """The stage that is meant by names: the first one of the pipeline where no stage is named.

    Without a pipeline, the default one is looked at first and then all others.

    Raises:
        Invalid: there is no such pipeline or stage; the hint names those that exist.
    """
    chosen = _named(work, pipeline_name) if pipeline_name else default(work)
    present = stages.active(work, chosen.id)
    if not stage_name:
        return present[0]
    for stage in present:
        if stage.name_key == fold(stage_name):
            return stage
    if not pipeline_name:
        others = [row.id for row in work.scalars(sql.all_of_them()) if row.archived_at is None]
        named: list[Stage] = work.scalars(sql.stage_called(others, fold(stage_name)))
        for stage in named:
            if stage.archived_at is None:
                return stage
    names = ", ".join(stage.name for stage in present)
    hint = f"“{chosen.name}” has no stage “{stage_name}”. It has: {names}."
    raise Invalid("Some fields need correcting.", fields={"stage": hint})


@use_case(Permission.PIPELINES_MANAGE)
def add(work: Work, name: str, new_stages: Sequence[NewStage] = rules.USUAL_STAGES) -> int:
    """Add a pipeline with its stages and return its number.

    Raises:
        Invalid: no name, no stage, or a stage that cannot be. Conflict: the name is in use.
    """
    shown = _free_name(work, name, None)
    if not new_stages:
        raise Invalid("A pipeline needs a stage.", fields={"stages": "Add one."})
    return _make(work, shown, new_stages)


@use_case(Permission.PIPELINES_MANAGE)
def change(work: Work, pipeline_id: int, name: str) -> None:
    """Give a pipeline another name.

    Raises:
        Invalid: no name. Conflict: the name is in use.
    """
    row = work.get(Pipeline, pipeline_id)
    row.name = _free_name(work, name, pipeline_id)
    work.record("pipeline.changed", row, **work.changes(row))


@use_case(Permission.PIPELINES_MANAGE)
def archive(work: Work, pipeline_id: int) -> None:
    """Hide a pipeline: it takes no new deals, and those it has stay as they are.

    Raises:
        Conflict: open deals stand in it, or it is the last one.
    """
    row = work.get(Pipeline, pipeline_id)
    held = work.as_system().scalar(sql.open_deals_in_pipeline(pipeline_id))
    work.session.info["scope"] = work.actor.scope
    if held:
        raise Conflict(
            f"“{row.name}” has {held} open deals. Close them, or move them to another pipeline first."
        )
    if all(other.id == pipeline_id for other in search(work)):
        raise Conflict("This is the only pipeline. Add another one first.")
    row.archived_at = work.now
    work.record("pipeline.archived", row, pipeline=row.name)


@use_case(Permission.PIPELINES_MANAGE)
def restore(work: Work, pipeline_id: int) -> None:
    """Bring an archived pipeline back."""
    row = work.get(Pipeline, pipeline_id)
    if row.archived_at is None:
        raise Conflict(f"“{row.name}” is not archived.")
    row.archived_at = None
    work.record("pipeline.restored", row, pipeline=row.name)


@use_case(Permission.DEALS_READ, read=True)
def lost_reasons(work: Work) -> tuple[str, ...]:
    """Why deals can be lost: what has to be chosen from when one is."""
    row: Setting | None = work.scalar(settings_sql.by_name(_REASONS))
    return tuple(row.value["reasons"]) if row is not None else rules.LOST_REASONS


@use_case(Permission.PIPELINES_MANAGE)
def change_lost_reasons(work: Work, reasons: Sequence[str]) -> None:
    """Replace the list of reasons. Deals that were lost keep theirs.

    Raises:
        Invalid: none is left, one is too long, or there are too many.
    """
    wanted = list({fold(reason): clean(reason) for reason in reasons if clean(reason)}.values())
    if not wanted or len(wanted) > _MOST_REASONS or any(len(one) > _LONGEST_REASON for one in wanted):
        hint = f"Give 1 to {_MOST_REASONS} reasons of at most {_LONGEST_REASON} characters."
        raise Invalid(hint, fields={"reasons": hint})
    row: Setting | None = work.scalar(settings_sql.by_name(_REASONS))
    if row is None:
        row = work.add(Setting(name=_REASONS, value={}, updated_at=work.now))
    row.value, row.updated_at = {"reasons": wanted}, work.now
    work.record("lost_reasons.changed", row, reasons=wanted)


def _make(work: Work, name: str, new_stages: Sequence[NewStage]) -> int:
    tidy = [stages.checked(new) for new in new_stages]
    if len({fold(new.name) for new in tidy}) < len(tidy):
        raise Invalid("Two stages have the same name.", fields={"stages": "Name each stage once."})
    position = work.scalar(sql.last_position())
    row = work.add(Pipeline(name=name, position=0 if position is None else position + 1, created_at=work.now))
    work.flush()
    for place, new in enumerate(tidy):
        stage = Stage(pipeline_id=row.id, position=place)
        stages.fill(stage, new)
        work.add(stage)
    work.record("pipeline.added", row, pipeline=name, stages=[new.name for new in tidy])
    return row.id


def _named(work: Work, name: str) -> Pipeline:
    shown = clean(name)
    found: Pipeline | None = work.scalar(sql.named(shown))
    if found is None or found.archived_at is not None:
        names = ", ".join(row.name for row in work.scalars(sql.all_of_them()) if row.archived_at is None)
        hint = f"There is no pipeline “{shown}”. There are: {names or 'none yet'}."
        raise Invalid("Some fields need correcting.", fields={"pipeline": hint})
    return found


def _free_name(work: Work, name: str, besides: int | None) -> str:
    shown = clean(name)
    if not shown or len(shown) > _LONGEST_NAME:
        hint = f"Give the pipeline a name of at most {_LONGEST_NAME} characters."
        raise Invalid(hint, fields={"name": hint})
    if any(row.id != besides for row in work.scalars(sql.named(shown))):
        raise Conflict(f"There is a pipeline “{shown}” already.", fields={"name": "In use."})
    return shown


def enterable(work: Work, stage_id: int) -> Stage:
    """The stage of this number, provided that deals can enter it.

    Raises:
        NotFound: there is none. Conflict: it, or its pipeline, is archived.
    """
    stage = work.session.get(Stage, stage_id)
    if stage is None:
        raise NotFound("This stage does not exist any more. Reload the board.")
    pipeline = work.get(Pipeline, stage.pipeline_id)
    if stage.archived_at is not None or pipeline.archived_at is not None:
        raise Conflict(f"“{stage.name}” of “{pipeline.name}” takes no deals any more. Choose another stage.")
    return stage
