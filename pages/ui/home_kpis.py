"""How business goes, on the start page: some numbers of this month, each with its rows."""

from typing import Final

import streamlit as st

from crm_core.insights import periods
from crm_core.insights.metric_table import METRICS
from crm_core.insights.metric_types import Question
from crm_core.kernel.access import Actor, Permission, Role
from pages.ui import liking, navigation, report_tiles, words
from pages.ui.unchanged import Stand

_SELLING: Final = ("order_revenue", "revenue_won", "open_pipeline", "win_rate")
SHOWN: Final = {
    Role.SALES: ("revenue_won", "open_pipeline", "win_rate", "tasks_overdue"),
    Role.MARKETING: ("new_leads", "lead_conversion", "click_rate", "unsubscribes"),
    Role.SUPPORT: ("touchpoints", "calls", "tasks_done", "tasks_overdue"),
}
"""What a role looks at first; everybody else sees how selling goes."""


MOST: Final = 8


def names(actor: Actor) -> list[str]:
    """The key figures on the page of this person: the chosen ones, else the usual ones of the role."""
    chosen = liking.of(actor).home_tiles if actor.id is not None else ()
    wanted = [name for name in chosen if name in METRICS] or SHOWN.get(actor.role, _SELLING)
    return [name for name in wanted if actor.may(METRICS[name].permission)][:MOST]


def draw(actor: Actor, stand: Stand) -> None:
    """Numbers of this month beside those of the month before; nothing where nothing is counted yet."""
    shown = names(actor)
    if not shown or not actor.may(Permission.REPORTS_READ):
        return
    question = Question(periods.month_of(words.today()))
    found = report_tiles.figures(actor, question, shown, stand)
    if not any(amount.count for figure in found for amount in (*figure.amounts, *(figure.previous or ()))):
        return
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        st.markdown("**This month**")
        navigation.link("reports", "All numbers", icon=":material/monitoring:", view="overview")
    report_tiles.row_of(found, report_tiles.courses(actor, question, shown, stand))
