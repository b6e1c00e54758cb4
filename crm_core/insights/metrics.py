"""Numbers, and the rows that they are made of: the same filters, the same rights, and sums that agree."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from itertools import groupby
from operator import itemgetter
from typing import Any, Final

from crm_core.insights import asking, periods
from crm_core.insights.kept_answers import kept
from crm_core.insights.metric_table import METRICS, MONEY, Metric
from crm_core.insights.metric_types import Amount, FactRow, Figure, Part, Question
from crm_core.insights.periods import Period
from crm_core.kernel.access import Permission
from crm_core.kernel.errors import Invalid
from crm_core.kernel.paging import Page, Paging
from crm_core.kernel.work import Work, use_case
from crm_core.team.company import company
from db.queries import metrics as sql
from db.queries.facts import Asked, Narrow
from db.queries.kept_answers import latest_trace

SPLITS: Final = sql.SPLITS
_MOST_PARTS: Final = 500


@use_case(Permission.KPIS_READ, read=True)
@kept(by_rights=True)
def figures(work: Work, question: Question, names: Sequence[str] = ()) -> list[Figure]:
    """Metrics with their comparison: the named ones, or all that this person may see.

    Raises:
        Invalid: no such metric, period or filter. NotAllowed: not this person's to see. NotFound: no such
            segment.
    """
    chosen = [metric_of(name) for name in names] or [
        metric for metric in METRICS.values() if work.actor.may(metric.permission)
    ]
    narrow = asking.narrowed(work, question)
    previous = periods.before(question.period, question.compare, asking.today(work))
    sums, goals = _Sums(work), asking.goals(work, question)
    return [
        Figure(
            metric,
            question.period,
            sums.of(metric, asking.asked(work, metric, question, narrow)),
            previous,
            sums.of(metric, asking.asked(work, metric, question, narrow, previous)) if previous else None,
            goals.get(metric.goal),
        )
        for metric in chosen
        if _permitted(work, metric)
    ]


@use_case(Permission.KPIS_READ, read=True)
def rows(work: Work, name: str, question: Question, paging: Paging = Paging()) -> Page[FactRow]:  # noqa: B008 - frozen
    """The rows that a metric is made of, the most valuable first: what they add up to is the number.

    Raises:
        Invalid, NotAllowed, NotFound: as for ``figures``.
    """
    metric = metric_of(name)
    _permitted(work, metric)
    wanted = asking.asked(work, metric, question, asking.narrowed(work, question))
    counted = sum(amount.count for amount in _Sums(work).of(metric, wanted))
    shown = work.tuples(sql.places(metric.source, wanted).limit(paging.limit).offset(paging.offset))
    ids = [row.id for row in shown]
    return Page(
        tuple(work.rows(sql.drill(metric.source, wanted, ids), FactRow)) if ids else (), paging, counted
    )


@use_case(Permission.KPIS_READ, read=True)
@kept()
def series(work: Work, name: str, question: Question, step: str = "") -> list[Part]:
    """A metric step by step over the period: each currency has its points, in the order of time.

    Args:
        step: one of ``periods.STEPS``; by default what suits the length of the period.

    Raises:
        Invalid: no such metric or step, or a metric that stands at a moment and has no course.
    """
    metric = metric_of(name)
    _permitted(work, metric)
    if step and step not in periods.STEPS:
        raise Invalid(
            f"Choose one of: {', '.join(periods.STEPS)}.", fields={"step": "There is no such step."}
        )
    narrow = asking.narrowed(work, question)
    pieces = periods.parts(question.period, step or periods.step_for(question.period))
    if metric.is_state:
        return _states(work, metric, question, narrow, pieces)
    bounds = [(asking.begin_of(piece.until + timedelta(days=1)), piece.since.isoformat()) for piece in pieces]
    wanted = asking.asked(work, metric, question, narrow)
    told = work.tuples(sql.by_time(metric.source, wanted, bounds))
    found = {piece.since.isoformat(): amounts(metric, ()) for piece in pieces}
    for begin, group in groupby(sorted(told), key=itemgetter(0)):
        found[begin] = amounts(metric, [row[1:] for row in group])
    currencies = sorted({one.currency for parts in found.values() for one in parts}, key=_own_first)
    return [
        Part(begin, begin, next((one for one in parts if one.currency == currency), Amount(currency)))
        for currency in currencies
        for begin, parts in found.items()
    ]


@use_case(Permission.KPIS_READ, read=True)
@kept()
def split(work: Work, name: str, question: Question, by: str) -> list[Part]:
    """A metric in groups: by ``owner``, ``team``, ``country``, ``kind`` or ``customer``; the largest first.

    The group with the empty key holds what belongs to none.

    Raises:
        Invalid: no such metric or split.
    """
    metric = metric_of(name)
    _permitted(work, metric)
    if by not in SPLITS:
        raise Invalid(f"Choose one of: {', '.join(SPLITS)}.", fields={"by": "There is no such split."})
    wanted = asking.asked(work, metric, question, asking.narrowed(work, question))
    told = work.tuples(sql.split(metric.source, wanted, by))
    named = _names(work, by)
    parts: dict[tuple[str, str], Amount] = {}
    for key, currency, count, total in told:
        place = (str(key or ""), _currency(metric, currency))
        known = parts.get(place, Amount(place[1]))
        parts[place] = Amount(place[1], known.count + count, known.total + total)
    found = [Part(named.get(key, key), key, amount) for (key, _), amount in parts.items()]
    return sorted(
        found,
        key=lambda part: (_own_first(part.amount.currency), -(part.amount.value(metric) or 0), part.name),
    )


@use_case(Permission.KPIS_READ, read=True)
def pulse(work: Work) -> int:
    """A number that is the same as long as nothing has changed, and costs next to nothing to ask for."""
    return int(work.scalar(latest_trace()) or 0)


@use_case(Permission.KPIS_READ, read=True)
def people(work: Work) -> tuple[list[tuple[int, str]], list[tuple[int, str]]]:
    """Whose numbers one may ask for: owners and teams within the own reach, ids with names."""
    seen = [row for row in work.tuples(sql.people()) if work.actor.scope.covers(row.id)]
    teams = {row.team_id for row in seen}
    named = [(row.id, row.name) for row in work.tuples(sql.teams()) if row.id in teams]
    return [(row.id, row.name) for row in seen], named


def metric_of(name: str) -> Metric:
    """The metric of this name.

    Raises:
        Invalid: there is none; the sentence lists all.
    """
    if name not in METRICS:
        raise Invalid(f"There is no metric “{name[:40]}”. There are: {', '.join(METRICS)}.")
    return METRICS[name]


class _Sums:
    """What sources add up to; metrics that share one share the statement."""

    def __init__(self, work: Work) -> None:
        self.work = work
        self.known: dict[tuple[str, Asked], Sequence[Any]] = {}

    def of(self, metric: Metric, wanted: Asked) -> tuple[Amount, ...]:
        key = (metric.source, wanted)
        if key not in self.known:
            self.known[key] = self.work.tuples(sql.total(metric.source, wanted))
        return amounts(metric, self.known[key])


def amounts(metric: Metric, told: Iterable[Any]) -> tuple[Amount, ...]:
    """Currency, count and sum as amounts, the company's currency first; counts in one for all currencies."""
    found: dict[str, Amount] = {}
    for currency, count, total in told:
        place = _currency(metric, currency)
        known = found.get(place, Amount(place))
        found[place] = Amount(place, known.count + count, known.total + total)
    own = company().currency if metric.unit == MONEY else ""
    found.setdefault(own, Amount(own))
    return tuple(found[place] for place in sorted(found, key=_own_first))


def _states(
    work: Work, metric: Metric, question: Question, narrow: Narrow, pieces: Sequence[Period]
) -> list[Part]:
    """What stood at the end of each piece; nothing for pieces that have not begun."""
    found = []
    for piece in pieces:
        if piece.since > asking.today(work):
            break
        told = work.tuples(sql.total(metric.source, asking.asked(work, metric, question, narrow, piece)))
        name = piece.since.isoformat()
        found += [Part(name, name, amount) for amount in amounts(metric, told)]
    return sorted(found, key=lambda part: (_own_first(part.amount.currency), part.key))


def _names(work: Work, by: str) -> Mapping[str, str]:
    if by == "owner":
        return {str(row.id): row.name for row in work.tuples(sql.people())}
    if by == "team":
        return {str(row.id): row.name for row in work.tuples(sql.teams())}
    return {}


def _permitted(work: Work, metric: Metric) -> bool:
    work.actor.require(metric.permission)
    return True


def _currency(metric: Metric, currency: str) -> str:
    return currency if metric.unit == MONEY else ""


def _own_first(currency: str) -> tuple[bool, str]:
    return currency != company().currency, currency
