"""The mood of what customers write, over time and by who looks after them: the angry ones first."""

from dataclasses import dataclass

from crm_core.insights import asking, metrics
from crm_core.insights.metric_table import METRICS
from crm_core.insights.metric_types import Part, Question
from crm_core.insights.satisfaction import Verbatim
from crm_core.kernel.access import Permission
from crm_core.kernel.paging import Page, Paging
from crm_core.kernel.work import Work, use_case
from crm_core.service.sentiment import EDGE
from db.queries import verbatims as sql


@dataclass(frozen=True)
class MoodReport:
    """How many texts are bad, neither and good, their mean from -100 to 100, and the parts asked for."""

    negative: int
    neutral: int
    positive: int
    mean: float | None
    parts: tuple[Part, ...]

    @property
    def count(self) -> int:
        """How many texts have a mood."""
        return self.negative + self.neutral + self.positive


@use_case(Permission.FEEDBACK_READ, read=True)
def report(work: Work, question: Question, by: str = "month") -> MoodReport:
    """The mood of a period, by ``month`` or one of ``metrics.SPLITS``.

    Only English texts have a mood (see ``service.sentiment``); it is a hint where to look, not a measurement.

    Raises:
        Invalid: no such period, filter or grouping. NotFound: no such segment.
    """
    metric = METRICS["sentiment"]
    wanted = asking.asked(work, metric, question, asking.narrowed(work, question))
    [(negative, neutral, positive)] = work.tuples(sql.bands(wanted, EDGE))
    [figure] = metrics.figures(work, question, ["sentiment"])
    if by == "month":
        parts = metrics.series(work, "sentiment", question, "month")
    else:
        parts = metrics.split(work, "sentiment", question, by)
    return MoodReport(negative, neutral, positive, figure.value, tuple(parts))


@use_case(Permission.FEEDBACK_READ, read=True)
def worst(work: Work, question: Question, paging: Paging = Paging()) -> Page[Verbatim]:  # noqa: B008 - frozen
    """Texts whose mood is bad, the worst first.

    Raises:
        Invalid, NotFound: as for ``report``.
    """
    wanted = asking.asked(work, METRICS["sentiment"], question, asking.narrowed(work, question))
    return work.page(sql.texts(wanted, EDGE), paging, Verbatim)
