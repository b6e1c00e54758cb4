"""Pipelines and stages that a file names: found by name, else made, in the order of their chances."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

from crm_core.data import stage_words
from crm_core.kernel.values.text import fold
from crm_core.kernel.work import Work
from crm_core.sales.rules import USUAL_STAGES
from db.models import Pipeline, Stage
from db.queries import stage_matching as sql

USUAL_PIPELINE: Final = "Sales"


@dataclass
class StageEntry:
    """A stage as deals need it."""

    id: int
    pipeline_id: int
    name_key: str
    position: int
    probability: int


@dataclass
class Stages:
    """All stages of all pipelines, those that were made on the way among them.

    ``made`` are the ids of new pipelines and stages, for the import to give back.
    """

    pipelines: dict[str, int]
    usual: int | None
    stages: dict[int, list[StageEntry]] = field(default_factory=dict)
    made: dict[str, list[int]] = field(default_factory=lambda: {"pipelines": [], "stages": []})

    def pipeline(self, name: str) -> int | None:
        """The pipeline of this name; without a name the first one."""
        return self.pipelines.get(fold(name)) if name else self.usual

    def entry(self, pipeline: str, stage: str) -> StageEntry | None:
        """The stage of this name, if it is there."""
        known = self.stages.get(self.pipeline(pipeline) or 0, [])
        return next((one for one in known if one.name_key == fold(stage)), None)

    def last(self, pipeline: str) -> StageEntry | None:
        """The stage that is nearest to the end."""
        known = self.stages.get(self.pipeline(pipeline) or 0, [])
        return max(known, key=lambda one: (one.position, one.id), default=None)


def read(work: Work) -> Stages:
    """What there is now; archived pipelines and stages are known, too: old deals may lie in them."""
    rows = work.tuples(sql.pipelines())
    usual = next((row[0] for row in rows if row[2] is None), None)
    found = Stages({fold(row[1]): row[0] for row in rows}, usual)
    for row in work.tuples(sql.stages()):
        found.stages.setdefault(row[1], []).append(StageEntry(*row))
    return found


def close_ranks(work: Work, stages: Stages) -> None:
    """Number the stages of each pipeline without gaps."""
    for known in stages.stages.values():
        for at, one in enumerate(sorted(known, key=lambda each: (each.position, each.id))):
            if one.position != at:
                work.run(sql.place(one.id, at))


def make(work: Work, stages: Stages, wanted: Iterable[tuple[str, str, int | None]]) -> None:
    """Make what is missing of these (pipeline, stage, chance in percent or None).

    A stage stands before the first one that is likelier to be won from. A deal that is over names no stage:
    a pipeline for it that has none gets the usual ones.
    """
    chosen = list(wanted)
    for pipeline, _, _ in chosen:
        if stages.pipeline(pipeline) is None:
            _add_pipeline(work, stages, pipeline)
    for pipeline, stage, chance in chosen:
        if stage and stages.entry(pipeline, stage) is None:
            known = stage_words.chance(stage)
            likely = known if known != stage_words.UNKNOWN or not chance else chance
            _add_stage(work, stages, stages.pipeline(pipeline) or 0, (stage, likely))
    for pipeline, _, _ in chosen:
        if stages.last(pipeline) is None:
            for one in USUAL_STAGES:
                _add_stage(work, stages, stages.pipeline(pipeline) or 0, (one.name, one.probability))


def _add_pipeline(work: Work, stages: Stages, name: str) -> None:
    shown = name or USUAL_PIPELINE
    if fold(shown) in stages.pipelines:
        stages.usual = stages.pipelines[fold(shown)]
        return
    row = work.add(Pipeline(name=shown, position=len(stages.pipelines), created_at=work.now))
    work.flush()
    stages.pipelines[fold(shown)] = row.id
    stages.usual = stages.usual or row.id
    stages.made["pipelines"].append(row.id)


def _add_stage(work: Work, stages: Stages, pipeline_id: int, new: tuple[str, int]) -> None:
    name, chance = new
    known = sorted(stages.stages.setdefault(pipeline_id, []), key=lambda one: (one.position, one.id))
    place = next((at for at, one in enumerate(known) if one.probability > chance), len(known))
    row = work.add(
        Stage(pipeline_id=pipeline_id, name=name, name_key=fold(name)[:120], position=place,
              probability=chance,
              required_fields=[])
    )  # fmt: skip
    work.flush()
    known.insert(place, StageEntry(row.id, pipeline_id, row.name_key, place, chance))
    for at, one in enumerate(known):
        if one.position != at and one.id != row.id:
            work.run(sql.place(one.id, at))
        one.position = at
    stages.stages[pipeline_id] = known
    stages.made["stages"].append(row.id)
