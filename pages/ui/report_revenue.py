"""Revenue: how much, how it went, and where it comes from."""

import streamlit as st

from crm_core.insights.metric_types import Question
from crm_core.kernel.access import Actor
from pages.ui import report_sections, report_tiles


def draw(actor: Actor, question: Question) -> None:
    """The figures of orders, their course beside the time before, and the largest customers and channels."""
    report_tiles.some(question, ("order_revenue", "orders", "average_order", "active_customers"))
    report_sections.course(actor, question, "order_revenue", "Revenue")
    left, right = st.columns(2, gap="medium")
    with left:
        report_sections.ranking(actor, question, "order_revenue", "customer", "Who bought most")
    with right:
        report_sections.ranking(actor, question, "order_revenue", "kind", "Through which channel")
    report_sections.course(actor, question, "average_order", "What an order is worth")
