"""One group of a metric, such as the revenue of one person: the number, and the rows that it is made of."""

import re
from dataclasses import replace
from datetime import date
from typing import Final

from crm_core.insights import asking, metrics, periods
from crm_core.insights.metric_table import Metric
from crm_core.insights.metric_types import FactRow, Figure, Question
from crm_core.kernel.access import Permission
from crm_core.kernel.errors import Invalid
from crm_core.kernel.paging import Page, Paging
from crm_core.kernel.work import Work, use_case
from db.queries import part_rows as sql
from db.queries.facts import Asked

TIME, PRODUCT, REGION, CATEGORY, DAYS = "time", "product", "region", "category", "days"
WAYS: Final = (*metrics.SPLITS, REGION, CATEGORY, DAYS, TIME, PRODUCT)
_SOURCES: Final = {REGION: tuple(sql.WITH_REGION), CATEGORY: ("orders",), DAYS: ("won_seconds",)}
_MANY: Final = {REGION: "regions", CATEGORY: "categories", DAYS: "days that it took"}
_SPAN: Final = re.compile(r"\d{1,5}-(\d{1,5})?", re.ASCII)
_OF_QUESTION: Final = (TIME, PRODUCT)
"""Ways that are a question of their own: another period, another filter."""


@use_case(Permission.KPIS_READ, read=True)
def figure(work: Work, name: str, question: Question, by: str, key: str) -> Figure:
    """A metric of one group, without a comparison.

    Args:
        by: one of ``WAYS``; ``region`` of orders and won deals only, ``category`` (of products) of orders
            only, ``days`` of the time that deals took only.
        key: the key of the group as ``metrics.split`` gives it (empty: what belongs to none); for ``time``
            the first day of the piece as ``metrics.series`` gives it, for ``product`` its number, for
            ``days`` the first and the last of them as in ``8-14``, or the first alone (``181-``).

    Raises:
        Invalid: no such metric, way or key. NotAllowed, NotFound: as for ``metrics.figures``.
    """
    metric = metrics.metric_of(name)
    work.actor.require(metric.permission)
    if metric.source not in _SOURCES.get(by, (metric.source,)):
        raise Invalid(f"“{metric.title}” has no {_MANY[by]}.", fields={"by": "Choose another split."})
    part = _asked(question, by, key)
    wanted = _wanted(work, metric, part, by, key)
    if by in _OF_QUESTION:
        [told] = metrics.figures(work, replace(part, compare="none"), [name])
        return told
    found = metrics.amounts(metric, work.tuples(sql.total(metric.source, wanted, by, key)))
    return Figure(metric, question.period, found)


@use_case(Permission.KPIS_READ, read=True)
def rows(
    work: Work,
    name: str,
    question: Question,
    part: tuple[str, str],
    paging: Paging = Paging(),  # noqa: B008 - frozen
) -> Page[FactRow]:
    """The rows of one group (way and key as for ``figure``), the most valuable first; they add up to it.

    Raises:
        Invalid, NotAllowed, NotFound: as for ``figure``.
    """
    by, key = part
    if by in _OF_QUESTION:
        return metrics.rows(work, name, _asked(question, by, key), paging)
    told = figure(work, name, question, by, key)
    wanted = _wanted(work, told.metric, question, by, key)
    counted = sum(amount.count for amount in told.amounts)
    return work.page(sql.drill(told.metric.source, wanted, by, key), paging, FactRow, total=counted)


def _wanted(work: Work, metric: Metric, question: Question, by: str, key: str) -> Asked:
    """The question as statements need it; a category is a filter like a product."""
    narrow = asking.narrowed(work, question)
    return asking.asked(work, metric, question, narrow._replace(category=key) if by == CATEGORY else narrow)


def _asked(question: Question, by: str, key: str) -> Question:
    """The question for one piece of time; else as it was.

    Raises:
        Invalid: no such way, or a key that it does not have.
    """
    if by not in WAYS:
        raise Invalid(f"Choose one of: {', '.join(WAYS)}.", fields={"by": "There is no such split."})
    is_number = key.isascii() and key.isdecimal() and len(key) < 19
    if by in ("owner", "team", PRODUCT) and not is_number and (key or by == PRODUCT):
        raise Invalid(
            "People, teams and products are asked for by number.", fields={"part": "Give a number."}
        )
    if by == DAYS and not _SPAN.fullmatch(key):
        raise Invalid("Days are asked for from the first to the last.", fields={"part": "Such as 8-14."})
    if by == PRODUCT:
        return replace(question, product_id=int(key))
    if by != TIME:
        return question
    step = periods.step_for(question.period)
    for piece in periods.parts(question.period, step):
        if piece.since.isoformat() == key:
            return replace(question, period=piece)
    day = date.min.isoformat()
    raise Invalid(
        "The period has no such piece.", fields={"part": f"Give the first day of a {step}, such as {day}."}
    )
