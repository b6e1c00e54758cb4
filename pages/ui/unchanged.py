"""What takes several questions to find is asked for anew only when something has happened in between."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, TypeVar

import streamlit as st

from crm_core.insights import metrics
from crm_core.kernel.access import Actor, Permission
from pages.ui import words
from pages.ui.report_cache import for_person

R = TypeVar("R")

SECONDS: Final = 60
"""For so long at most: some things come with time alone, such as a mail that waits for too long."""


@dataclass(frozen=True)
class Stand:
    """How things stand for somebody: who asks, what happened last, and which day it is.

    ``happened`` is None for those who may not ask; for them everything is found anew.
    """

    actor: Actor
    happened: int | None

    @property
    def key(self) -> tuple[str, int, str]:
        """What two looks must have in common to be shown the same."""
        return for_person(self.actor), self.happened or 0, words.today().isoformat()

    def kept(self, find: Callable[..., R], *arguments: Any) -> R:
        """What ``find(actor, *arguments)`` tells, or told since something last happened."""
        if self.happened is None:
            return find(self.actor, *arguments)
        name = f"{find.__module__}.{find.__name__}"
        found: R = _found(self.key, name, arguments, lambda: find(self.actor, *arguments))
        return found


def look(actor: Actor) -> Stand:
    """Where things stand now, by one question."""
    return Stand(actor, metrics.pulse(actor) if actor.may(Permission.KPIS_READ) else None)


def forget() -> None:
    """Find all of it anew: for what changes without being told to anybody else."""
    _found.clear()


@st.cache_data(ttl=SECONDS, max_entries=1_000, show_spinner=False)
def _found(key: tuple[str, int, str], name: str, arguments: tuple[Any, ...], _find: Callable[[], Any]) -> Any:
    """Whoever asks with the same key, name and arguments finds the same: what begins with ``_`` is no key."""
    _unused = key, name, arguments
    return _find()
