"""Data quality: pairs that somebody said are two, and the way to look at them again."""

import streamlit as st

from crm_core.data import duplicates
from crm_core.data.duplicates import Dismissed
from crm_core.kernel.paging import Paging
from pages.ui import quality_state, words
from pages.ui.guard import flash, guard
from pages.ui.session import me

SIZE = 5


def draw(record: str) -> None:
    """The pairs, the latest first; nothing where there are none."""
    key = f"quality-dismissed-{record}"
    page = duplicates.dismissed(me(), record, Paging(st.session_state.get(key, 1), SIZE))
    if not page.items:
        return
    st.subheader("Not the same", anchor=False)
    st.caption("Somebody looked at these and said that they are two. No search asks again.")
    for pair in page:
        _row(record, pair)
    if page.pages > 1:
        st.pagination(page.pages, key=key)


def _row(record: str, pair: Dismissed) -> None:
    with st.container(border=True, horizontal=True, vertical_alignment="center", key=f"dismissed-{pair.id}"):
        names = words.joined([f"**{words.md(name)}**" for name in (pair.left_name, pair.right_name)])
        by = words.md(pair.by or "Command line")
        likely = f"{quality_state.probability(pair.probability)} likely"
        st.markdown(
            f"{names}  \n:small[:gray[{by} · {words.when(pair.decided_at)} · {likely}]]", width="stretch"
        )
        if st.button("Look again", key=f"look-again-{pair.id}", icon=":material/replay:"):
            with guard(rerun=True):
                _reopen(record, pair)


def _reopen(record: str, pair: Dismissed) -> None:
    duplicates.reopen(me(), pair.id)
    quality_state.forget()
    nouns = quality_state.ONE[record][1]
    flash(f"{pair.left_name} and {pair.right_name} are among the {nouns} to review again.")
