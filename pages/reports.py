"""Reports: one at a time, found by group, and named in the address."""

import streamlit as st

from crm_core.kernel.access import Permission
from pages.ui import report_cache, report_number, report_views
from pages.ui.guard import guard
from pages.ui.session import require

user = require(Permission.REPORTS_READ)
st.header("Reports", anchor=False)
view = report_views.chosen(user)
with guard(refused=report_cache.refused):
    question = report_views.filters(user, view)
    number = report_number.asked()
    if number and view.filters != report_views.OWN:
        report_number.draw(user, number, question, view.title)
    else:
        view.draw(user, question)
