"""How satisfied customers are: scores with how sure they are, their distribution, and what people wrote."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from crm_core.insights import asking, metrics
from crm_core.insights.metric_table import METRICS
from crm_core.insights.metric_types import Figure, Question
from crm_core.kernel.access import Permission
from crm_core.kernel.paging import Page, Paging
from crm_core.kernel.work import Work, use_case
from crm_core.marketing.lift import wilson
from crm_core.service.feedback_types import CES, CSAT, NPS
from crm_core.service.survey_rules import FEW, SCALES, NetPromoters, group, net_promoters
from db.queries import verbatims as sql

NUMBERS: Final = (NPS, CSAT, CES, "feedback_count", "response_rate")


@dataclass(frozen=True)
class Scored:
    """One score with how sure it is: an interval of 95 % where its method is known, else None."""

    figure: Figure
    count: int
    low: float | None = None
    high: float | None = None

    @property
    def is_few(self) -> bool:
        """Are these too few answers to rely on?"""
        return self.count < FEW


@dataclass(frozen=True)
class SatisfactionReport:
    """Scores, how often each score was given by kind, and the promoters behind NPS."""

    scores: tuple[Scored, ...]
    distribution: Mapping[str, Mapping[int, int]]
    promoters: NetPromoters


@dataclass(frozen=True)
class Verbatim:
    """What somebody wrote. ``score`` is that of the survey, ``sentiment`` the mood from -100 to 100."""

    id: int
    contact_id: int | None
    contact: str | None
    kind: str
    score: int | None
    at: datetime
    text: str
    sentiment: int | None
    owner: str | None


@use_case(Permission.FEEDBACK_READ, read=True)
def report(work: Work, question: Question) -> SatisfactionReport:
    """Scores of a period with their intervals, the previous period beside them.

    NPS has the interval of ``net_promoters``; shares have Wilson's (1927). How easy it was has none: steps
    of seven are no measured length.

    Raises:
        Invalid: no such period or filter. NotFound: no such segment.
    """
    given = {kind: _given(work, question, kind) for kind in (NPS, CSAT, CES)}
    counts = [sum(n for score, n in given[NPS].items() if group(NPS, score) == name) for name in
              ("good", "middle", "bad")]  # fmt: skip
    promoters = net_promoters(*counts)
    figures = metrics.figures(work, question, NUMBERS)
    scores = tuple(_scored(figure, promoters) for figure in figures)
    return SatisfactionReport(scores, given, promoters)


@use_case(Permission.FEEDBACK_READ, read=True)
def verbatims(work: Work, question: Question, paging: Paging = Paging()) -> Page[Verbatim]:  # noqa: B008 - frozen
    """What customers wrote beside their scores, the worst mood first.

    Raises:
        Invalid, NotFound: as for ``report``.
    """
    metric = METRICS["feedback_count"]
    wanted = asking.asked(work, metric, question, asking.narrowed(work, question))
    return work.page(sql.comments(wanted), paging, Verbatim)


def _given(work: Work, question: Question, kind: str) -> dict[int, int]:
    parts = metrics.split(work, kind, question, "kind")
    told = {int(part.name): part.amount.count for part in parts if part.name.isdigit()}
    return {score: told.get(score, 0) for score in SCALES[kind].scores}


def _scored(figure: Figure, promoters: NetPromoters) -> Scored:
    amount = figure.amounts[0]
    if figure.metric.name == NPS:
        return Scored(figure, amount.count, promoters.low, promoters.high)
    if figure.metric.name in (CSAT, "response_rate") and amount.count:
        return Scored(figure, amount.count, *wilson(amount.total, amount.count))
    return Scored(figure, amount.count)
