"""Reports that take a moment are kept for a while, for each person who sees the same rows."""

from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import TypeVar

import streamlit as st

from crm_core.insights import patience
from crm_core.insights.answer_making import StillCounting
from crm_core.insights.metric_types import Question
from crm_core.kernel.access import Actor
from crm_core.kernel.errors import CrmError
from crm_core.kernel.work import Clock
from pages.ui import fragments, guard, words

R = TypeVar("R")
TTL = 600
"""Seconds for which a report stays as it was."""


def kept(waiting: str) -> Callable[[Callable[[Actor, Question], R]], Callable[[Actor, Question], R]]:
    """Keep the answer to a question for who has the same id, reach and rights; ``waiting`` stands meanwhile.

    In a large base an answer may be a little old; then it is said of when it is, and it is asked for again.
    """

    def decorate(function: Callable[[Actor, Question], R]) -> Callable[[Actor, Question], R]:
        @st.cache_data(ttl=TTL, show_spinner=waiting, hash_funcs={Actor: _who}, max_entries=200)
        @wraps(function)
        def found(actor: Actor, question: Question) -> tuple[R, datetime | None]:
            with patience.patient(patience.PAGE_SECONDS) as told:
                return function(actor, question), told.made_at

        @wraps(function)
        def run(actor: Actor, question: Question) -> R:
            answer, made_at = found(actor, question)
            if made_at is not None:
                found.clear(actor, question)
                st.caption(as_of(made_at))
            return answer

        return run

    return decorate


def refused(error: CrmError) -> None:
    """Show why there is no report; one that is being counted comes by itself."""
    if isinstance(error, StillCounting):
        fragments.wait_for(error.message)
    else:
        guard.show(error)


def as_of(made_at: datetime) -> str:
    """Of when an answer is that is being found anew."""
    local = made_at.astimezone(words.zone())
    is_today = local.date() == Clock.now().astimezone(words.zone()).date()
    when = f"{local:%H:%M:%S}" if is_today else f"{words.day(local.date())}, {local:%H:%M}"
    return f":material/history: As of {when}; what happened since is being counted."


def _who(actor: Actor) -> str:
    return repr((actor.id, actor.scope, sorted(actor.permissions)))


def for_person(actor: Actor) -> str:
    """What two people must have in common to be shown the same kept answer."""
    return _who(actor)
