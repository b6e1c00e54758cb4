"""The report of service: what was opened, solved and left open, how long it took, and promises kept."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median
from typing import Any, Final
from zoneinfo import ZoneInfo

from crm_core.insights import asking, metrics, periods
from crm_core.insights.kept_answers import kept
from crm_core.insights.metric_table import METRICS
from crm_core.insights.metric_types import Question
from crm_core.kernel.access import Permission
from crm_core.kernel.errors import Invalid
from crm_core.kernel.work import Work, use_case
from crm_core.team.company import company
from db.queries import case_facts as sql
from db.queries import metrics as metric_sql

BY: Final = ("month", "team", "owner", "kind", "priority")
_HOUR: Final = 3_600
_DAY: Final = 86_400


@dataclass(frozen=True)
class ServiceRow:
    """One group of cases in a period; ``group`` is empty for nobody's.

    ``open`` are those not solved at its end (of a month: at the end of that month), ``backlog_days`` their
    median age. Medians are in business hours, of what was answered or solved in the time; ``within_sla`` is
    the share of solved cases with promises that kept them all. None where there is nothing to tell of.
    """

    group: str
    opened: int
    solved: int
    open: int
    backlog_days: float | None
    first_response_hours: float | None
    resolution_hours: float | None
    within_sla: float | None
    reopened: int


@dataclass(frozen=True)
class ServiceReport:
    """The groups, and all of them together."""

    rows: tuple[ServiceRow, ...]
    whole: ServiceRow


@dataclass(frozen=True)
class _Span:
    """From an instant until before another one; what came after ``known`` is not told."""

    since: datetime
    until: datetime
    known: datetime

    def has(self, moment: datetime | None) -> bool:
        """Did it happen in this time, as far as it was known?"""
        return moment is not None and self.since <= moment < min(self.until, self.known)

    def is_before_end(self, moment: datetime | None) -> bool:
        """Had it happened by the end?"""
        return moment is not None and moment < min(self.until, self.known)


@use_case(Permission.CASES_READ, read=True)
@kept()
def report(work: Work, question: Question, by: str = "month") -> ServiceReport:
    """How service went in a period, of the cases that this person sees, by one of ``BY``.

    As of an earlier day, what was known later is left out; of cases that were taken up again since, the
    earlier solution is not told.

    Raises:
        Invalid: no such group, or as for ``metrics.figures``.
    """
    if by not in BY:
        raise Invalid(f"Choose one of: {', '.join(BY)}.", fields={"by": "There is no such group."})
    asked = asking.asked(work, METRICS["cases_opened"], question, asking.narrowed(work, question))
    found = work.tuples(sql.told(asked, metric_sql.members(asked)))
    span = _Span(asked.since, asked.until, asked.known or work.now)
    if by == "month":
        rows = _months(found, question, span)
    else:
        names = _names(work, by)
        keys: Callable[[Any], str] = lambda row: _key(row, by)  # noqa: E731
        groups = sorted({keys(row) for row in found})
        rows = [_row(names.get(key, key), [row for row in found if keys(row) == key], span) for key in groups]
        rows = [row for row in rows if row.opened or row.solved or row.open]
    return ServiceReport(tuple(rows), _row("", found, span))


def _months(found: Sequence[Any], question: Question, span: _Span) -> list[ServiceRow]:
    """The months of the period, from the first one in which there was anything to the present one."""
    rows: list[ServiceRow] = []
    first = min((row.opened_at for row in found), default=span.known)
    zone = ZoneInfo(company().time_zone)
    begins = max(question.period.since, first.astimezone(zone).date())
    ends = min(question.period.until, span.known.astimezone(zone).date())
    if ends < begins:
        return []
    for piece in periods.parts(periods.Period(begins, ends), "month"):
        until = asking.begin_of(piece.until + timedelta(days=1))
        own = _Span(asking.begin_of(piece.since), until, span.known)
        rows.append(_row(f"{piece.since:%Y-%m}", found, own))
    return rows


def _row(group: str, found: Sequence[Any], span: _Span) -> ServiceRow:
    solved = [row for row in found if span.has(row.solved_at)]
    still = [row for row in found if span.is_before_end(row.opened_at) and not _is_over(row, span)]
    answered = [row.response_seconds for row in found if span.has(row.first_response_at)]
    promised = [row for row in solved if row.is_resolution_in_time is not None]
    kept_all = [row for row in promised if row.is_resolution_in_time and row.is_response_in_time is not False]
    end = min(span.until, span.known)
    return ServiceRow(
        group=group,
        opened=sum(span.has(row.opened_at) for row in found),
        solved=len(solved),
        open=len(still),
        backlog_days=_median([(end - row.opened_at).total_seconds() for row in still], _DAY),
        first_response_hours=_median(answered, _HOUR),
        resolution_hours=_median([row.resolution_seconds for row in solved], _HOUR),
        within_sla=len(kept_all) / len(promised) if promised else None,
        reopened=sum(row.reopened_count > 0 for row in found if span.has(row.opened_at)),
    )


def _is_over(row: Any, span: _Span) -> bool:
    return span.is_before_end(row.solved_at) or span.is_before_end(row.closed_at)


def _median(values: Sequence[float | None], unit: int) -> float | None:
    known = [value for value in values if value is not None]
    return round(median(known) / unit, 2) if known else None


def _key(row: Any, by: str) -> str:
    value = {"team": row.team_id, "owner": row.owner_id, "kind": row.kind, "priority": row.priority}[by]
    return "" if value is None else str(value)


def _names(work: Work, by: str) -> dict[str, str]:
    people, teams = metrics.people(work)
    return {str(key): name for key, name in {"owner": people, "team": teams}.get(by, [])}
