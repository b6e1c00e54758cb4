"""The pipeline: deals on a board or in a list, with the same filters."""

import streamlit as st

from crm_core.kernel.access import Actor, Permission
from crm_core.sales import pipelines
from crm_core.sales.types import PipelineRow
from pages.ui import deal_add, pipeline_board, pipeline_list, pipeline_settings, pipeline_state
from pages.ui.pipeline_state import PILLS, SORTS, STATUSES, VIEWS
from pages.ui.session import require


def header(actor: Actor, known: list[PipelineRow]) -> None:
    """Title, which pipeline, and the ways to add and to configure."""
    with st.container(key="list-head"):
        title, acts = st.columns([3, 2], vertical_alignment="bottom")
    title.header("Pipeline", anchor=False)
    with acts.container(horizontal=True, horizontal_alignment="right", vertical_alignment="bottom"):
        if len(known) > 1:
            names = {pipeline.id: pipeline.name for pipeline in known}
            st.selectbox(
                "Pipeline", list(names), format_func=names.__getitem__, key="pipeline", width=200,
                label_visibility="collapsed", on_change=pipeline_state.first_page,
            )  # fmt: skip
        if actor.may(Permission.PIPELINES_MANAGE) and st.button(
            "Stages", key="open-stages", icon=":material/tune:", help="Pipelines, stages and lost reasons"
        ):
            pipeline_settings.show()
        if actor.may(Permission.DEALS_EDIT):
            wanted = st.query_params.pop("new", None) is not None
            if st.button("Add deal", key="add-deal", type="primary", icon=":material/add:") or wanted:
                deal_add.show()


def filters(actor: Actor) -> None:
    """View, search and filters; in the list also status and order."""
    view, box = st.columns([1, 3], vertical_alignment="bottom")
    shown = view.segmented_control(
        "View", list(VIEWS), default=pipeline_state.usual("view", "board"), required=True,
        format_func=VIEWS.__getitem__, key="view", bind="query-params",
        on_change=pipeline_state.first_page, label_visibility="collapsed",
    )  # fmt: skip
    box.text_input(
        "Search", key="q", live="250ms", bind="query-params", on_change=pipeline_state.first_page,
        max_chars=200, icon=":material/search:", placeholder="Any part of a deal, company or contact",
        label_visibility="collapsed",
    )  # fmt: skip
    with st.container(key="list-filters"):
        pills, owner, order = st.columns([6, 2, 2], vertical_alignment="center")
    pills.pills(
        "Filters", list(PILLS), selection_mode="multi", format_func=PILLS.__getitem__, key="pill",
        bind="query-params", on_change=pipeline_state.first_page, label_visibility="collapsed",
    )  # fmt: skip
    people = pipeline_state.owners(actor)
    owner.selectbox(
        "Owner", list(people), index=None, format_func=lambda key: people.get(key, "Somebody"), key="owner",
        on_change=pipeline_state.first_page, label_visibility="collapsed", placeholder="Any owner",
    )  # fmt: skip
    if shown == "list":
        order.selectbox(
            "Sort", list(SORTS), index=None, format_func=SORTS.__getitem__, key="sort",
            bind="query-params", on_change=pipeline_state.first_page, label_visibility="collapsed",
            placeholder="Sort by close date",
        )  # fmt: skip
        st.segmented_control(
            "Status", list(STATUSES), default=pipeline_state.usual("status", "open"), required=True,
            format_func=STATUSES.__getitem__, key="status", bind="query-params",
            on_change=pipeline_state.first_page, label_visibility="collapsed",
        )  # fmt: skip


def nothing(actor: Actor, *, is_filtered: bool) -> None:
    """What to do when there is nothing to show."""
    with st.container(border=True, horizontal_alignment="center", key="no-deals"):
        if is_filtered:
            st.markdown("**No deal matches.** Use fewer words or filters.", width="content")
            st.button("Show all", key="show-all", on_click=pipeline_state.clear)
            return
        st.markdown("**No deals yet.** A deal is a sale that may come: add the first one, or import a file.")
        if actor.may(Permission.DEALS_EDIT) and st.button("Add a deal", key="add-first", type="primary"):
            deal_add.show()


asking = require(Permission.DEALS_READ)
every = pipelines.search(asking)
pipeline_state.understand_address(every)
header(asking, every)
if not every:
    nothing(asking, is_filtered=False)
    st.stop()
filters(asking)
asked = pipeline_state.read(asking, every)
pipeline_state.remember_address()
draw = pipeline_board.draw if asked.view == "board" else pipeline_list.draw
if not draw(asking, asked):
    nothing(asking, is_filtered=asked.is_filtered)
