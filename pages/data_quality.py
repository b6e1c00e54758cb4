"""Data quality: records that may be the same, found, reviewed side by side, merged, and parted again."""

import streamlit as st

from crm_core.data import duplicate_runs
from crm_core.kernel.access import Permission
from pages.ui import quality_history, quality_list, quality_review, quality_run, quality_state
from pages.ui.session import me, require


def overview(record: str) -> None:
    """The search, the pairs that are left to review, and what was merged."""
    st.header("Data quality", anchor=False)
    quality_state.choose_record(record)
    quality_state.undo_bar(record)
    run = duplicate_runs.under_way(me(), record)
    if run is not None:
        quality_run.watch(run.id)
    else:
        quality_run.last(record)
        quality_list.draw(record)
    quality_history.draw(record, is_busy=run is not None)


require(Permission.DUPLICATES_MERGE)
opened = quality_state.opened()
if opened is None:
    overview(quality_state.record())
else:
    quality_review.draw(quality_state.record(), opened)
