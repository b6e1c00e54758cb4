"""Data quality: from which probability on a pair is sure or maybe, with the effect while one moves it."""

from typing import Final

import streamlit as st

from crm_core.data import thresholds
from crm_core.data.thresholds import Effect, Thresholds
from crm_core.kernel.access import Permission
from pages.ui import words
from pages.ui.guard import guard
from pages.ui.session import me

SURE: Final = (0.9, 0.95, 0.97, 0.98, 0.99, 0.995, 0.999, 0.9999)
MAYBE: Final = tuple(step / 20 for step in range(4, 19))


def button(record: str) -> None:
    """The way to the thresholds, for those who may change settings."""
    if me().may(Permission.SETTINGS_MANAGE) and st.button(
        "Thresholds", key="open-thresholds", icon=":material/tune:", help="What counts as sure or maybe"
    ):
        _ask(record)


@st.dialog("What counts as the same?")
def _ask(record: str) -> None:
    now = thresholds.get(me())
    st.caption(
        "Every pair has a probability. Where the lines lie decides what is called sure and may be merged at "
        "once, and what is shown for review. It counts for contacts and companies alike."
    )
    sure = _slide("Sure from", SURE, now.sure, "sure-from")
    maybe = _slide("Maybe from", MAYBE, now.maybe, "maybe-from")
    _show_effect(record, now, Thresholds(sure, maybe))
    with st.container(horizontal=True, horizontal_alignment="right"):
        if st.button("Cancel", key="cancel-thresholds"):
            st.rerun()
        if st.button("Move the lines", key="save-thresholds", type="primary"):
            with guard(done="The lines are moved; the pairs are sorted anew.", rerun=True):
                thresholds.change(me(), Thresholds(sure, maybe))


def _slide(label: str, steps: tuple[float, ...], now: float, key: str) -> float:
    options = sorted({*steps, now})
    return float(st.select_slider(label, options, now, format_func=_percent, key=key))


def _show_effect(record: str, now: Thresholds, wanted: Thresholds) -> None:
    found = thresholds.spread(me(), record)
    before, after = thresholds.effect(found, now), thresholds.effect(found, wanted)
    for place, (name, label) in zip(
        st.columns(3), (("sure", "Sure"), ("maybe", "Maybe"), ("hidden", "Not shown")), strict=True
    ):
        count = getattr(after, name)
        change = count - getattr(before, name)
        place.metric(label, words.number(count), f"{change:+,}" if change else None, delta_color="off")
    st.caption(_sentence(before, after))


def _sentence(before: Effect, after: Effect) -> str:
    if after == before:
        return "Move a line to see what changes. Pairs that are only a little alike are never kept."
    return "A pair is sure only if two kinds of evidence speak for it, however likely it is."


def _percent(share: float) -> str:
    return f"{share:.2%}".replace(".00%", "%").replace("0%", "%") if share > 0.99 else f"{share:.0%}"
