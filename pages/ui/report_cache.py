"""Reports that take a moment are kept for a while, for each person who sees the same rows."""

from collections.abc import Callable
from datetime import date
from typing import TypeVar

import streamlit as st

from crm_core.kernel.access import Actor

R = TypeVar("R")
TTL = 600
"""Seconds for which a report stays as it was."""


def kept(words: str) -> Callable[[Callable[[Actor, date | None], R]], Callable[[Actor, date | None], R]]:
    """Keep the answer as of a day for who has the same id, reach and rights; ``words`` stand meanwhile."""

    def decorate(function: Callable[[Actor, date | None], R]) -> Callable[[Actor, date | None], R]:
        cached: Callable[[Actor, date | None], R] = st.cache_data(
            ttl=TTL, show_spinner=words, hash_funcs={Actor: _who}, max_entries=200
        )(function)
        return cached

    return decorate


def _who(actor: Actor) -> str:
    return repr((actor.id, actor.scope, sorted(actor.permissions)))


def for_person(actor: Actor) -> str:
    """What two people must have in common to be shown the same kept answer."""
    return _who(actor)
