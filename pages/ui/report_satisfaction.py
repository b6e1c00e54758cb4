"""Satisfaction: what customers answered, how sure the numbers are, and what they wrote; negative first."""

import streamlit as st

from crm_core.insights import satisfaction, sentiment_report
from crm_core.insights.metric_types import Question
from crm_core.insights.satisfaction import SatisfactionReport, Scored, Verbatim
from crm_core.kernel.access import Actor
from crm_core.kernel.paging import Paging
from crm_core.service.survey_rules import FEW, SCALES
from pages.ui import charts, report_sections, report_table, report_tiles, words
from pages.ui.charts import Mark

SHOWN = 25


def draw(actor: Actor, question: Question) -> None:
    """Numbers, their course, how often each score was given, by person, and what was written."""
    found = satisfaction.report(actor, question)
    if not any(one.count for one in found.scores):
        st.info(
            "Nobody was asked in this time, with these filters. Ask customers after an order or a case; "
            "their answers show here.",
            icon=":material/sentiment_satisfied:",
        )
        return
    report_tiles.some(question, satisfaction.NUMBERS)
    sure = [said for one in found.scores if (said := _sureness(one))]
    if sure:
        st.caption(f"How sure this is (95 of 100 times): {'; '.join(sure)}.")
    report_sections.course(actor, question, "nps")
    left, right = st.columns(2, gap="medium")
    with left.container(border=True, height="stretch"):
        _distribution(found)
    with right:
        report_sections.ranking(actor, question, "nps", "owner", "NPS by person")
    _said(actor, question)


def draw_mood(actor: Actor, question: Question) -> None:
    """How the texts of customers feel: how many are bad, neither and good, their course, and the worst."""
    found = sentiment_report.report(actor, question)
    if not found.count:
        st.info(
            "No text of a customer with a mood in this time, with these filters. E-mails, chats and posts "
            "that come in, and comments of surveys, are read as far as they are in English.",
            icon=":material/mood:",
        )
        return
    report_tiles.some(question, ("sentiment", "feedback_count"))
    st.caption(
        "A hint where to look first, not a measurement: irony is not understood, and only English is read."
    )
    left, right = st.columns(2, gap="medium")
    with left.container(border=True, height="stretch"):
        st.markdown("**How texts feel**")
        counts = (("Negative", found.negative), ("Neutral", found.neutral), ("Positive", found.positive))
        charts.bars([Mark(name, name, count, f"{count:,}") for name, count in counts], "Texts", key="moods")
        with st.expander("As a table"):
            report_table.draw(("Mood", "Texts"), list(counts), "moods", right=("Texts",))
    with right:
        report_sections.ranking(actor, question, "sentiment", "owner", "Mood by person")
    report_sections.course(actor, question, "sentiment")
    with st.container(border=True):
        st.markdown("**Negative texts, the worst first**")
        _table(sentiment_report.worst(actor, question, Paging(1, SHOWN)).items, "worst")


def _sureness(one: Scored) -> str:
    """How sure a number is, in words; nothing where it is not known."""
    if one.low is None or one.high is None or not one.count:
        return ""
    metric = one.figure.metric
    low, high = (report_tiles.text(one.figure, value, "") for value in (one.low, one.high))
    few = f", with only {words.count(one.count, metric.noun)}" if one.count < FEW else ""
    return f"{metric.title} between {low} and {high}{few}"


def _distribution(found: SatisfactionReport) -> None:
    st.markdown("**How often each score was given**")
    names = {kind: SCALES[kind].title for kind, counts in found.distribution.items() if any(counts.values())}
    if not names:
        st.caption("No scores in this time, with these filters.")
        return
    kind = st.segmented_control(
        "Kind", list(names), format_func=names.__getitem__, default=next(iter(names)), key="scores.kind",
        label_visibility="collapsed",
    ) or next(iter(names))  # fmt: skip
    counts = found.distribution[kind]
    charts.columns(
        [Mark(str(score), str(score), count, f"{count:,}") for score, count in counts.items()],
        "Answers",
        key=f"scores-{kind}",
        below="Score",
    )
    with st.expander("As a table"):
        report_table.draw(("Score", "Answers"), list(counts.items()), f"scores-{kind}", right=("Answers",))


def _said(actor: Actor, question: Question) -> None:
    page = satisfaction.verbatims(actor, question, Paging(1, SHOWN))
    if not page.items:
        return
    with st.container(border=True):
        st.markdown("**What customers wrote**")
        if page.total > SHOWN:
            st.caption(f"The {SHOWN} with the worst mood of {page.total:,}.")
        _table(page.items, "verbatims")


def _table(said: tuple[Verbatim, ...], name: str) -> None:
    rows = [
        (
            one.contact_id,
            (one.contact or "", one.text[:300], _mood(one.sentiment), _score(one), f"{one.at:%d %b %Y}"),
        )
        for one in said
        if one.contact_id is not None
    ]
    report_sections.people(rows, ("Customer", "What was written", "Mood", "Answer or channel", "Day"), name)


def _mood(score: int | None) -> str:
    return "not scored" if score is None else f"{score:+d}"


def _score(one: Verbatim) -> str:
    if one.kind not in SCALES:
        return report_sections.group_name(one.kind, "kind")
    return SCALES[one.kind].title if one.score is None else f"{SCALES[one.kind].title} {one.score}"
