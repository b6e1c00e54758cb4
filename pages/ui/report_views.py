"""All reports in their groups: how each is called, who may see it, which filters it has, what draws it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import streamlit as st

from crm_core.insights import kpi_filters, periods
from crm_core.insights.metric_types import Question
from crm_core.kernel.access import Actor, Permission
from pages.ui import (
    own_boards,
    own_mailings,
    own_reports,
    report_activity,
    report_adoption,
    report_campaigns,
    report_cohorts,
    report_filters,
    report_funnel,
    report_journey,
    report_levels,
    report_loyalty,
    report_outlook,
    report_people,
    report_pipeline,
    report_products,
    report_quality,
    report_retention,
    report_revenue,
    report_rfm,
    report_satisfaction,
    report_service,
    report_tiles,
    report_value,
    report_velocity,
    words,
)

ALL, ONE, PERIOD, DAY, WHOSE, REACH = "all", "one", "period", "day", "whose", "reach"
NONE, OWN = "none", "own"
_P = Permission


@dataclass(frozen=True)
class View:
    """One report: its name in the address, its group and title, what one needs to see it, and its filters.

    ``ONE`` compares with no other time. ``WHOSE`` asks which customers count, ``DAY`` as of which day, too,
    ``REACH`` for team and owner alone. One with ``OWN`` filters draws these and the rows of its numbers by
    itself.
    """

    name: str
    group: str
    title: str
    draw: Callable[[Actor, Question], None]
    permission: Permission = Permission.REPORTS_READ
    filters: str = ALL


def _of(draw: Callable[[Actor, Question], None]) -> Callable[[Actor, Question], None]:
    """A report about customers, drawn with the reach that the filters leave."""

    def drawn(actor: Actor, question: Question) -> None:
        draw(kpi_filters.within(actor, question.owner_id, question.team_id), question)

    return drawn


def _all_numbers(_: Actor, question: Question) -> None:
    report_tiles.draw(question)


VIEWS: Final = (
    View("overview", "Overview", "Key figures", _all_numbers),
    View("revenue", "Sales", "Revenue", report_revenue.draw, _P.ORDERS_READ),
    View("pipeline", "Sales", "Pipeline", report_pipeline.draw, _P.DEALS_READ),
    View("funnel", "Sales", "Funnel", report_funnel.draw, _P.DEALS_READ, ONE),
    View("velocity", "Sales", "Pace", report_velocity.draw, _P.DEALS_READ),
    View("people", "Sales", "People and places", report_people.draw, _P.DEALS_READ, ONE),
    View("products", "Sales", "Products and prices", report_products.draw, _P.ORDERS_READ, ONE),
    View("outlook", "Sales", "Forecast and trend", _of(report_outlook.draw), _P.DEALS_READ, REACH),
    View("value", "Customers", "Customer value", _of(report_value.draw), _P.ORDERS_READ, WHOSE),
    View("rfm", "Customers", "RFM", _of(report_rfm.draw), _P.ORDERS_READ, DAY),
    View("cohorts", "Customers", "Cohorts", _of(report_cohorts.draw), _P.ORDERS_READ, DAY),
    View("retention", "Customers", "Retention and churn", _of(report_retention.draw), _P.ORDERS_READ, DAY),
    View("journey", "Customers", "Relationships", _of(report_journey.draw), _P.CONTACTS_READ, DAY),
    View("campaigns", "Marketing", "Campaigns and leads", report_campaigns.draw, _P.CAMPAIGNS_READ),
    View("loyalty", "Loyalty", "Points and tiers", report_loyalty.draw, _P.LOYALTY_READ),
    View("service", "Service", "Contact with customers", report_service.draw, _P.INTERACTIONS_READ),
    View("levels", "Service", "Service levels", report_levels.draw, _P.CASES_READ),
    View("satisfaction", "Service", "Satisfaction", report_satisfaction.draw, _P.FEEDBACK_READ),
    View("mood", "Service", "Mood", report_satisfaction.draw_mood, _P.FEEDBACK_READ),
    View("activity", "Team", "Activity", report_activity.draw, _P.INTERACTIONS_READ),
    View("adoption", "Team", "Use of Rapport", report_adoption.draw, filters=PERIOD),
    View("quality", "Team", "Data quality", report_quality.draw, _P.CONTACTS_READ, NONE),
    View("mine", "My reports", "Reports", own_reports.draw, filters=OWN),
    View("boards", "My reports", "Dashboards", own_boards.draw, filters=OWN),
    View("mailing", "My reports", "By mail", own_mailings.draw, filters=OWN),
)
_ALL_TIME: Final = (
    "All purchases count: there is no time to choose and nothing to compare with. "
    "Segment, product and country mean customers as they are known today."
)
LEAVES: Final = {
    "outlook": "A year back and half a year ahead. Deals are expected by their stage, whoever buys: "
    "there is no segment, product or country to choose.",
    "value": _ALL_TIME,
    "rfm": _ALL_TIME,
    "cohorts": _ALL_TIME,
    "retention": _ALL_TIME,
    "journey": "All since the first contact counts: there is no time to choose. "
    "Segment, product and country mean contacts as they are known today.",
    "adoption": "About the people who work here: filters about customers have no meaning.",
    "quality": "About all records as they are now: what is wrong is to be mended, whosever it is.",
}
"""Which filters a report has not, and why."""

_SHOWN: Final = "reports.shown"
_OPENED: Final = ("number", "part", "report", "board", "schedule", "of")
"""What is open within one report, as the address says it."""


def chosen(actor: Actor) -> View:
    """The report that was picked, or that the address asks for."""
    views = [view for view in VIEWS if actor.may(view.permission)]
    asked = st.query_params.get("view", "")
    if asked != st.session_state.get(_SHOWN) or "reports.group" not in st.session_state:
        wanted = next((view for view in views if view.name == asked), views[0])
        st.session_state["reports.group"] = wanted.group
        st.session_state[f"reports.in.{wanted.group}"] = wanted.title
    groups = list(dict.fromkeys(view.group for view in views))
    group = st.segmented_control(
        "Group", groups, key="reports.group", required=True, label_visibility="collapsed"
    )
    among = {view.title: view for view in views if view.group == (group or groups[0])}
    view = next(iter(among.values()))
    if len(among) > 1:
        key = f"reports.in.{view.group}"
        if st.session_state.get(key) not in among:
            st.session_state[key] = view.title
        picked = st.pills("Report", list(among), key=key, required=True, label_visibility="collapsed")
        view = among.get(picked or "", view)
    if asked and view.name != asked:
        # Another report has other rows: what was opened in this one is left behind.
        for name in _OPENED:
            st.query_params.pop(name, None)
    st.query_params["view"] = st.session_state[_SHOWN] = view.name
    return view


def filters(actor: Actor, view: View) -> Question:
    """What the filters of a report ask for; those that it does not have are not shown."""
    found = Question(periods.month_of(words.today()))
    if view.filters in (ALL, ONE):
        found = report_filters.ask(actor, has_compare=view.filters == ALL or "number" in st.query_params)
    if view.filters == PERIOD:
        found = report_filters.ask_period()
    if view.filters in (DAY, WHOSE):
        found = report_filters.ask_customers(actor, has_day=view.filters == DAY)
    if view.filters == REACH:
        found = report_filters.ask_reach(actor)
    if view.name in LEAVES:
        st.caption(LEAVES[view.name])
    return found
