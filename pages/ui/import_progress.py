"""Imports: work that is under way. The numbers come from the database, so a reload loses nothing."""

import streamlit as st

from crm_core.data import imports
from crm_core.data.import_types import ImportDetail
from crm_core.kernel.access import Permission
from crm_core.kernel.work import Clock
from crm_core.team import heartbeat
from pages.ui import words
from pages.ui.fragments import secured
from pages.ui.guard import guard
from pages.ui.session import me

SAID: dict[str, str] = {
    "checking": "Checking every row. Nothing is stored yet.",
    "queued": "The import begins in a moment.",
    "running": "Importing. You may leave this page; the import goes on.",
    "undoing": "Taking everything back. You may leave this page.",
}


@secured(Permission.IMPORTS_RUN, run_every=1)
def draw(import_id: int, state: str) -> None:
    """How far it is, how quick, how long it will take, and the way to stop it; anew every second."""
    detail = imports.get(me(), import_id)
    if detail.state != state:
        st.rerun(scope="app")
    with st.container(border=True):
        st.markdown(f"**{SAID[state]}**")
        total = detail.rows_total
        share = min(detail.rows_done / total, 1.0) if total and state != "undoing" else 0.0
        if state == "undoing":
            st.caption(_undone(detail))
        else:
            st.progress(share, _line(detail))
        if not _is_worked_on(detail) and not heartbeat.is_alive():
            st.warning(
                "Nobody works on it: the background worker is not running. It runs beside "
                "`python -m crm_core serve`, or as `python -m crm_core worker`.",
                icon=":material/engineering:",
            )
        if state != "undoing" and st.button("Stop", key="stop-import", icon=":material/stop_circle:"):
            with guard(done="It stops after the rows it is at.", rerun=True):
                imports.stop(me(), import_id)


def _line(detail: ImportDetail) -> str:
    if not detail.rows_done:
        return f"Reading about {words.count(detail.rows_total, 'row')} …"
    parts = [f"{words.number(detail.rows_done)} of about {words.count(detail.rows_total, 'row')}"]
    if detail.rate:
        parts.append(f"{words.number(round(detail.rate))} rows a second")
    if detail.seconds_left is not None:
        parts.append(_left(detail.seconds_left))
    return " · ".join(parts)


def _undone(detail: ImportDetail) -> str:
    removed, restored = (detail.summary.get(f"undo_{name}", 0) for name in ("removed", "restored"))
    return f"{words.number(removed)} removed, {words.number(restored)} restored so far"


def _left(seconds: float) -> str:
    if seconds < 1:
        return "almost done"
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest} s left" if minutes else f"{words.count(rest, 'second')} left"


def _is_worked_on(detail: ImportDetail) -> bool:
    since = detail.started_at or detail.created_at
    return detail.rows_done > 0 or (Clock.now() - since).total_seconds() < 5
