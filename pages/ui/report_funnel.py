"""The funnel: of the deals that were opened in a time, how far they came, and which these are."""

from typing import Final

import streamlit as st

from crm_core.insights import funnel
from crm_core.insights.funnel import Funnel
from crm_core.insights.metric_types import FactRow, Question
from crm_core.kernel.access import Actor
from crm_core.kernel.paging import Page, Paging
from crm_core.sales import pipelines
from pages.ui import charts, navigation, report_people_list, report_table, words
from pages.ui.charts import Mark
from pages.ui.report_charts import share

_ENDS: Final = {"all": "All that were opened", "won": "Won", "lost": "Lost", "open": "Still open"}
_COLUMNS: Final = ("Deal", "Customer", "Amount", "Opened", "Owner")


def draw(actor: Actor, question: Question) -> None:
    """The stages with what reached them, what became of the deals, and the deals behind each number."""
    pipeline_id = _pipeline(actor)
    found = funnel.narrowed(actor, question, pipeline_id)
    if not found.opened:
        st.info("No deal was opened in this time, with these filters.", icon=":material/filter_alt:")
        return
    _tiles(found)
    with st.container(border=True):
        st.markdown("**How far they came**")
        picked = _chart(found)
        with st.expander("As a table"):
            _table(found)
    with st.container(border=True, key="funnel-deals"):
        options = {str(row.stage_id): f"Reached {row.stage}" for row in found.rows} | _ENDS
        which = report_people_list.choose("Open the deals of …", options, "step", picked)
        if which:
            _deals(actor, question, which, pipeline_id)


def _pipeline(actor: Actor) -> int | None:
    known = {str(row.id): row.name for row in pipelines.search(actor)}
    if len(known) < 2:
        return None
    chosen = st.selectbox(
        "Pipeline", list(known), format_func=lambda one: known.get(one, one), key="pipeline",
        bind="query-params", label_visibility="collapsed", width=220,
    )  # fmt: skip
    return int(chosen) if chosen else None


def _tiles(found: Funnel) -> None:
    days = found.median_days_to_win
    shown = (
        ("Opened", words.number(found.opened), "Deals that were opened in this time."),
        ("Won", f"{found.won:,} · {share(found.win_share)}", "Of these, so far."),
        ("Lost", f"{found.lost:,}", "Of these, so far."),
        ("Still open", f"{found.open:,}", "They may still be won, so the share of won ones may grow."),
        ("Days to win", words.NOTHING if days is None else f"{days:,.0f}", "Half of the won ones took less."),
    )
    with st.container(key="tiles-funnel"):
        for place, (label, value, meaning) in zip(st.columns(len(shown)), shown, strict=True):
            place.container(border=True, height="stretch").metric(label, value, help=meaning)


def _chart(found: Funnel) -> str:
    steps = [(str(row.stage_id), row.stage, row.reached) for row in found.rows] + [("won", "Won", found.won)]
    marks = [Mark(key, name, many, f"{many:,} · {many / found.opened:.0%}") for key, name, many in steps]
    return charts.bars(marks, "Deals that came so far", key="funnel-steps")


def _table(found: Funnel) -> None:
    rows, before = [], found.opened
    for row in found.rows:
        went_on = row.reached / before if before else None
        days = words.NOTHING if row.median_days is None else f"{row.median_days:,.1f}"
        rows.append((row.stage, row.reached, share(row.share), share(went_on), days, row.lost))
        before = row.reached
    columns = ("Stage", "Reached", "Of all", "Of the stage before", "Days there (median)", "Lost there")
    report_table.draw(columns, rows, "funnel", right=columns[1:])


def _deals(actor: Actor, question: Question, which: str, pipeline_id: int | None) -> None:
    def page_of(paging: Paging) -> Page[FactRow]:
        return funnel.deals(actor, question, which, pipeline_id, paging)

    def row_of(row: FactRow) -> tuple[int, tuple[str, ...]]:
        day = words.day(row.at.astimezone(words.zone()).date()) if row.at else words.NOTHING
        amount = words.money(row.value, row.currency) if row.currency else f"{row.value / 100:,.2f}"
        return row.id, (row.title, row.customer or "", amount, day, row.owner or "")

    report_people_list.draw("funnel-deals", _COLUMNS, page_of, row_of, opens="deal")
    navigation.link("pipeline", "To the board", icon=":material/view_kanban:")
