"""A button beside a grid: neither its click nor the cell that was typed last is lost."""

import time

import streamlit as st

SETTLE = 0.25
"""Seconds: a grid reports a cell 0.15 s after it was left, so it may come after the click that left it."""

KEPT = 5.0
"""Seconds for which a click is remembered: long enough for a further run, not for a later visit."""


def button(
    label: str, *, key: str, is_first: bool = True, icon: str | None = None, disabled: bool = False
) -> bool:
    """Was it clicked? Said once, in a run that knows the last cell.

    A cell that comes after the click begins another run: by then a plain button has forgotten the click, or
    it has acted without the cell.
    """
    wanted = f"{key}.clicked_at"
    st.button(
        label, key=key, type="primary" if is_first else "secondary", icon=icon, disabled=disabled,
        on_click=_remember, args=(wanted,),
    )  # fmt: skip
    clicked_at: float | None = st.session_state.get(wanted)
    if clicked_at is None:
        return False
    if time.monotonic() - clicked_at < KEPT:
        time.sleep(SETTLE)
        st.empty()  # here ends a run that a later cell has made old; the next one finds the click
        del st.session_state[wanted]
        return True
    del st.session_state[wanted]
    return False


def _remember(wanted: str) -> None:
    st.session_state[wanted] = time.monotonic()
