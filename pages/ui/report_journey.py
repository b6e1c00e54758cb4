"""How relationships grow: from the first contact to customers who speak for us."""

from itertools import pairwise

import streamlit as st

from crm_core.insights import journey_stages
from crm_core.insights.customer_sets import of_question
from crm_core.insights.journey_stages import StagePerson, StageStep
from crm_core.insights.metric_types import Question
from crm_core.kernel.access import Actor
from crm_core.kernel.paging import Page, Paging
from pages.ui import charts, report_filters, report_people_list, report_table, words
from pages.ui.charts import Mark
from pages.ui.report_cache import kept
from pages.ui.report_charts import share

MEANINGS = {
    "exploratory": "We know them.",
    "basic": "We were in touch.",
    "collaborative": "They bought.",
    "interconnected": "They brought somebody else.",
}


@kept("Following the relationships …")
def _report(actor: Actor, question: Question) -> tuple[StageStep, ...]:
    return journey_stages.report(actor, question.as_of, of_question(question))


def draw(actor: Actor, question: Question) -> None:
    """The four stages: how many got there, how long it took, how many stayed behind, and who they are."""
    steps = _report(actor, question)
    if not steps[0].reached:
        report_filters.nobody(
            question, "As soon as there are contacts, their relationships show here.", ":material/handshake:"
        )
        return
    with st.container(key="tiles"):
        for place, step in zip(st.columns(len(steps)), steps, strict=True):
            with place.container(border=True, height="stretch", gap=None):
                st.metric(words.sentence(step.stage), words.number(step.reached), help=MEANINGS[step.stage])
                st.caption(f"{MEANINGS[step.stage]} {words.number(step.stands)} stand here now.")
    with st.container(border=True):
        st.markdown("**How far relationships got**")
        picked = _chart(steps)
        for before, step in pairwise(steps):
            took = (
                "" if step.median_days is None else f", after {words.count(step.median_days, 'day')} (median)"
            )
            st.markdown(
                f":small[{words.sentence(before.stage)} → {step.stage}: "
                f"{share(None if step.drop is None else 1 - step.drop, 1)} went on{took}.]"
            )
        with st.expander("As a table"):
            _table(steps)
    _people(actor, steps, picked, question)


def _chart(steps: tuple[StageStep, ...]) -> str:
    marks = [
        Mark(step.stage, words.sentence(step.stage), step.reached, f"{step.reached:,}") for step in steps
    ]
    return charts.bars(marks, "Contacts that got there", key="journey-stages")


def _table(steps: tuple[StageStep, ...]) -> None:
    columns = ("Stage", "Got there", "Stand here", "Went on from before", "Days (median)")
    rows = [
        (words.sentence(step.stage), step.reached, step.stands,
         share(None if step.drop is None else 1 - step.drop, 1), step.median_days)
        for step in steps
    ]  # fmt: skip
    report_table.draw(columns, rows, "journey", right=columns[1:])


def _people(actor: Actor, steps: tuple[StageStep, ...], picked: str, question: Question) -> None:
    options = {step.stage: f"{words.sentence(step.stage)}: got there" for step in steps}
    options |= {f"{step.stage}!": f"{words.sentence(step.stage)}: stand here now" for step in steps}
    with st.container(border=True, key="journey-people"):
        chosen = report_people_list.choose("Open the contacts of …", options, "stage", picked)
        if not chosen:
            return

        def page_of(paging: Paging) -> Page[StagePerson]:
            stage, is_here = chosen.removesuffix("!"), chosen.endswith("!")
            day, which = question.as_of, of_question(question)
            return journey_stages.people(actor, stage, day, only_here=is_here, paging=paging, which=which)

        def row_of(one: StagePerson) -> tuple[int, tuple[str, ...]]:
            return one.contact_id, (one.name, words.day(one.on))

        report_people_list.draw("journey-people", ("Contact", "Since"), page_of, row_of)
