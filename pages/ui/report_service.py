"""Service: what is known about how customers are served. Nothing is shown that was never measured."""

import streamlit as st

from crm_core.insights.metric_types import Question
from crm_core.kernel.access import Actor
from pages.ui import report_sections


def draw(actor: Actor, question: Question) -> None:
    """What is missing, in plain words, and the contact with customers that is recorded."""
    with st.container(border=True):
        st.markdown(":material/support_agent: **No cases and no ratings are recorded yet**")
        st.write(
            "Response times, kept promises, satisfaction (NPS, CSAT) and the mood of messages show here as "
            "soon as cases are worked on and customers are asked for their opinion. Until then no number "
            "is shown, rather than a guessed one."
        )
    left, right = st.columns(2, gap="medium")
    with left:
        report_sections.ranking(actor, question, "touchpoints", "kind", "How customers were in touch")
    with right:
        report_sections.ranking(actor, question, "touchpoints", "customer", "Who was in touch most")
