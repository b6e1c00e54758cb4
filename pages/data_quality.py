"""Data quality: what is missing or wrong, mended; records that may be the same, merged and parted."""

import streamlit as st

from crm_core.data import duplicate_runs
from crm_core.data.quality_checks import PEOPLE
from crm_core.kernel.access import Actor, Permission
from pages.ui import (
    quality_fixes,
    quality_history,
    quality_list,
    quality_point_state,
    quality_review,
    quality_run,
    quality_state,
    quality_work,
)
from pages.ui.session import me, require

STYLE = """<style>
[class*="st-key-point-"] { padding: .6rem .9rem .7rem; }
[class*="st-key-point-"] [data-testid="stProgress"] { margin-top: -1.1rem; }
[class*="st-key-point-"] [data-testid="stMarkdownContainer"] { overflow-wrap: anywhere; }
@media (max-width: 640px) {
  .st-key-quality-score [data-testid="stVegaLiteChart"] { display: flex; justify-content: center; }
}
</style>"""


def duplicates(record: str) -> None:
    """The search, the pairs that are left to review, and what was merged."""
    quality_state.undo_bar(record)
    run = duplicate_runs.under_way(me(), record)
    if run is not None:
        quality_run.watch(run.id)
    else:
        quality_run.last(record)
        quality_list.draw(record)
    quality_history.draw(record, is_busy=run is not None)


def overview(actor: Actor, record: str) -> None:
    """The two sides of data quality, of contacts or companies."""
    st.header("Data quality", anchor=False)
    is_of_pairs = quality_point_state.side(actor) == quality_point_state.DUPLICATES
    record = quality_state.person() if is_of_pairs else record
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        quality_point_state.choose_side(actor)
        quality_state.choose_record(record, PEOPLE if is_of_pairs else tuple(quality_state.RECORDS))
    if is_of_pairs:
        duplicates(record)
    elif quality_point_state.point():
        quality_fixes.draw(actor, record, quality_point_state.point())
    else:
        quality_work.draw(actor, record)


user = require(Permission.CONTACTS_EDIT)
st.html(STYLE)
opened = quality_state.opened() if user.may(Permission.DUPLICATES_MERGE) else None
if opened is None:
    overview(user, quality_state.record())
else:
    st.query_params["tab"] = quality_point_state.DUPLICATES
    quality_review.draw(quality_state.person(), opened)
