"""Data quality: the search and other long work, as the database knows it: a reload loses nothing."""

from typing import Final

import streamlit as st

from crm_core.data import duplicate_runs
from crm_core.data.duplicate_runs import Run
from crm_core.kernel.access import Permission
from crm_core.kernel.work import Clock
from crm_core.team import heartbeat
from pages.ui import quality_state, quality_thresholds, words
from pages.ui.fragments import secured
from pages.ui.guard import guard
from pages.ui.session import me

SAID: Final = {
    "search": "Comparing all {nouns}. You may leave this page; the search goes on.",
    "catch_up": "Comparing new and changed {nouns} with all others. You may leave this page.",
    "merge": "Merging the sure pairs, one after the other. You may leave this page.",
    "part": "Parting what was merged. You may leave this page.",
}
PATIENCE: Final = 5
"""Seconds after which a run that nobody began is worth a word."""


@secured(Permission.DUPLICATES_MERGE, run_every=1)
def watch(run_id: int) -> None:
    """How far a run is, anew every second; the whole page is drawn anew at its end."""
    run = duplicate_runs.get(me(), run_id)
    if run.is_over:
        st.rerun(scope="app")
    nouns = quality_state.ONE[run.record][1]
    with st.container(border=True, key="quality-run"):
        asked = " · ".join(filter(None, (words.md(run.by), f"asked {words.ago(run.asked_at)}")))
        st.markdown(f"**{SAID[run.act].format(nouns=nouns)}**  \n:small[:gray[{asked}]]")
        if run.state == "queued":
            st.caption("It begins in a moment.")
        elif run.act in ("search", "catch_up"):
            st.progress(_share(run), f"Under way for {words.count(_seconds(run), 'second')}")
        else:
            over = run.done + run.skipped
            text = f"{words.number(over)} of {words.count(run.total, 'pair')}"
            st.progress(min(over / run.total, 1.0) if run.total else 0.0, text)
        if run.state == "queued" and _waited(run) > PATIENCE and not heartbeat.is_alive():
            st.warning(
                "Nobody works on it: the background worker is not running. It runs beside "
                "`python -m crm_core serve`, or as `python -m crm_core worker`.",
                icon=":material/engineering:",
            )


def last(record: str) -> None:
    """When the last search was, what it could not do, and the button for the next one."""
    run = duplicate_runs.latest(me(), record, "search")
    if run is None:
        _first(record)
        return
    newest = duplicate_runs.latest(me(), record)
    if newest is not None and newest.message:
        st.warning(words.md(newest.message), icon=":material/info:")
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        by = f" by {words.md(run.by)}" if run.by else ""
        when = words.ago(run.finished_at)
        st.markdown(f":gray[:material/history: Last searched {when}{by}]", width="content")
        with st.container(horizontal=True, width="content"):
            quality_thresholds.button(record)
            if st.button("Search again", key="search-duplicates", icon=":material/refresh:"):
                _ask(record)


def _first(record: str) -> None:
    nouns = quality_state.ONE[record][1]
    with st.container(border=True, key="quality-first"):
        st.markdown(f"**Find {nouns} that you have twice**")
        st.caption(
            f"Rapport compares all {nouns} by name, e-mail, phone, address and more, and lists the pairs "
            "that are surely or maybe the same, with the reasons. Nothing is merged by itself, and every "
            "merge can be parted again. From then on what is new is compared by itself: after each import, "
            "and once a day."
        )
        if st.button(
            "Search for duplicates", key="search-duplicates", type="primary", icon=":material/search:"
        ):
            _ask(record)


def _ask(record: str) -> None:
    with guard(rerun=True):
        duplicate_runs.search(me(), record)
        quality_state.forget()


def _share(run: Run) -> float:
    """A search cannot say how far it is; the bar only shows that it moves."""
    seconds = _seconds(run)
    return seconds / (seconds + 20)


def _seconds(run: Run) -> int:
    begun = run.started_at or run.asked_at
    return max(round((Clock.now() - begun).total_seconds()), 0)


def _waited(run: Run) -> float:
    return (Clock.now() - run.asked_at).total_seconds()
