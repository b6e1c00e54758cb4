"""Reports: one view at a time, chosen by its name in the address."""

from collections.abc import Callable
from typing import Final, NamedTuple

import streamlit as st

from crm_core.kernel.access import Actor, Permission
from pages.ui import (
    report_cohorts,
    report_journey,
    report_overview,
    report_retention,
    report_rfm,
    report_value,
)
from pages.ui.session import require


class View(NamedTuple):
    """One report: its name in the address, its title, and what draws it."""

    name: str
    title: str
    draw: Callable[[Actor], None]


VIEWS: Final = (
    View("overview", "Key figures", report_overview.draw),
    View("value", "Customer value", report_value.draw),
    View("rfm", "RFM", report_rfm.draw),
    View("cohorts", "Cohorts", report_cohorts.draw),
    View("retention", "Retention and churn", report_retention.draw),
    View("journey", "Relationships", report_journey.draw),
)


def chosen() -> View:
    """The view that was picked, or that the address asks for."""
    titles = {view.title: view for view in VIEWS}
    if "reports.view" not in st.session_state:
        asked = st.query_params.get("view", "")
        st.session_state["reports.view"] = next(
            (one.title for one in VIEWS if one.name == asked), VIEWS[0].title
        )
    picked = st.pills("Report", list(titles), key="reports.view", label_visibility="collapsed")
    view = titles.get(picked or "", VIEWS[0])
    st.query_params["view"] = view.name
    return view


user = require(Permission.REPORTS_READ)
st.header("Reports", anchor=False)
chosen().draw(user)
