"""The quality of the data, and how it changes from day to day."""

from typing import Final

import streamlit as st

from crm_core.data import quality
from crm_core.insights.metric_types import Question
from crm_core.kernel.access import Actor
from pages.ui import charts, navigation, report_table, words
from pages.ui.charts import Mark

RECORDS: Final = {"contacts": "Contacts", "accounts": "Companies"}
DAYS: Final = 90
_SEEN = 0.05
"""So much a score has to change to be told with one place."""


def draw(actor: Actor, _: Question) -> None:
    """The score of contacts and of companies as a course, with the way to the work list."""
    for place, (record, title) in zip(st.columns(2, gap="medium"), RECORDS.items(), strict=True):
        with place.container(border=True, height="stretch"):
            _course(actor, record, title)
    navigation.link("data_quality", "To the work list", icon=":material/fact_check:")


def _course(actor: Actor, record: str, title: str) -> None:
    st.markdown(f"**{title}**")
    days = quality.trend(actor, record, DAYS)
    if not days:
        st.caption("The score is counted every night; it shows here from tomorrow on.")
        return
    last = days[-1]
    gained = last.score - days[0].score
    since = f"{gained:+.1f} since {words.day(days[0].on)}" if abs(gained) >= _SEEN else None
    st.metric("Score of 100", f"{last.score:.0f}", since)
    st.caption(f"{last.findings:,} points to mend.")
    marks = [Mark(day.on.isoformat(), day.on.isoformat(), day.score, f"{day.score:.1f}") for day in days]
    charts.over_time(marks, "day", "Score", key=f"quality-{record}", is_level=True)
    with st.expander("As a table"):
        rows = [(day.on.isoformat(), f"{day.score:.1f}", day.findings) for day in days]
        columns = ("Day", "Score", "Points to mend")
        report_table.draw(columns, rows, f"quality-{record}", right=columns[1:])
