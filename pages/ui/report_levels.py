"""Service levels: cases that came and were solved, how long customers waited, and promises kept."""

from datetime import date
from typing import Final

import streamlit as st

from crm_core.insights import service_levels
from crm_core.insights.metric_types import Question
from crm_core.insights.service_levels import ServiceReport, ServiceRow
from crm_core.kernel.access import Actor
from pages.ui import navigation, report_charts, report_sections, report_table, report_tiles, words

NUMBERS: Final = ("cases_opened", "cases_solved", "open_cases", "first_response_hours", "within_sla")
_BY: Final = {"month": "Month", "team": "Team", "owner": "Person", "kind": "Kind", "priority": "Priority"}
_COLUMNS: Final = (
    "Opened", "Solved", "Open", "Open for", "First answer", "Solution", "Promises kept", "Taken up again",
)  # fmt: skip


def draw(actor: Actor, question: Question) -> None:
    """Numbers, their course, who has open cases, and the levels by a group that is chosen."""
    [opened, still] = report_tiles.figures(actor, question, ["cases_opened", "open_cases"])
    if not (opened.value or still.value):
        st.info(
            "No case was opened and none is open in this time, with these filters. Cases come from the "
            "mailbox, from web forms, or are written down on the page of service.",
            icon=":material/support_agent:",
        )
        navigation.link("service", "To service")
        return
    report_tiles.some(question, NUMBERS)
    report_sections.course(actor, question, "cases_opened")
    left, right = st.columns(2, gap="medium")
    with left:
        report_sections.ranking(actor, question, "cases_opened", "kind", "What cases are about")
    with right:
        report_sections.ranking(actor, question, "open_cases", "owner", "Open cases by person")
    _levels(actor, question)


def _levels(actor: Actor, question: Question) -> None:
    with st.container(border=True):
        st.markdown("**How long it took, and promises kept**")
        by = st.segmented_control(
            "By", list(_BY), format_func=_BY.__getitem__, default="month", required=True, key="levels.by",
            label_visibility="collapsed",
        ) or "month"  # fmt: skip
        found = service_levels.report(actor, question, by)
        rows = _rows(found, by)
        report_table.draw((_BY[by], *_COLUMNS), rows, f"service-by-{by}", right=_COLUMNS)
        st.caption(
            "Half of the cases took as long or less. First answer and solution are told in business hours, "
            "of what was answered or solved in this time; how long cases are open, in days."
        )


def _rows(found: ServiceReport, by: str) -> list[tuple[str | int, ...]]:
    return [_row(_group(row.group, by), row) for row in found.rows] + [_row("All", found.whole)]


def _row(name: str, row: ServiceRow) -> tuple[str | int, ...]:
    return (
        name, row.opened, row.solved, row.open, _long(row.backlog_days, "day"),
        _long(row.first_response_hours, "hour"), _long(row.resolution_hours, "hour"),
        report_charts.share(row.within_sla), row.reopened,
    )  # fmt: skip


def _group(key: str, by: str) -> str:
    if by == "month":
        return f"{date.fromisoformat(f'{key}-01'):%b %Y}"
    return words.sentence(key) if by in ("kind", "priority") else report_sections.group_name(key, by)


def _long(value: float | None, unit: str) -> str:
    return words.NOTHING if value is None else f"{value:,.1f} {unit}s"
