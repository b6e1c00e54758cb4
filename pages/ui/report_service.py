"""Service: how customers are in touch with us."""

import streamlit as st

from crm_core.insights.metric_types import Question
from crm_core.kernel.access import Actor
from pages.ui import report_sections


def draw(actor: Actor, question: Question) -> None:
    """The contact with customers that is recorded, by kind and by customer."""
    left, right = st.columns(2, gap="medium")
    with left:
        report_sections.ranking(actor, question, "touchpoints", "kind", "How customers were in touch")
    with right:
        report_sections.ranking(actor, question, "touchpoints", "customer", "Who was in touch most")
