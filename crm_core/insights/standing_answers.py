"""The reports of a large company are ready before somebody opens them, and made anew as things change."""

from collections.abc import Callable
from datetime import datetime
from typing import Final

from crm_core.insights import (
    breakdowns,
    churn,
    cohorts,
    customer_value,
    funnel,
    journey_stages,
    kept_answers,
    kpis,
    metrics,
    next_action,
    product_sales,
    retention,
    rfm,
    sales,
    sparklines,
    velocity,
)
from crm_core.kernel.access import SYSTEM, Actor
from crm_core.kernel.work import Work, begin
from db.queries import kept_answers as sql

READY: Final = (
    cohorts.report,
    rfm.report,
    retention.report,
    journey_stages.report,
    customer_value.report,
    churn.report,
)
"""What everybody who sees everything is told without asking for anything special."""

KEPT: Final = (
    *READY, funnel.report, sales.report, metrics.figures, kpis.home, next_action.today, sparklines.courses,
    breakdowns.report, product_sales.products, velocity.report,
)  # fmt: skip
"""All use cases that keep answers (others of their modules, too); named here so that a worker knows them."""


def advance_next(_worker: str, is_stopping: Callable[[], bool]) -> bool:
    """Make one answer: a standing one that is missing, else the oldest that is wanted; False without any."""
    if is_stopping():
        return False
    with begin(SYSTEM, write=False) as work:
        found = _next(work) if kept_answers.is_large(work) else None
    if found is not None:
        kept_answers.remake(*found)
    return found is not None


def tidy(work: Work) -> int:
    """Keep no answers that nobody asked for lately; returns how many went."""
    return work.run(sql.forget_before(work.now - kept_answers.WANTED))


def _next(work: Work) -> tuple[Actor, kept_answers.Question, datetime | None] | None:
    for report in READY:
        question = kept_answers.question_of(kept_answers.name_of(report))
        if question is not None and not kept_answers.is_kept(work, question):
            return SYSTEM, question, None
    return kept_answers.due(work)
