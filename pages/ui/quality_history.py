"""Data quality: what was merged lately, and the way to part it again."""

import streamlit as st

from crm_core.data import duplicate_runs, merge_history
from crm_core.data.duplicate_runs import Batch
from crm_core.data.merge_history import MergeEntry
from crm_core.kernel.paging import Paging
from pages.ui import navigation, quality_dismissed, quality_state, words
from pages.ui.dialogs import confirm
from pages.ui.guard import guard
from pages.ui.session import me

SIZE = 5


def draw(record: str, *, is_busy: bool) -> None:
    """What was decided: merges with the way back, then the pairs that are two."""
    _merges(record, is_busy=is_busy)
    quality_dismissed.draw(record)


def _merges(record: str, *, is_busy: bool) -> None:
    """Merges of many with one way back, then the single ones; nothing before the first merge."""
    key = f"quality-merges-{record}"
    page = merge_history.search(me(), record, Paging(st.session_state.get(key, 1), SIZE))
    if not page.items:
        return
    st.subheader("Merged lately", anchor=False)
    for batch in duplicate_runs.batches(me(), record):
        _batch(batch, is_busy=is_busy)
    for entry in page:
        _entry(record, entry, is_busy=is_busy)
    if page.pages > 1:
        st.pagination(page.pages, key=key)


def _batch(batch: Batch, *, is_busy: bool) -> None:
    pairs = words.count(batch.merges, "pair")
    with st.container(border=True, horizontal=True, vertical_alignment="center", key=f"batch-{batch.id}"):
        by = " · ".join(filter(None, (words.md(batch.by), words.when(batch.asked_at))))
        st.markdown(f":material/layers: **{pairs} merged at once**  \n:small[:gray[{by}]]", width="stretch")
        if st.button(
            f"Part all {pairs}", key=f"part-batch-{batch.id}", icon=":material/call_split:", disabled=is_busy
        ):
            confirm(
                f"Part {pairs} again?",
                "Every record gets back what it had before the merge. What people changed since stays.",
                f"Part {pairs}",
                lambda: duplicate_runs.part(me(), batch.id),
                done="They are being parted.",
            )


def _entry(record: str, entry: MergeEntry, *, is_busy: bool) -> None:
    with st.container(border=True, horizontal=True, vertical_alignment="center", key=f"merge-{entry.id}"):
        by = " · ".join(filter(None, (words.md(entry.by or "Command line"), words.when(entry.merged_at))))
        arrow = ":material/arrow_forward:"
        st.markdown(
            f"{words.md(entry.drop_name)} {arrow} **{words.md(entry.keep_name)}**  \n:small[:gray[{by}]]",
            width="stretch",
        )
        if entry.undone_at is not None:
            st.badge("Parted again", icon=":material/call_split:", color="gray")
            return
        if record == "contacts":
            navigation.link("customer", "Open", id=entry.keep_id)
        if st.button("Part", key=f"part-{entry.id}", icon=":material/call_split:", disabled=is_busy):
            with guard(rerun=True):
                quality_state.part(record, entry.id)
