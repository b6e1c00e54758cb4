"""How far deals came: of those that were opened in a period, how many reached each stage, and were won.

A cohort, not a snapshot: the same deals are followed from the first stage to the last, so shares only fall
from row to row, and deals that are still open are counted where they got to.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from statistics import median
from typing import Any
from zoneinfo import ZoneInfo

from crm_core.insights import asking, metrics
from crm_core.insights.kept_answers import kept
from crm_core.insights.metric_types import FactRow, Question
from crm_core.kernel.access import Permission
from crm_core.kernel.errors import Invalid
from crm_core.kernel.paging import Page, Paging
from crm_core.kernel.work import Work, use_case
from crm_core.sales import pipelines
from crm_core.sales.types import PipelineRow, StageRow
from crm_core.team.company import company
from db.queries import funnel as sql
from db.queries.funnel import Cohort

_DAY = timedelta(days=1)


@dataclass(frozen=True)
class FunnelRow:
    """One stage of the funnel.

    ``entered`` deals stood there at some time; ``reached`` got there or further, which ``share`` compares
    with all that were opened. ``median_days`` is how long those that left again had stayed; None when none
    left. ``lost`` were lost from there. ``stage_id`` is for asking for its deals.
    """

    stage: str
    entered: int
    reached: int
    share: float | None
    median_days: float | None
    lost: int
    stage_id: int = 0


@dataclass(frozen=True)
class Funnel:
    """The deals of a period and what became of them, as it was known at ``as_of``."""

    pipeline: str
    opened: int
    won: int
    lost: int
    open: int
    win_share: float | None
    median_days_to_win: float | None
    as_of: datetime
    rows: tuple[FunnelRow, ...]


@dataclass
class _Counted:
    """What is gathered about the stages while the deals are followed."""

    places: dict[int, int]
    entered: dict[int, int] = field(default_factory=lambda: defaultdict(int))
    reached: dict[int, int] = field(default_factory=lambda: defaultdict(int))
    lost: dict[int, int] = field(default_factory=lambda: defaultdict(int))
    days: dict[int, list[float]] = field(default_factory=lambda: defaultdict(list))
    ends: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    days_to_win: list[float] = field(default_factory=list)

    def follow(self, told: Sequence[Any]) -> None:
        """One deal, change by change."""
        seen = {row.to_stage_id for row in told if row.to_stage_id in self.places}
        furthest = max((self.places[stage] for stage in seen), default=-1)
        for stage, place in self.places.items():
            self.entered[stage] += stage in seen
            self.reached[stage] += place <= furthest
        for row, following in pairwise(told):
            if row.status == "open":
                self.days[row.to_stage_id].append((following.changed_at - row.changed_at) / _DAY)
        last = told[-1]
        self.ends[last.status] += 1
        if last.status == "won":
            self.days_to_win.append((last.changed_at - told[0].changed_at) / _DAY)
        elif last.status == "lost":
            self.lost[last.to_stage_id] += 1


@use_case(Permission.DEALS_READ, read=True)
@kept()
def report(
    work: Work,
    since: date | None = None,
    until: date | None = None,
    *,
    pipeline_id: int | None = None,
    as_of: datetime | None = None,
) -> Funnel:
    """The funnel of the deals that were opened in a period, of those that this person sees.

    Args:
        since, until: first and last day of opening, in the company's time zone; None for no limit.
        pipeline_id: which pipeline; None for the default one.
        as_of: only what had happened by then counts; None for now.

    Raises:
        NotFound: there is no such pipeline.
    """
    chosen = _pipeline(work, pipeline_id)
    known = min(as_of or work.now, work.now)
    period = (_begins(since), _begins(until + _DAY) if until else None)
    return _followed(work, chosen, Cohort(chosen.id, *period, known))


@use_case(Permission.DEALS_READ, read=True)
def narrowed(work: Work, question: Question, pipeline_id: int | None = None) -> Funnel:
    """The same for the period and with the filters of a question about numbers.

    Raises:
        Invalid, NotFound: as for ``metrics.figures``; or there is no such pipeline.
    """
    chosen = _pipeline(work, pipeline_id)
    return _followed(work, chosen, _cohort(work, question, chosen.id))


@use_case(Permission.DEALS_READ, read=True)
def deals(
    work: Work,
    question: Question,
    which: str,
    pipeline_id: int | None = None,
    paging: Paging = Paging(),  # noqa: B008 - frozen
) -> Page[FactRow]:
    """The deals behind a number of ``narrowed``, the most valuable first.

    Args:
        which: the number of a stage for those that got there or further; ``won``, ``lost`` or ``open`` for
            what became of them; ``all`` for everything that was opened.

    Raises:
        Invalid: there is no such stage. NotFound: as for ``narrowed``.
    """
    chosen = _pipeline(work, pipeline_id)
    stages = [stage.id for stage in chosen.stages]
    reached, ended = None, which if which in ("won", "lost", "open") else None
    if ended is None and which != "all":
        if which not in map(str, stages):
            raise Invalid("The pipeline has no such stage.", fields={"part": "Choose a stage of the funnel."})
        reached = stages[stages.index(int(which)) :]
    statement = sql.deals(_cohort(work, question, chosen.id), reached, ended)
    return work.page(statement, paging, FactRow)


def _cohort(work: Work, question: Question, pipeline_id: int) -> Cohort:
    asked = asking.asked(work, metrics.metric_of("new_deals"), question, asking.narrowed(work, question))
    known = min(asked.known or work.now, work.now)
    return Cohort(pipeline_id, asked.since, asked.until, known, sql.opened(asked))


def _pipeline(work: Work, pipeline_id: int | None) -> PipelineRow:
    return pipelines.get(work, pipelines.default_id(work) if pipeline_id is None else pipeline_id)


def _followed(work: Work, chosen: PipelineRow, cohort: Cohort) -> Funnel:
    counted = _Counted({stage.id: place for place, stage in enumerate(chosen.stages)})
    for told in _by_deal(work.tuples(sql.changes(cohort))):
        counted.follow(told)
    opened = sum(counted.ends.values())
    return Funnel(
        pipeline=chosen.name,
        opened=opened,
        won=counted.ends["won"],
        lost=counted.ends["lost"],
        open=counted.ends["open"],
        win_share=_share(counted.ends["won"], opened),
        median_days_to_win=_middle(counted.days_to_win),
        as_of=cohort.until,
        rows=tuple(_row(stage, counted, opened) for stage in chosen.stages),
    )


def _row(stage: StageRow, counted: _Counted, opened: int) -> FunnelRow:
    reached = counted.reached[stage.id]
    return FunnelRow(
        stage.name,
        counted.entered[stage.id],
        reached,
        _share(reached, opened),
        _middle(counted.days[stage.id]),
        counted.lost[stage.id],
        stage.id,
    )


def _by_deal(rows: Iterable[Any]) -> Iterable[list[Any]]:
    told: list[Any] = []
    for row in rows:
        if told and told[-1].deal_id != row.deal_id:
            yield told
            told = []
        told.append(row)
    if told:
        yield told


def _share(part: int, whole: int) -> float | None:
    return round(part / whole, 4) if whole else None


def _middle(days: Sequence[float]) -> float | None:
    return round(median(days), 2) if days else None


def _begins(day: date | None) -> datetime | None:
    if day is None:
        return None
    return datetime.combine(day, time.min, ZoneInfo(company().time_zone)).astimezone(UTC)
