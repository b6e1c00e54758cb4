"""One segment: who is meant, how many, how that went, who came and went, and where it is used."""

import altair as alt
import pandas as pd
import streamlit as st

from crm_core.kernel.access import Actor, Permission
from crm_core.marketing import personas, rule_text, rule_words, segment_sizes, segments
from crm_core.marketing.segment_types import SegmentRow
from crm_core.people import custom_fields
from crm_core.team import users
from pages.ui import navigation, segment_editor, words
from pages.ui.dialogs import confirm
from pages.ui.guard import guard
from pages.ui.session import me

MOST_SHOWN = 12
PLACES = {"campaign": "campaigns", "coupon": "loyalty", "segment": "segments", "saved list": "contacts"}


def draw(actor: Actor, segment_id: int) -> None:
    """The whole card."""
    navigation.link("segments", "All segments", icon=":material/arrow_back:")
    row = segments.get(actor, segment_id)
    _head(actor, row)
    if row.counted_at is None and row.archived_at is None:
        with guard():
            segment_sizes.refresh(actor, row.id)
            row = segments.get(actor, segment_id)
    _meaning(actor, row)
    _acts(actor, row)
    left, right = st.columns([3, 2], gap="large")
    with left:
        _over_time(row)
        _moved(actor, row)
    with right:
        _portrait(actor, row)
        _uses(actor, row)


def _head(actor: Actor, row: SegmentRow) -> None:
    with st.container(key="list-head"):
        title, acts = st.columns([3, 2], vertical_alignment="bottom")
    title.header(words.md(row.name), anchor=False)
    if not actor.may(Permission.SEGMENTS_EDIT):
        return
    with acts.container(horizontal=True, horizontal_alignment="right"):
        if row.archived_at is not None:
            if st.button("Bring back", key="restore-segment", icon=":material/unarchive:"):
                with guard(done=f"“{row.name}” is back.", rerun=True):
                    segments.restore(me(), row.id)
            return
        if st.button("Put away", key="archive-segment", icon=":material/archive:"):
            confirm(
                f"Put “{row.name}” away?",
                "It is no longer counted nor offered. What it was stays, and you can bring it back.",
                "Put away", lambda: segments.archive(me(), row.id), done=f"“{row.name}” is put away.",
            )  # fmt: skip
        if st.button("Change", key="edit-segment", type="primary", icon=":material/edit:"):
            segment_editor.begin(row)


def _meaning(actor: Actor, row: SegmentRow) -> None:
    if row.description:
        st.write(words.md(row.description))
    counted = f"counted {words.ago(row.counted_at)}" if row.counted_at else "not counted yet"
    size = words.count(row.size, "person", "people") if row.size is not None else "Unknown size"
    st.markdown(f"**{size}** · {counted}")
    if row.is_static:
        st.caption("A static list: people are put on it and taken off by hand.")
        return
    custom = custom_fields.search(actor)
    with guard():
        said = rule_words.describe(rule_text.read(row.rule, custom), custom, dict(users.choices(actor)))
        st.markdown(f":material/filter_alt: {words.md(said)}")


def _acts(actor: Actor, row: SegmentRow) -> None:
    name = row.name.replace("\\", "\\\\").replace('"', '\\"')
    with st.container(horizontal=True):
        navigation.button("contacts", "Open as list", icon=":material/list:", rule=f'segment is "{name}"')
        if actor.may(Permission.CAMPAIGNS_WRITE) and row.archived_at is None:
            navigation.button("campaigns", "Make a campaign", icon=":material/campaign:", segment=row.id)
        if st.button("Count now", key="count-segment", icon=":material/refresh:"):
            with guard(done="Counted.", rerun=True):
                segment_sizes.refresh(me(), row.id)


def _over_time(row: SegmentRow) -> None:
    st.subheader("Size", anchor=False)
    if len(row.days) < 2:
        st.caption("From tomorrow on you see here how it grows and shrinks: it is counted every night.")
        return
    frame = pd.DataFrame({"Day": [day.counted_on for day in row.days], "People": [d.size for d in row.days]})
    frame["Day"] = pd.to_datetime(frame["Day"])
    chart = alt.Chart(frame, height=200).mark_area(line=True, opacity=0.25, color="#17897E")
    st.altair_chart(
        chart.encode(
            x=alt.X("Day:T", title=None), y=alt.Y("People:Q", title=None), tooltip=["Day:T", "People:Q"]
        )
    )


def _moved(actor: Actor, row: SegmentRow) -> None:
    st.subheader("Entered and left", anchor=False)
    entered, left = st.columns(2)
    for place, is_out, title in ((entered, False, "Entered"), (left, True, "Left")):
        found = segment_sizes.movers(actor, row.id, is_out=is_out)
        with place:
            more = "more than " if len(found) >= segment_sizes.MOST_MOVERS else ""
            st.markdown(f"**{title}**, 30 days: {more}{len(found)}")
            for mover in found[:MOST_SHOWN]:
                navigation.link("customer", f"{words.md(mover.name)} · {words.ago(mover.at)}", id=mover.id)


def _portrait(actor: Actor, row: SegmentRow) -> None:
    if row.is_persona:
        st.subheader("Portrait", anchor=False)
        for name, label in personas.PARTS.items():
            if row.portrait.get(name):
                st.markdown(f"**{label}.** {words.md(row.portrait[name])}")
    st.subheader("What they share", anchor=False)
    traits = personas.traits(actor, row.id)
    for field in dict.fromkeys(trait.field for trait in traits):
        shown = [
            f"{words.md(_value(field, trait.value))} {trait.share:.0%}"
            for trait in traits
            if trait.field == field
        ]
        st.markdown(f"**{words.label(field)}:** {', '.join(shown)}")
    if not traits:
        st.caption("Nobody is in it, or little is known about them.")


def _value(field: str, value: str) -> str:
    return words.country_name(value) if field == "country" else value


def _uses(actor: Actor, row: SegmentRow) -> None:
    st.subheader("Used by", anchor=False)
    found = segments.uses(actor, row.id)
    for use in found:
        page, label = PLACES.get(use.kind, "segments"), f"{words.sentence(use.kind)} “{words.md(use.name)}”"
        if use.kind == "saved list":
            navigation.link(page, label, view=use.id)
        else:
            navigation.link(page, label, id=use.id)
    if not found:
        st.caption("Nothing depends on it yet.")
