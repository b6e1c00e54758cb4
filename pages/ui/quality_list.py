"""Data quality: the pairs that are left to review, with their reasons; the sure ones merged at once."""

import streamlit as st

from crm_core.data import duplicate_runs, duplicates
from crm_core.data.duplicates import PairRow
from crm_core.kernel.paging import Paging
from pages.ui import quality_state, words
from pages.ui.dialogs import confirm
from pages.ui.session import me

SIZE = 10
ORDER = ("same", "nearly the same", "similar", "different")


def draw(record: str) -> None:
    """The pairs, page by page, after a search; what to do when there are none."""
    if duplicate_runs.latest(me(), record, "search") is None:
        return
    counts = duplicates.counts(me(), record)
    if not counts:
        nouns = quality_state.ONE[record][1]
        st.success(
            f"No pairs are left to review among your {nouns}. New ones are compared after each import, and "
            "once a day.",
            icon=":material/task_alt:",
        )
        return
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        quality_state.choose_verdict(counts)
        if counts.get("sure"):
            _merge_all(record, counts["sure"])
    verdict = quality_state.verdict()
    key = f"quality-page-{record}-{verdict}"
    page = duplicates.search(me(), record, Paging(st.session_state.get(key, 1), SIZE), verdict)
    for pair in page:
        _row(record, pair)
    if not page.items:
        st.caption("There are no such pairs.")
    if page.pages > 1:
        st.pagination(page.pages, key=key)


def sentence(reasons: dict[str, str], record: str) -> str:
    """The reasons in words: ``Phone and last name the same, first name nearly the same, city different``."""
    parts = []
    for level in ORDER:
        names = [_label(name, record) for name, found in reasons.items() if found == level]
        if names:
            parts.append(f"{words.joined(names)} {'the same' if level == 'same' else level}")
    text = ", ".join(parts)
    return text[:1].upper() + text[1:]


def _label(name: str, record: str) -> str:
    return words.label(name, record).lower()


def _row(record: str, pair: PairRow) -> None:
    with st.container(border=True, key=f"pair-{pair.id}"):
        who, likely, act = st.columns([7, 3, 2], vertical_alignment="center")
        names = words.joined([f"**{words.md(name)}**" for name in (pair.left_name, pair.right_name)])
        reasons = words.md(sentence(dict(pair.reasons), record))
        who.markdown(f"{names}  \n:small[:gray[{reasons}]]")
        with likely.container(horizontal=True, vertical_alignment="center"):
            badge(pair)
        with act.container(horizontal=True, horizontal_alignment="right"):
            if st.button("Review", key=f"review-{pair.id}"):
                quality_state.show(pair.id)


def badge(pair: PairRow) -> None:
    """What the model says, and how likely it is."""
    st.badge(quality_state.VERDICTS[pair.verdict], color=quality_state.COLORS[pair.verdict])  # type: ignore[arg-type]
    st.markdown(f":small[{quality_state.probability(pair.probability)} likely]", width="content")


def _merge_all(record: str, count: int) -> None:
    nouns = quality_state.ONE[record][1]
    pairs = words.count(count, "sure pair")
    if st.button(f"Merge all {pairs}" if count > 1 else "Merge the sure pair", key="merge-sure"):
        confirm(
            f"Merge {pairs} of {nouns}?",
            "Of each pair the fuller record stays, or the older one where both are as full. It gets the "
            "values that only the other one has, and everything that belongs to the other one: touchpoints, "
            "tags, consents. Who opted out in one stays opted out. Nothing is lost: you can part all of "
            "them at once, or each by itself, at any time.",
            f"Merge {pairs}",
            lambda: _begin_merging(record),
            done="The pairs are being merged.",
        )


def _begin_merging(record: str) -> None:
    duplicate_runs.merge_sure(me(), record)
    quality_state.forget()
