"""Which side of data quality is open and which point (the address says), and what was just mended."""

from typing import Final, NoReturn

import streamlit as st

from crm_core.data import quality_runs
from crm_core.data.quality_runs import Run
from crm_core.kernel.access import Actor, Permission
from pages.ui import words
from pages.ui.guard import flash, guard
from pages.ui.quality_state import ONE
from pages.ui.session import me

TODO, DUPLICATES = "todo", "duplicates"
SIDES: Final = {TODO: "To do", DUPLICATES: "Duplicates"}
_DONE: Final = "quality.mended"


def side(actor: Actor) -> str:
    """The side that is open: the work list, unless duplicates are asked for and may be seen."""
    asked = "pair" in st.query_params or st.query_params.get("tab") == DUPLICATES
    return DUPLICATES if asked and actor.may(Permission.DUPLICATES_MERGE) else TODO


def choose_side(actor: Actor) -> None:
    """The work list or the duplicates; nothing to choose for people who cannot merge."""
    if not actor.may(Permission.DUPLICATES_MERGE):
        return
    now = side(actor)
    picked = st.segmented_control(
        "What to look at",
        list(SIDES),
        default=now,
        required=True,
        format_func=SIDES.__getitem__,
        key="quality-side",
        label_visibility="collapsed",
    )
    if picked and picked != now:
        open_side(picked)


def open_side(picked: str) -> NoReturn:
    """Go to a side, with the same kind of record."""
    of = st.query_params.get("of")
    st.query_params.clear()
    if picked == DUPLICATES:
        st.query_params["tab"] = DUPLICATES
    if of:
        st.query_params["of"] = of
    st.rerun()


def point() -> str:
    """The check whose records are listed; empty for the whole work list."""
    return st.query_params.get("point", "")


def open_point(key: str) -> NoReturn:
    """List the records of a check; without one, go back to the work list."""
    if key:
        st.query_params["point"] = key
    else:
        st.query_params.pop("point", None)
    st.rerun()


def nouns(record: str, count: int) -> str:
    """A number of records with their noun."""
    return words.count(count, *ONE[record])


def remember(run: Run) -> None:
    """Keep what was just mended, so that it can be taken back."""
    st.session_state[_DONE] = (run.record, run.id)


def undo_bar(record: str) -> None:
    """What was just mended, with the way back."""
    kept: tuple[str, int] | None = st.session_state.get(_DONE)
    if kept is None or kept[0] != record:
        return
    run = quality_runs.get(me(), kept[1])
    if not run.is_over:
        return
    with st.container(border=True, horizontal=True, vertical_alignment="center", key="mended-undo"):
        said = f"{nouns(record, run.done)} mended." if run.done else "Nothing could be mended here."
        st.markdown(f":material/check: {said} {words.md(run.message)}", width="stretch")
        if run.done and st.button("Take it back", key="undo-repair", icon=":material/undo:"):
            with guard(rerun=True):
                take_back(run.id)
        if st.button("", key="forget-repair", icon=":material/close:", type="tertiary", help="Close"):
            st.session_state.pop(_DONE, None)
            st.rerun()


def take_back(run_id: int) -> None:
    """Give the records back what they had, and say what came of it."""
    run = quality_runs.undo(me(), run_id)
    st.session_state.pop(_DONE, None)
    if not run.is_over:
        flash("It is being taken back.")
        return
    stays = f" {nouns(run.record, run.kept)} changed since, and stay as they are." if run.kept else ""
    flash(f"{nouns(run.record, run.done)} have what they had before.{stays}")
