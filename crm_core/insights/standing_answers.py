"""The reports of a large company are ready before somebody opens them, and made anew as things change."""

from collections.abc import Callable
from datetime import datetime, timedelta
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
    loyalty,
    loyalty_lift,
    metrics,
    next_action,
    product_sales,
    retention,
    rfm,
    sales,
    sparklines,
    velocity,
)
from crm_core.insights.purchase_days import local_day
from crm_core.kernel import plain
from crm_core.kernel.access import SYSTEM, Actor
from crm_core.kernel.work import Work, begin
from crm_core.team.actors import actor_of
from db.models import KeptAnswer
from db.queries import kept_answers as sql

READY: Final = (
    cohorts.report,
    rfm.report,
    retention.report,
    journey_stages.report,
    customer_value.report,
    churn.report,
    loyalty.report,
    loyalty_lift.report,
)
"""What everybody who sees everything is told without asking for anything special."""

KEPT: Final = (
    *READY, funnel.report, sales.report, metrics.figures, kpis.home, next_action.today, sparklines.courses,
    breakdowns.report, product_sales.products, velocity.report,
)  # fmt: skip
"""All use cases that keep answers (others of their modules, too); named here so that a worker knows them."""


def advance_next(_worker: str, is_stopping: Callable[[], bool]) -> bool:
    """Make one answer: a standing one that is missing, else the oldest that is wanted; False without any.

    While there is nothing to make, answers that nobody asked for lately go.
    """
    if is_stopping():
        return False
    with begin(SYSTEM, write=False) as work:
        found = _next(work) if kept_answers.is_large(work) else None
        is_untidy = found is None and bool(work.tuples(sql.not_asked_since(_limit(work))))
    if found is not None:
        kept_answers.remake(*found)
    if is_untidy:
        with begin(SYSTEM) as work:
            tidy(work)
    return found is not None


def tidy(work: Work) -> int:
    """Keep no answers that nobody asked for lately; returns how many went."""
    return work.run(sql.forget_before(_limit(work)))


def _limit(work: Work) -> datetime:
    return work.now - kept_answers.WANTED


def due(work: Work) -> tuple[Actor, kept_answers.Question, datetime] | None:
    """The oldest wanted answer that is not of now and has rested: who asked for it, what, and when."""
    pulse, today, now = kept_answers.pulse_of(work), local_day(work.now), work.now
    for row in work.scalars(sql.asked_since(now - kept_answers.WANTED)):
        is_current = row.pulse == pulse and row.made_on == today
        if not is_current and now >= row.made_at + timedelta(seconds=kept_answers.REST * row.seconds):
            asker, question = _asker(work, row), kept_answers.question_of(row.name, row.arguments)
            if asker is not None and question is not None:
                return asker, question, row.asked_at
    return None


def is_kept(work: Work, question: kept_answers.Question) -> bool:
    """Was this question of the system, or of somebody who sees everything, answered before?"""
    return work.scalar(sql.by_key(question.key(SYSTEM))) is not None


def differences(work: Work, most: int = 20) -> list[str]:
    """Kept answers (so many at most) that claim to be of now, but are not what is found: their names."""
    pulse, today, wrong = kept_answers.pulse_of(work), local_day(work.now), []
    for row in work.scalars(sql.asked_since(work.now - kept_answers.WANTED))[:most]:
        asker, question = _asker(work, row), kept_answers.question_of(row.name, row.arguments)
        if asker is None or question is None or row.pulse != pulse or row.made_on != today:
            continue
        with begin(asker, write=False) as own:
            own.take_time()
            if plain.written(question.find(own)) != row.content:
                wrong.append(row.name)
    return wrong


def _asker(work: Work, row: KeptAnswer) -> Actor | None:
    if row.asker_id is None:
        return SYSTEM
    user = work.scalar(sql.person(row.asker_id))
    return None if user is None else actor_of(work, user)


def _next(work: Work) -> tuple[Actor, kept_answers.Question, datetime | None] | None:
    for report in READY:
        question = kept_answers.question_of(kept_answers.name_of(report))
        if question is not None and not is_kept(work, question):
            return SYSTEM, question, None
    return due(work)
