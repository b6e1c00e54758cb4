"""The pipeline: what is open, at which stage, with whom, and how it came to this."""

import streamlit as st

from crm_core.insights.metric_types import Question
from crm_core.kernel.access import Actor
from pages.ui import navigation, report_sections, report_tiles


def draw(actor: Actor, question: Question) -> None:
    """Open deals at the end of the time, by stage and by person, and the value of the pipeline over time."""
    report_tiles.some(question, ("open_pipeline", "weighted_pipeline", "open_deals", "new_deal_value"))
    left, right = st.columns(2, gap="medium")
    with left:
        report_sections.ranking(actor, question, "open_pipeline", "kind", "Open value by stage")
    with right:
        report_sections.ranking(actor, question, "open_pipeline", "owner", "Open value by person")
    report_sections.course(actor, question, "open_pipeline", "Open pipeline")
    report_sections.course(actor, question, "new_deal_value", "Value of new deals")
    navigation.link("pipeline", "To the board", icon=":material/view_kanban:")
