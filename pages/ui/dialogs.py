"""Questions that are asked before something cannot easily be taken back, and secrets that are shown once."""

from collections.abc import Callable

import streamlit as st

from pages.ui import words
from pages.ui.guard import guard


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


def show_once(secret: str, hint: str) -> None:
    """A secret that cannot be read again, with a button that closes the dialog it stands in."""
    st.write(words.md(hint))
    st.code(secret, language=None)
    st.caption("It is shown only now. Copy it before you close this.")
    with st.container(horizontal=True, horizontal_alignment="right"):
        if st.button("I have copied it", key="close-dialog", type="primary"):
            st.rerun()
