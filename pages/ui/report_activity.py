"""Activity: how much contact there was with customers, of which kind, and by whom."""

from typing import Final

import streamlit as st

from crm_core.insights.metric_types import Question
from crm_core.kernel.access import Actor
from pages.ui import report_sections, report_tiles

NAMES: Final = (
    "touchpoints", "calls", "meetings", "emails", "tasks_done", "tasks_overdue", "new_contacts", "new_leads",
)  # fmt: skip


def draw(actor: Actor, question: Question) -> None:
    """Touchpoints over time, by kind and by person; tasks beside them."""
    report_tiles.some(question, NAMES)
    report_sections.course(actor, question, "touchpoints", "Touchpoints")
    left, right = st.columns(2, gap="medium")
    with left:
        report_sections.ranking(actor, question, "touchpoints", "kind", "By kind")
    with right:
        report_sections.ranking(actor, question, "touchpoints", "owner", "By person")
