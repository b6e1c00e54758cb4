"""The list of companies: by name, found as one types."""

from typing import Any

import pandas as pd
import streamlit as st

from crm_core.kernel.access import Actor
from crm_core.kernel.paging import Paging
from crm_core.people import accounts
from pages.ui import contacts_state, navigation, words


def draw(actor: Actor) -> None:
    """One page of companies; a click on a row opens the company."""
    text = str(st.session_state.get("q") or "")
    size, height = contacts_state.page_size(actor), contacts_state.row_height(actor)
    page = accounts.search(actor, Paging(st.session_state.get("p", 1), size), text)
    total = words.number(page.total, is_capped=page.is_capped)
    st.caption(f"{total} {'company' if page.total == 1 else 'companies'}")
    if not page.items:
        st.info(
            "No company is called like this."
            if text
            else "There is no company yet. Add one above, or name one when you add a contact."
        )
        return
    titles = {
        "name": "Company", "industry": "Industry", "city": "City", "country": "Country",
        "contact_count": "Contacts",
    }  # fmt: skip
    rows = [
        [row.name, row.industry, row.city, words.country_name(row.country), row.contact_count] for row in page
    ]
    event: Any = st.dataframe(
        pd.DataFrame(rows, columns=list(titles)),
        hide_index=True,
        key=f"companies-{page.paging.number}-{hash(text)}",
        on_select="rerun",
        selection_mode="single-cell",
        row_height=height,
        height=height * (len(rows) + 1) + 2,
        column_config=titles,
    )
    ids = [row.id for row in page]
    for position, _name in event.selection.cells:
        if isinstance(position, int) and 0 <= position < len(ids):
            navigation.open_page("customer", account=ids[position])
    st.pagination(contacts_state.last_page(page), key="p", bind="query-params")
