"""The rows of one number of a report that somebody built, or of one group of it."""

from dataclasses import replace
from datetime import date

import streamlit as st

from crm_core.insights import metrics, parts, periods, report_words
from crm_core.insights.metric_types import Question
from crm_core.insights.report_types import TIME
from crm_core.kernel.access import Actor
from crm_core.kernel.errors import Invalid
from pages.ui import report_number


def draw(actor: Actor, name: str, question: Question) -> None:
    """The number, its meaning, and the rows that add up to it."""
    by, _, key = st.query_params.get("part", "").partition(":")
    if by in ("", TIME):
        told, asked = _piece(question, key) if by else ("", question)
        [figure] = metrics.figures(actor, replace(asked, compare="none") if by else asked, [name])
        report_number.head(figure, told)
        report_number.rows_of(figure, lambda paging: metrics.rows(actor, name, asked, paging))
        return
    figure = parts.figure(actor, name, question, by, key)
    report_number.head(figure, _called(actor, by, key))
    report_number.rows_of(figure, lambda paging: parts.rows(actor, name, question, (by, key), paging))


def _piece(question: Question, key: str) -> tuple[str, Question]:
    """A step of time, such as ``month.2026-03-01``: what it is called, and the question about it."""
    size, _, first = key.partition(".")
    if size in periods.STEPS:
        for piece in periods.parts(question.period, size):
            if piece.since.isoformat() == first:
                called = report_words.step(date.fromisoformat(first), size)
                return called, replace(question, period=piece)
    raise Invalid("The time of this report has no such step.", fields={"part": "Open it from the report."})


def _called(actor: Actor, by: str, key: str) -> str:
    if by in ("owner", "team"):
        known = metrics.people(actor)[by == "team"]
        return {str(number): name for number, name in known}.get(key, "nobody")
    return report_words.group(key, by)
