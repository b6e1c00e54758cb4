"""The list of segments with their sizes, and how these went over the last weeks."""

import pandas as pd
import streamlit as st

from crm_core.kernel.access import Actor, Permission
from crm_core.marketing import segments
from crm_core.marketing.segment_types import NewSegment, SegmentRow
from crm_core.people.types import Chosen
from pages.ui import navigation, words
from pages.ui.guard import flash, guard
from pages.ui.session import me


def draw(actor: Actor) -> None:
    """All segments as a table; a click on one opens it."""
    text, away = st.columns([4, 1], vertical_alignment="center")
    sought = text.text_input(
        "Search", key="segments.q", icon=":material/search:", placeholder="Name, description or rule",
        label_visibility="collapsed",
    )  # fmt: skip
    with_archived = away.toggle(
        "Also put away", key="segments.archived", help="Also those that were put away"
    )
    rows = [
        row
        for row in segments.search(actor, with_archived=with_archived)
        if sought.lower() in f"{row.name} {row.description} {row.rule}".lower()
    ]
    if not rows:
        _nothing(actor, is_filtered=bool(sought))
        return
    st.caption(words.count(len(rows), "segment"))
    picked = st.dataframe(
        _frame(rows), hide_index=True, on_select="rerun", selection_mode="single-row", key="segments.table",
        row_height=40,
        column_config={
            "Segment": st.column_config.TextColumn(width="medium", pinned=True),
            "People": st.column_config.NumberColumn(format="localized", width="small"),
            "Last 60 days": st.column_config.LineChartColumn(width="small", y_min=0),
            "Today": st.column_config.TextColumn(width="small", help="Who entered and left today"),
            "Kind": st.column_config.TextColumn(width="small"),
        },
    )  # fmt: skip
    chosen = picked["selection"]["rows"]
    if chosen:
        navigation.open_page("segments", id=rows[chosen[0]].id)


def put_on(actor: Actor, chosen: Chosen) -> None:
    """Put chosen contacts on a static list, or take them off: part of the bar under the list of contacts."""
    with st.popover("List", icon=":material/playlist_add:"):
        lists = {row.id: row.name for row in segments.search(actor) if row.is_static}
        picked = st.selectbox(
            "Static list", list(lists), index=None, format_func=lists.__getitem__, key="bulk-list-name",
            placeholder="Choose a list",
        )  # fmt: skip
        name = st.text_input("Or a new list", key="bulk-list-new", max_chars=120)
        with st.container(horizontal=True):
            if st.button(
                "Put on list", key="bulk-list", type="primary", disabled=not (picked or name.strip())
            ):
                with guard():
                    number = (
                        segments.create(me(), NewSegment(name, is_static=True)) if name.strip() else picked
                    )
                    added = segments.add_members(me(), int(number or 0), chosen)
                    flash(f"{words.count(added, 'contact')} put on the list.")
                    st.rerun()
            if st.button("Take off", key="bulk-unlist", disabled=not picked):
                with guard():
                    removed = segments.remove_members(me(), int(picked or 0), chosen)
                    flash(f"{words.count(removed, 'contact')} taken off the list.")
                    st.rerun()


def _frame(rows: list[SegmentRow]) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "Segment": [row.name for row in rows],
            "People": pd.array([row.size for row in rows], dtype="Int64"),
            "Last 60 days": [[day.size for day in row.days] for row in rows],
            "Today": [_moves(row) for row in rows],
            "Kind": [_kind(row) for row in rows],
            "Description": [row.description or row.rule for row in rows],
        }
    )


def _moves(row: SegmentRow) -> str:
    if not row.days or row.days[-1].counted_on != words.today():
        return ""
    day = row.days[-1]
    return f"+{day.entered:,} / −{day.left:,}" if day.entered or day.left else "no change"


def _kind(row: SegmentRow) -> str:
    kind = "List" if row.is_static else "Persona" if row.is_persona else "Rule"
    return f"{kind}, put away" if row.archived_at else kind


def _nothing(actor: Actor, *, is_filtered: bool) -> None:
    with st.container(border=True, horizontal_alignment="center", key="no-segments"):
        if is_filtered:
            st.markdown("**No segment matches.** Use fewer words.", width="content")
        elif actor.may(Permission.SEGMENTS_EDIT):
            st.markdown(
                "**No segments yet.** Make one by a rule, such as customers who bought in the last 90 days, "
                "or put people on a list by hand.",
                width="content",
            )
        else:
            st.markdown("**No segments yet.** Marketing makes them.", width="content")
