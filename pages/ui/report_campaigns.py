"""Campaigns side by side, what orders owe to them, and where leads come from."""

import streamlit as st

from crm_core.insights.metric_types import Question
from crm_core.insights.table_files import Cell
from crm_core.kernel.access import Actor, Permission
from crm_core.marketing import results
from crm_core.marketing.result_types import CampaignReport, CreditRow
from pages.ui import navigation, report_sections, report_table, report_tiles, words
from pages.ui.report_charts import share


def draw(actor: Actor, question: Question) -> None:
    """The figures of messages, all campaigns as a table, attribution, and leads by source."""
    report_tiles.some(question, ("mails_sent", "click_rate", "unsubscribes", "new_leads"))
    with st.container(border=True):
        st.markdown("**Campaigns side by side**")
        _compared(results.compare(actor))
    if actor.may(Permission.ORDERS_READ):
        with st.container(border=True):
            st.markdown("**What orders of this time owe to campaigns**")
            _credited(results.credit(actor, question.period.since, question.period.until))
    left, right = st.columns(2, gap="medium")
    with left:
        report_sections.ranking(actor, question, "new_leads", "kind", "Where leads come from")
    with right:
        report_sections.ranking(actor, question, "lead_conversion", "kind", "Which become customers")


def _compared(found: list[CampaignReport]) -> None:
    if not found:
        st.caption("As soon as a campaign was sent or imported, its results stand here beside the others.")
        navigation.link("campaigns", "To the campaigns", icon=":material/campaign:")
        return
    columns = ("Campaign", "People", "Sent", "Clicked", "Bought", "Revenue", "Cost", "Return", "Added by it")
    rows = [
        (one.name, one.total.people, one.total.counts["sent"], share(one.total.share("clicked", "sent"), 1),
         share(one.total.share("converted", "people"), 1), words.money(one.total.revenue, one.currency),
         words.money(one.cost, one.currency) if one.cost else "", share(one.roi), _added(one))
        for one in found
    ]  # fmt: skip
    report_table.draw(columns, rows, "campaigns", right=columns[1:])
    st.caption(
        "All that were sent, the latest first. “Added by it” is the revenue that would not have come "
        "without the campaign, told from those who were kept from it; the range holds the truth 95 times "
        "out of 100."
    )


def _added(one: CampaignReport) -> str:
    if one.incremental is None:
        return "no hold-out"
    ends = (one.incremental.low, one.incremental.high)
    low, high = (words.money(round(end), one.currency) for end in ends)
    return f"{low} to {high}"


def _credited(rows: list[CreditRow]) -> None:
    if not rows:
        st.caption("No order of this time followed a click within 30 days.")
        return
    columns = ("Campaign", "Orders", "First click", "Last click", "Shared evenly")
    table: list[tuple[Cell, ...]] = [
        (
            row.campaign,
            row.orders,
            *(words.money(value, row.currency) for value in (row.first, row.last, row.linear)),
        )
        for row in rows
    ]
    report_table.draw(columns, table, "attribution", right=columns[1:])
    st.caption("Three ways to credit the same orders; where they differ, no single one is the truth.")
