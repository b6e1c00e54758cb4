"""How business goes, on the start page: a few numbers of this month, each with its rows."""

from typing import Final

import streamlit as st

from crm_core.insights import periods
from crm_core.insights.metric_table import METRICS
from crm_core.insights.metric_types import Question
from crm_core.kernel.access import Actor, Permission, Role
from pages.ui import navigation, report_tiles, words
from pages.ui.unchanged import Stand

_SELLING: Final = ("order_revenue", "revenue_won", "open_pipeline", "win_rate")
SHOWN: Final = {
    Role.SALES: ("revenue_won", "open_pipeline", "win_rate", "tasks_overdue"),
    Role.MARKETING: ("new_leads", "lead_conversion", "click_rate", "unsubscribes"),
    Role.SUPPORT: ("touchpoints", "calls", "tasks_done", "tasks_overdue"),
}
"""What a role looks at first; everybody else sees how selling goes."""


def draw(actor: Actor, stand: Stand) -> None:
    """Four numbers of this month beside those of the month before; nothing where nothing is counted yet."""
    if not actor.may(Permission.REPORTS_READ):
        return
    names = [name for name in SHOWN.get(actor.role, _SELLING) if actor.may(METRICS[name].permission)]
    question = Question(periods.month_of(words.today()))
    found = report_tiles.figures(actor, question, names, stand)
    if not any(amount.count for figure in found for amount in (*figure.amounts, *(figure.previous or ()))):
        return
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        st.markdown("**This month**")
        navigation.link("reports", "All numbers", icon=":material/monitoring:", view="overview")
    report_tiles.row_of(found, report_tiles.courses(actor, question, names, stand))
