"""Which pair is open and which are listed (the address says it), and the way back from what was just done."""

from collections.abc import Sequence
from typing import Final, NoReturn

import streamlit as st

from crm_core.data import duplicates, merging
from crm_core.data.quality_checks import PEOPLE
from pages.ui import words
from pages.ui.guard import flash, guard
from pages.ui.session import me

RECORDS: Final = {
    "contacts": "Contacts", "accounts": "Companies", "deals": "Deals", "orders": "Orders",
    "products": "Products",
}  # fmt: skip
ONE: Final = {
    "contacts": ("contact", "contacts"), "accounts": ("company", "companies"), "deals": ("deal", "deals"),
    "orders": ("order", "orders"), "products": ("product", "products"),
}  # fmt: skip
VERDICTS: Final = {"": "All", "sure": "Sure", "maybe": "Maybe"}
COLORS: Final = {"sure": "green", "maybe": "orange"}
MERGED, DISMISSED = "merged", "dismissed"
_UNDO: Final = "quality.undo"


def record() -> str:
    """The kind of record that is looked at."""
    found = st.query_params.get("of", "")
    return found if found in RECORDS else "contacts"


def person() -> str:
    """The same where only contacts and companies are: they alone can be the same twice."""
    return record() if record() in PEOPLE else "contacts"


def verdict() -> str:
    """Which pairs are listed: ``sure``, ``maybe``, or all."""
    found = st.query_params.get("show", "")
    return found if found in VERDICTS else ""


def opened() -> int | None:
    """The number of the pair that the address names."""
    text = st.query_params.get("pair", "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 19 else None


def show(pair_id: int | None) -> NoReturn:
    """Open a pair; without one, go back to the list."""
    if pair_id is None:
        st.query_params.pop("pair", None)
    else:
        st.query_params["pair"] = str(pair_id)
    st.rerun()


def choose_record(chosen: str, known: Sequence[str] = tuple(RECORDS)) -> None:
    """The kind of record, of those that are known here."""
    picked = st.segmented_control(
        "Records",
        list(known),
        default=chosen,
        required=True,
        format_func=RECORDS.__getitem__,
        key="quality-of",
        label_visibility="collapsed",
    )
    if picked and picked != chosen:
        tab = st.query_params.get("tab")
        st.query_params.clear()
        st.query_params["of"] = picked
        if tab:
            st.query_params["tab"] = tab
        st.rerun()


def choose_verdict(counts: dict[str, int]) -> None:
    """All, the sure or the maybe ones, each with its number."""
    numbers = {"": sum(counts.values()), **counts}
    picked = st.segmented_control(
        "Pairs",
        list(VERDICTS),
        default=verdict(),
        required=True,
        format_func=lambda one: f"{VERDICTS[one]} {words.number(numbers.get(one, 0))}",
        key=f"quality-show-{record()}",
        label_visibility="collapsed",
    )
    if picked is not None and picked != verdict():
        st.query_params["show"] = picked
        st.rerun()


def probability(share: float) -> str:
    """How likely two are the same: never quite certain."""
    return f"{min(share, 0.999):.1%}"


def remember(kind: str, act: str, key: int, sentence: str) -> None:
    """Keep what was just done, so that it can be taken back."""
    st.session_state[_UNDO] = (kind, act, key, sentence)


def forget() -> None:
    """Offer no way back any more: something else was begun."""
    st.session_state.pop(_UNDO, None)


def undo_bar(kind: str) -> None:
    """What was just done, with the way back."""
    done: tuple[str, str, int, str] | None = st.session_state.get(_UNDO)
    if done is None or done[0] != kind:
        return
    _, act, key, sentence = done
    with st.container(border=True, horizontal=True, vertical_alignment="center", key="quality-undo"):
        st.markdown(f":material/check: {words.md(sentence)}", width="stretch")
        label = "Part them again" if act == MERGED else "Take it back"
        if st.button(label, key="undo-quality", icon=":material/undo:"):
            with guard(rerun=True):
                _take_back(kind, act, key)
        if st.button("", key="forget-quality", icon=":material/close:", type="tertiary", help="Close"):
            forget()
            st.rerun()


def part(kind: str, merge_id: int) -> None:
    """Part two merged records, and say what came of it."""
    parted = merging.unmerge(me(), merge_id)
    stays = words.joined([words.label(name, kind).lower() for name in parted.kept_fields])
    kept = f" Changed since the merge, so it stays as it is: {stays}." if stays else ""
    flash(f"They are two {ONE[kind][1]} again.{kept}")
    done = st.session_state.get(_UNDO)
    if done is not None and done[1:3] == (MERGED, merge_id):
        forget()


def _take_back(kind: str, act: str, key: int) -> None:
    if act == MERGED:
        part(kind, key)
        return
    duplicates.reopen(me(), key)
    flash("The pair is open again.")
    forget()
