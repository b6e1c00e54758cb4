"""My reports: those that one built or may open, one of them, and the way to build another."""

from dataclasses import replace

import streamlit as st

from crm_core.insights import report_answers, saved_reports
from crm_core.insights.metric_table import METRICS
from crm_core.insights.metric_types import Question
from crm_core.insights.report_types import TIME, Definition, ReportCard
from crm_core.kernel.access import Actor
from pages.ui import (
    navigation,
    own_report_build,
    own_report_menu,
    own_report_rows,
    own_report_state,
    own_report_view,
    report_number,
    words,
)
from pages.ui.report_sections import WAYS


def draw(actor: Actor, _question: Question) -> None:
    """The list, or the report that the address names."""
    own_report_menu.offer_undo(actor)
    asked = st.query_params.get("report", "")
    if asked == own_report_state.NEW:
        own_report_state.open_with(asked, own_report_state.first(actor))
        _report(actor, None)
    elif asked.isdecimal():
        card = saved_reports.get(actor, int(asked))
        own_report_state.open_with(asked, card.definition)
        _report(actor, card)
    else:
        own_report_state.close()
        _listed(saved_reports.search(actor))


def _listed(cards: list[ReportCard]) -> None:
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        st.caption("Build a report from any number: split it, filter it, draw it, keep it.")
        navigation.link("reports", "New report", icon=":material/add:", view="mine", report="new")
    if not cards:
        st.info(
            "There is none yet. Begin with “New report”; it shows at once what it says.",
            icon=":material/insert_chart:",
        )
    for card in cards:
        key = f"tiles-mine-{card.id}"  # links on tiles have no background of their own
        with st.container(border=True, horizontal=True, vertical_alignment="center", key=key):
            with st.container(gap=None):
                navigation.link(
                    "reports", words.md(card.name), icon=_icon(card.definition), view="mine", report=card.id
                )
                st.caption(words.md(asked_words(card.definition)))
            whose = (
                own_report_menu.SHARING[card.shared]
                if card.is_mine
                else f"by {card.by or 'somebody who left'}"
            )
            st.caption(f"{words.md(whose)} · {words.ago(card.updated_at)}", width="content")


def asked_words(definition: Definition) -> str:
    """What a report asks, in a few words."""
    measures = words.joined([METRICS[name].title for name in definition.measures if name in METRICS])
    if definition.split == TIME:
        return f"{measures} over time"
    return f"{measures} by {WAYS[definition.split].lower()}" if definition.split else measures


def _icon(definition: Definition) -> str:
    name = {"line": "show_chart", "area": "area_chart", "bars": "bar_chart", "table": "table_rows"}
    return f":material/{name.get(definition.chart, 'pin')}:"


def _report(actor: Actor, card: ReportCard | None) -> None:
    name = str(card.id) if card else own_report_state.NEW
    number = report_number.asked()
    title = card.name if card else "New report"
    if number:
        navigation.link(
            "reports", f"Back to {words.md(title)}", icon=":material/arrow_back:", view="mine", report=name
        )
        question = own_report_build.question_of(own_report_state.draft())
        own_report_rows.draw(actor, number, question)
        return
    navigation.link("reports", "All my reports", icon=":material/arrow_back:", view="mine")
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        st.subheader(words.md(title), anchor=False)
        head = st.container(horizontal=True, width="content")
    own_report_state.seed()
    definition, question = own_report_build.draw(actor, is_new=card is None)
    with head:
        own_report_menu.draw(actor, card, definition)
    found = report_answers.answer(actor, definition, title, question)
    st.caption(own_report_view.said(found))
    own_report_view.draw(found, name, view="mine", report=name)
    own_report_view.downloads(replace(found, title=title), name)
