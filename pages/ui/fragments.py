"""Parts of a page that are drawn anew by themselves, and ask each time whether they may."""

from collections.abc import Callable
from functools import wraps
from typing import Final, ParamSpec, TypeVar

import streamlit as st

from crm_core.kernel.access import Permission
from pages.ui import session
from pages.ui.guard import guard

P = ParamSpec("P")
R = TypeVar("R")


LOOK_AGAIN: Final = 2.0
"""Seconds between two looks at something that is being counted."""


@st.fragment(run_every=LOOK_AGAIN)
def wait_for(sentence: str) -> None:
    """Say that something is not ready yet, and draw the whole page anew in a moment."""
    if not session.is_asked():
        st.rerun(scope="app")
    st.info(sentence, icon=":material/hourglass_top:")


def secured(
    permission: Permission, *, run_every: float | None = None
) -> Callable[[Callable[P, R]], Callable[P, R | None]]:
    """A fragment of a page for those with this permission.

    A rerun of a fragment runs neither the frame nor the page, so it asks the database itself. Who may no
    longer see it gets the whole page anew, which says why.

    Args:
        permission: what the person must be allowed, at every run.
        run_every: seconds between runs on its own; None runs on clicks only.
    """

    def decorate(function: Callable[P, R]) -> Callable[P, R | None]:
        @st.fragment(run_every=run_every)
        @wraps(function)
        def run(*args: P.args, **kwargs: P.kwargs) -> R | None:
            drawn_with_page = session.is_asked()
            actor = session.me() if drawn_with_page else session.current()
            if actor is None or not actor.may(permission):
                if drawn_with_page:
                    return None
                st.rerun(scope="app")
            with session.asked(actor), guard():
                return function(*args, **kwargs)
            return None

        return run

    return decorate
