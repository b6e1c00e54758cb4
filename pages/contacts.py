"""Contacts and companies: find, filter, sort, edit, and act on many at once."""

import streamlit as st

from crm_core.kernel.access import Actor, Permission
from crm_core.kernel.paging import COUNT_CAP, Page
from crm_core.people import listing
from crm_core.people.listing import ContactRow
from crm_core.people.rules import LIFECYCLES
from crm_core.people.saved_views import View
from pages.ui import (
    companies_add,
    companies_list,
    contacts_add,
    contacts_bulk,
    contacts_edit,
    contacts_filter,
    contacts_state,
    contacts_table,
    contacts_views,
    navigation,
    words,
)
from pages.ui.contacts_state import PILLS, SHOWN, SORTS, Asked
from pages.ui.session import require


def header(actor: Actor) -> None:
    """Title, what is listed, and the ways to add."""
    with st.container(key="list-head"):
        title, acts = st.columns([3, 2], vertical_alignment="bottom")
    title.header("Contacts", anchor=False)
    with acts.container(horizontal=True, horizontal_alignment="right"):
        if navigation.can_open(actor, "imports"):
            navigation.button("imports", "Import", icon=":material/upload_file:")
        if actor.may(Permission.CONTACTS_EDIT):
            _add_button()


def _add_button() -> None:
    wanted = st.query_params.pop("new", None) is not None
    if st.session_state.get("show") == "companies":
        if st.button("Add company", key="add-company", type="primary", icon=":material/add_business:"):
            companies_add.add()
    elif st.button("Add contact", key="add-contact", type="primary", icon=":material/person_add:") or wanted:
        contacts_add.add()


def search_row() -> str:
    """People or companies, and the search that answers while one types."""
    kind, box = st.columns([1, 3], vertical_alignment="bottom")
    shown = kind.segmented_control(
        "Show", list(SHOWN), default="people", required=True, format_func=SHOWN.__getitem__, key="show",
        bind="query-params", on_change=contacts_state.first_page, label_visibility="collapsed",
    )  # fmt: skip
    box.text_input(
        "Search", key="q", live="250ms", bind="query-params", on_change=contacts_state.first_page,
        max_chars=200,
        icon=":material/search:", placeholder="Any part of a name, e-mail, phone or company",
        label_visibility="collapsed",
    )  # fmt: skip
    return shown or "people"


def filters() -> None:
    """The common filters as pills, the stage, and the order."""
    with st.container(key="list-filters"):
        pills, stage, sort = st.columns([6, 2, 2], vertical_alignment="center")
    pills.pills(
        "Filters", list(PILLS), selection_mode="multi", format_func=PILLS.__getitem__, key="pill",
        bind="query-params",
        on_change=contacts_state.first_page, label_visibility="collapsed",
    )  # fmt: skip
    stage.selectbox(
        "Stage", LIFECYCLES, index=None, format_func=words.sentence, key="stage", bind="query-params",
        on_change=contacts_state.first_page, label_visibility="collapsed", placeholder="Any stage",
    )  # fmt: skip
    sort.selectbox(
        "Sort", list(SORTS), index=None, format_func=SORTS.__getitem__, key="sort", bind="query-params",
        on_change=contacts_state.first_page, label_visibility="collapsed", placeholder="Sort by name",
    )  # fmt: skip


def summary(page: Page[ContactRow]) -> None:
    """How many there are, as far as anybody counted, and in which order they could be shown."""
    found = words.number(page.total, is_capped=page.is_capped)
    notes = [f"{found} {'contact' if page.total == 1 else 'contacts'}"]
    wanted = st.session_state.get("sort")
    if page.paging.sort == "id":
        notes.append("too many to sort: type more letters")
    elif wanted and page.paging.sort != wanted:
        notes.append(f"too many to sort by {SORTS[wanted].lower()}: narrow the list first")
    if page.total > COUNT_CAP and page.paging.number >= contacts_state.last_page(page):
        notes.append("the list ends here: search or filter to see others")
    st.caption(" · ".join(notes))


def nothing(asked: Asked) -> None:
    """What to do when there is nothing to show."""
    with st.container(border=True, horizontal_alignment="center", key="no-contacts"):
        if asked.is_filtered:
            st.markdown("**Nobody matches.** Use fewer words or filters.", width="content")
            st.button("Show everybody", key="show-all", on_click=contacts_state.clear)
            return
        st.markdown(
            "**No contacts yet.** Import a file from the program you used before, or add the first one."
        )
        navigation.button("imports", "Import a file", icon=":material/upload_file:")


def people(actor: Actor, views: list[View]) -> None:
    """The list of people with everything around it."""
    contacts_views.draw(views)
    filters()
    asked = contacts_state.read(actor)
    known = contacts_table.labels(asked.custom)
    is_editing = False
    with st.container(horizontal=True, vertical_alignment="center"):
        contacts_filter.button(asked)
        contacts_table.choose_columns(known, asked.columns)
        contacts_views.menu(actor, views, asked)
        if actor.may(Permission.CONTACTS_EDIT) and not asked.query.deleted:
            is_editing = st.toggle("Edit here", key="edit-here")
    contacts_filter.sentence(actor, asked)
    contacts_state.remember_address()
    contacts_bulk.undo_bar()
    page = listing.search(actor, asked.query)
    summary(page)
    if not page.items:
        nothing(asked)
        return
    if is_editing:
        contacts_edit.draw(page, asked.row_height)
    else:
        key = f"people-{st.session_state.get('contacts.round', 0)}-{hash((asked.query, asked.columns))}"
        ticked = contacts_table.draw(page, asked, known, key)
        contacts_bulk.draw(actor, asked, page, ticked)
    st.pagination(contacts_state.last_page(page), key="p", bind="query-params")


asking = require(Permission.CONTACTS_READ)
contacts_filter.take_over()
contacts_state.understand_address()
saved = contacts_views.prepare(asking)
header(asking)
if search_row() == "companies":
    companies_list.draw(asking)
else:
    people(asking, saved)
