"""Data quality: a count, a repair or its undo under way, as the database knows it: a reload loses nothing."""

from typing import Final

import streamlit as st

from crm_core.data import quality_runs
from crm_core.kernel.access import Permission
from crm_core.kernel.work import Clock
from crm_core.team import heartbeat
from pages.ui import quality_point_state, words
from pages.ui.fragments import secured
from pages.ui.session import me

SAID: Final = {
    "count": "Looking through all records. You may leave this page.",
    "repair": "Mending. You may leave this page; it goes on.",
    "undo": "Taking the repair back. You may leave this page; it goes on.",
}
PATIENCE: Final = 5
"""Seconds after which a run that nobody began is worth a word."""


@secured(Permission.CONTACTS_READ, run_every=1)
def watch(run_id: int) -> None:
    """How far a run is, anew every second; the whole page is drawn anew at its end."""
    run = quality_runs.get(me(), run_id)
    if run.is_over:
        st.rerun(scope="app")
    with st.container(border=True, key="quality-run"):
        asked = " · ".join(filter(None, (words.md(run.by), f"asked {words.ago(run.asked_at)}")))
        st.markdown(f"**{SAID[run.act]}**  \n:small[:gray[{asked}]]")
        if run.total:
            over = run.done + run.kept
            text = f"{words.number(over)} of {quality_point_state.nouns(run.record, run.total)}"
            st.progress(min(over / run.total, 1.0), text)
        if run.state == "queued" and (Clock.now() - run.asked_at).total_seconds() > PATIENCE:
            if heartbeat.is_alive():
                st.caption("It begins in a moment.")
            else:
                st.warning(
                    "Nobody works on it: the background worker is not running. It runs beside "
                    "`python -m crm_core serve`, or as `python -m crm_core worker`.",
                    icon=":material/engineering:",
                )
