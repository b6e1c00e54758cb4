"""Blocks of the start page for those who sell, promote, or keep the system running."""

from typing import Final

import streamlit as st

from crm_core.data import imports as data_imports
from crm_core.insights import metrics, periods, status
from crm_core.insights.metric_table import METRICS
from crm_core.insights.metric_types import Question
from crm_core.insights.status import Status
from crm_core.kernel.access import Actor
from crm_core.kernel.paging import Paging
from crm_core.marketing import campaigns as mailings
from crm_core.marketing import segments as groups
from pages.ui import charts, navigation, report_sections, report_tiles, words
from pages.ui.charts import Mark
from pages.ui.import_state import STATES
from pages.ui.unchanged import Stand

SHOWN: Final = 4
_PIPELINE: Final = "open_pipeline"
_FEW: Final = Paging(size=SHOWN)


def pipeline(_: Actor, stand: Stand) -> None:
    """What is open, by stage; nothing where nothing is."""
    question = Question(periods.month_of(words.today()), compare="none")
    parts = stand.kept(metrics.split, _PIPELINE, question, "kind")
    [figure] = stand.kept(metrics.figures, question, (_PIPELINE,))
    mine = [part for part in parts if part.amount.currency == figure.currency and part.amount.count]
    if not mine:
        return
    with st.container(border=True, key="home-pipeline"):
        _head("Open pipeline", "pipeline", "Pipeline")
        marks = [
            Mark(part.key, part.name or "No stage", report_sections.major(figure, part.amount.total),
                 f"{report_tiles.text(figure, part.amount.total, figure.currency)} · {part.amount.count}")
            for part in mine
        ]  # fmt: skip
        charts.bars(marks, METRICS[_PIPELINE].title, key="home-pipeline-bars")


def campaigns(_: Actor, stand: Stand) -> None:
    """The latest campaigns with their state and what came of them."""
    found = stand.kept(mailings.search, "", (), _FEW)
    with st.container(border=True, key="home-campaigns", gap="xsmall"):
        _head("Campaigns", "campaigns", "All campaigns")
        for row in found:
            people = sum(many for state, many in row.figures.items() if state != "unsubscribed")
            about = [words.sentence(row.state), words.count(people, "recipient")]
            st.markdown(f"**{words.md(row.name)}** :small[:gray[{words.md(' · '.join(about))}]]")
        if not found.items:
            st.caption("None yet. The first one begins with a template and a segment.")


def segments(_: Actor, stand: Stand) -> None:
    """The largest segments and how they grew within the last weeks."""
    found = [row for row in stand.kept(groups.search) if row.size is not None]
    with st.container(border=True, key="home-segments", gap="xsmall"):
        _head("Segments", "segments", "All segments")
        for row in sorted(found, key=lambda one: -(one.size or 0))[:SHOWN]:
            st.markdown(f"**{words.md(row.name)}** :small[:gray[{words.count(row.size or 0, 'contact')}]]")
        if not found:
            st.caption("None is counted yet. A segment is a rule, such as “country is DE”.")


def imports(_: Actor, stand: Stand) -> None:
    """The latest imports and how they ended."""
    found = stand.kept(data_imports.search, _FEW)
    if not found.items:
        return
    with st.container(border=True, key="home-imports", gap="xsmall"):
        _head("Imports", "imports", "All imports")
        for row in found:
            state = STATES[row.state][0]
            about = f"{state} · {words.count(row.rows_total, 'row')} · {words.ago(row.created_at)}"
            st.markdown(f"**{words.md(row.file_name)}** :small[:gray[{words.md(about)}]]")


def system(_: Actor, stand: Stand) -> None:
    """One line while all is well; what failed or waits for long, otherwise."""
    now = stand.kept(status.get)
    with st.container(border=True, key="home-system", gap="xsmall"):
        _head("How the system runs", "admin", "Status", part="Status")
        st.markdown(_said(now))
        if now.mail.warning:
            st.markdown(f":orange[:material/warning:] {words.md(now.mail.warning)}")


def _said(now: Status) -> str:
    failed, waiting = (sum(getattr(row, name) for row in now.queues) for name in ("failed", "waiting"))
    if failed:
        return f":red[:material/error:] {words.count(failed, 'job')} failed within 30 days."
    return f":green[:material/check_circle:] Nothing failed; {words.count(waiting, 'job')} waiting."


def _head(title: str, page: str, way: str, **query: str) -> None:
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        st.markdown(f"**{title}**")
        navigation.link(page, way, icon=":material/arrow_forward:", **query)
