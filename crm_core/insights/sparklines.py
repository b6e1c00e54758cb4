"""The course of numbers within their period, in a few points, as tiles draw it."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise
from typing import Final

from crm_core.insights import asking, metrics, periods
from crm_core.insights.kept_answers import is_large, kept
from crm_core.insights.metric_types import Amount, Question
from crm_core.insights.periods import Period
from crm_core.kernel.access import Permission
from crm_core.kernel.work import Work, use_case
from crm_core.team.company import company
from db.queries import sparklines as sql

POINTS: Final = 12
_FEWEST: Final = 3
_ONCE: Final = ("buyers", "buyers_again")
"""Sources that count somebody once in the whole period, whatever its pieces."""

Course = tuple[float | int | None, ...]


@use_case(Permission.KPIS_READ, read=True)
@kept()
def courses(work: Work, question: Question, names: Sequence[str]) -> Mapping[str, Course]:
    """Up to twelve points for each metric, in the company's currency, all by one statement.

    The period so far is cut into equal pieces; a point is None where a mean has nothing to be made of. What
    stands at a moment or counts people once has no course here, and a period of less than three days none.

    Raises:
        Invalid, NotAllowed, NotFound: as for ``metrics.figures``.
    """
    chosen = [*map(metrics.metric_of, names)]
    chosen = [metric for metric in chosen if not metric.is_state and metric.source not in _ONCE]
    for metric in chosen:
        work.actor.require(metric.permission)
    pieces = cut(question.period, min(question.as_of or asking.today(work), asking.today(work)))
    if not chosen or len(pieces) < _FEWEST:
        return {}
    shorter = replace(question, period=Period(pieces[0].since, pieces[-1].until))
    narrow = asking.narrowed(work, question)
    by_source = {metric.source: asking.asked(work, metric, shorter, narrow) for metric in chosen}
    bounds = [(asking.begin_of(piece.until + timedelta(days=1)), piece.since.isoformat()) for piece in pieces]
    found: dict[tuple[str, str], list[tuple[str, int, int]]] = {}
    for source, begin, currency, count, total in work.tuples(sql.courses(list(by_source.items()), bounds)):
        found.setdefault((source, begin), []).append((currency, count, total))
    nothing = Amount(company().currency)
    return {
        metric.name: tuple(
            next(iter(metrics.amounts(metric, found.get((metric.source, begin), ()))), nothing).value(metric)
            for _, begin in bounds
        )
        for metric in chosen
    }


@use_case(Permission.KPIS_READ, read=True)
def standing(work: Work, question: Question, names: Sequence[str]) -> Mapping[str, Course]:
    """Where metrics that stand at a moment stood at the ends of the eleven periods before, by one statement.

    Each as it was known then, so that nothing which happens later changes it. A large company is not counted
    eleven times: there it is empty.

    Raises:
        Invalid, NotAllowed, NotFound: as for ``metrics.figures``.
    """
    chosen = [metric for metric in map(metrics.metric_of, names) if metric.is_state]
    for metric in chosen:
        work.actor.require(metric.permission)
    if not chosen or is_large(work):
        return {}
    earlier, narrow = periods.lately(question.period, POINTS)[:-1], asking.narrowed(work, question)
    wanted = {
        (metric.source, piece.since.isoformat()): asking.asked(work, metric, question, narrow, piece)
        for metric in chosen
        for piece in earlier
    }
    found: dict[tuple[str, str], list[tuple[str, int, int]]] = {}
    for source, begin, *amount in work.tuples(sql.standing(wanted)):
        found.setdefault((source, begin), []).append((amount[0], amount[1], amount[2]))
    return {
        metric.name: tuple(
            metrics.amounts(metric, found.get((metric.source, piece.since.isoformat()), ()))[0].value(metric)
            for piece in earlier
        )
        for metric in chosen
    }


def cut(period: Period, today: date) -> list[Period]:
    """The days of a period up to today in at most twelve pieces of the same length, but for one day.

    >>> [piece.days for piece in cut(Period(date(2026, 3, 1), date(2026, 3, 31)), date(2026, 3, 25))]
    [2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 3]
    """
    last = min(period.until, today)
    days = (last - period.since).days + 1
    pieces = min(days, POINTS)
    ends = (
        [period.since + timedelta(days=days * place // pieces) for place in range(pieces + 1)]
        if pieces > 0
        else []
    )
    return [Period(begin, end - timedelta(days=1)) for begin, end in pairwise(ends)]
