"""Data quality: how well records are kept, and what there is to mend, the most urgent first."""

from typing import Final

import streamlit as st

from crm_core.data import quality, quality_runs
from crm_core.data.quality import Finding, Overview
from crm_core.data.quality_mending import repair_of
from crm_core.kernel.access import Actor, Permission
from pages.ui import quality_charts, quality_point_state, quality_work_run, words
from pages.ui.guard import guard
from pages.ui.quality_state import ONE
from pages.ui.session import me

GROUPS: Final = {
    "missing": ("Missing", "blue"),
    "ownerless": ("Without an owner", "violet"),
    "invalid": ("Not valid", "orange"),
    "contradictory": ("Contradictory", "red"),
    "stale": ("Out of date", "gray"),
}


def draw(actor: Actor, record: str) -> None:
    """The score, the points, and what was mended lately."""
    seen = quality.overview(actor, record)
    run = quality_runs.under_way(actor, record)
    quality_point_state.undo_bar(record)
    if run is not None:
        quality_work_run.watch(run.id)
    if seen.counted_at is None:
        _first(record, is_busy=run is not None)
        return
    _head(actor, seen, is_busy=run is not None)
    _points(seen)
    if actor.may(Permission.CONTACTS_EDIT):
        _lately(actor, record, is_busy=run is not None)


def _first(record: str, *, is_busy: bool) -> None:
    one, many = ONE[record]
    with st.container(border=True, key="quality-begin"):
        st.markdown(f"**See what your {many} lack**")
        st.caption(
            f"Rapport looks through all {many} for what is missing, wrong, contradictory or out of date, and "
            f"gives every {one} a score from 0 to 100. It does so every night by itself."
        )
        if st.button(
            "Look now", key="count-quality", type="primary", icon=":material/search:", disabled=is_busy
        ):
            _count(record)


def _count(record: str) -> None:
    with guard(rerun=True):
        quality_runs.recount(me(), record)


def _head(actor: Actor, seen: Overview, *, is_busy: bool) -> None:
    with st.container(border=True, key="quality-score"):
        picture, said, line = st.columns([2, 4, 5], vertical_alignment="center")
    if seen.score is not None:
        with picture:
            quality_charts.ring(seen.score)
    with said.container(gap="small"):
        _said(actor, seen, is_busy=is_busy)
    if seen.score is not None:
        with line:
            quality_charts.trend(quality.trend(actor, seen.record))


def _said(actor: Actor, seen: Overview, *, is_busy: bool) -> None:
    counted = quality_point_state.nouns(seen.record, seen.records)
    if seen.score is None:
        st.markdown(
            f"**No {ONE[seen.record][1]} yet**  \n:gray[As soon as there are some, their score stands here.]"
        )
    else:
        how = quality_charts.WORDS[quality_charts.level(seen.score)]
        st.markdown(
            f"**Score {seen.score:g} of 100: {how}**  \n:gray[{counted}, as of {words.ago(seen.counted_at)}]"
        )
    if actor.may(Permission.CONTACTS_EDIT) and st.button(
        "Count again", key="count-quality", icon=":material/refresh:", disabled=is_busy
    ):
        _count(seen.record)


def _points(seen: Overview) -> None:
    if not seen.findings and not seen.pairs:
        if seen.records:
            st.success(
                f"Nothing to mend: your {ONE[seen.record][1]} lack nothing that Rapport looks for.",
                icon=":material/task_alt:",
            )
        return
    st.subheader("What to mend", anchor=False)
    st.caption("Sorted by how much it matters and how many there are.")
    if seen.pairs:
        _pairs(seen)
    for finding in seen.findings:
        _point(seen, finding)


def _pairs(seen: Overview) -> None:
    with st.container(border=True, horizontal=True, vertical_alignment="center", key="point-duplicates"):
        pairs = words.count(seen.pairs or 0, "pair")
        st.markdown(f"**{pairs} may be the same {ONE[seen.record][0]} twice**", width="stretch")
        st.badge("Duplicate", color="green")
        if st.button("Review", key="open-duplicates"):
            quality_point_state.open_side(quality_point_state.DUPLICATES)


def _point(seen: Overview, finding: Finding) -> None:
    check = finding.check
    label, color = GROUPS[check.group]
    share = finding.count / seen.records if seen.records else 0.0
    with st.container(border=True, key=f"point-{check.key}", gap="small"):
        with st.container(horizontal=True, wrap=False, vertical_alignment="center"):
            mendable = (
                " · :material/auto_fix_high: can be mended at once" if _is_mendable(check.repairs) else ""
            )
            st.markdown(f"**{check.title}**  \n:small[:{color}[{label}]:gray[{mendable}]]", width="stretch")
            st.markdown(f"**{finding.count:,}**  :small[:gray[{_percent(share)}]]", width="content")
            if st.button(
                "Open", key=f"open-{check.key}", help=f"The {ONE[seen.record][1]} that this is about"
            ):
                quality_point_state.open_point(check.key)
        st.progress(min(share, 1.0))


def _is_mendable(repairs: tuple[str, ...]) -> bool:
    return any(not repair_of(key).is_suggestion for key in repairs)


def _percent(share: float) -> str:
    return "under 1 %" if 0 < share < 0.01 else f"{share:.0%}".replace("%", " %")


def _lately(actor: Actor, record: str, *, is_busy: bool) -> None:
    runs = quality_runs.repairs(actor, record)
    if not runs:
        return
    st.subheader("Mended lately", anchor=False)
    for run in runs:
        with st.container(border=True, horizontal=True, vertical_alignment="center", key=f"mended-{run.id}"):
            by = " · ".join(filter(None, (words.md(run.by or "Command line"), words.when(run.asked_at))))
            many = quality_point_state.nouns(record, run.done)
            st.markdown(f"**{repair_of(run.repair).label}**: {many}  \n:small[:gray[{by}]]", width="stretch")
            if st.button("Take it back", key=f"undo-{run.id}", icon=":material/undo:", disabled=is_busy):
                with guard(rerun=True):
                    quality_point_state.take_back(run.id)
