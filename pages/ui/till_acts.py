"""What happens at the till: asked once, done once, and taken back by one touch."""

from collections.abc import Callable
from uuid import uuid4

import streamlit as st

from crm_core.loyalty import coupons, rewards, till
from pages.ui import words
from pages.ui.guard import guard
from pages.ui.session import me

_DONE, _TOKEN = "till.done", "till.token"
_KEPT = ("till-act", "till-text", "till-code", "till-basket", "till.enrolling")


def token() -> str:
    """The name of the act that is being prepared: pressed twice, it happens once."""
    return str(st.session_state.setdefault(_TOKEN, uuid4().hex))


def done(sentence: str, kind: str, ids: tuple[int, ...]) -> None:
    """Say what happened, keep how to take it back, and begin the next act.

    Args:
        kind: ``points`` (``ids`` are entries), ``reward`` (a redemption) or ``coupon`` (a use).
    """
    st.session_state[_DONE] = (sentence, kind, ids)
    st.session_state.pop(_TOKEN, None)
    st.rerun()


def undo_bar() -> None:
    """What was done last for this member, with the way to take it back."""
    if _DONE not in st.session_state:
        return
    sentence, kind, ids = st.session_state[_DONE]
    st.success(words.md(sentence), icon=":material/check_circle:")
    if ids and st.button("Undo", key="till-undo", width="stretch", icon=":material/undo:"):
        with guard():
            _take_back(kind, ids)
            st.session_state[_DONE] = ("Taken back.", kind, ())
            st.rerun()


def confirm(
    question: str, consequence: str, act: Callable[[], tuple[int, ...]], said: tuple[str, str]
) -> None:
    """Ask once, then act.

    Args:
        act: what is done after a yes; gives the ids that take it back.
        said: the sentence afterwards, and the kind of ``done``.
    """

    @st.dialog(words.md(question))
    def ask() -> None:
        st.write(words.md(consequence))
        with st.container(key="till-confirm"):
            if st.button("Yes", key="till-yes", type="primary", width="stretch"):
                with guard():
                    done(*said, act())
            if st.button("No", key="till-no", width="stretch"):
                st.rerun()

    ask()


def forget() -> None:
    """Nothing of this member stays on the screen for the next one."""
    for key in (_DONE, _TOKEN, *_KEPT):
        st.session_state.pop(key, None)


def _take_back(kind: str, ids: tuple[int, ...]) -> None:
    if kind == "reward":
        rewards.undo(me(), ids[0])
    elif kind == "coupon":
        coupons.undo(me(), ids[0])
    else:
        till.undo(me(), ids)
