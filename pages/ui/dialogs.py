"""Questions that are asked before something cannot easily be taken back, and secrets that are shown once."""

from collections.abc import Callable
from typing import NoReturn

import streamlit as st

from pages.ui import words
from pages.ui.guard import guard

_SECRET = "dialogs.handed_over"  # noqa: S105 - the name of a place, not a password


def confirm(question: str, consequence: str, verb: str, act: Callable[[], object], *, done: str) -> None:
    """Ask in a dialog, then act.

    Args:
        question: the title, with the name of the thing: “Remove the team “North”?”
        consequence: what happens then, in a sentence or two.
        verb: what the button says.
        act: what is done when it is pressed.
        done: the note after it.
    """

    @st.dialog(words.md(question))
    def ask() -> None:
        st.write(words.md(consequence))
        with st.container(horizontal=True, horizontal_alignment="right"):
            if st.button("Cancel", key="cancel-dialog"):
                st.rerun()
            if st.button(verb, key="confirm-dialog", type="primary"):
                with guard(done=done, rerun=True):
                    act()

    ask()


def hand_over(secret: str, hint: str) -> NoReturn:
    """Close the dialog at hand and show a secret that cannot be read again."""
    st.session_state[_SECRET] = (secret, hint)
    st.rerun()


def show_handed_over() -> None:
    """The secret that waits to be copied, if any; a page that makes secrets calls it once a run."""
    if _SECRET in st.session_state:
        _show_secret()


def _forget_secret() -> None:
    st.session_state.pop(_SECRET, None)


@st.dialog("Copy this now", on_dismiss=_forget_secret)
def _show_secret() -> None:
    secret, hint = st.session_state.get(_SECRET, ("", ""))
    st.write(words.md(hint))
    st.code(secret, language=None)
    st.caption("It is shown only now. Copy it before you close this.")
    with st.container(horizontal=True, horizontal_alignment="right"):
        if st.button("I have copied it", key="close-dialog", type="primary"):
            _forget_secret()
            st.rerun()
