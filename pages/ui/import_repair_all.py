"""One repair for all rows that were refused for the same reason."""

import streamlit as st

from crm_core.data import repairing
from crm_core.data.import_types import ImportDetail
from crm_core.data.refusals import Reason
from pages.ui import words
from pages.ui.guard import guard
from pages.ui.session import me


def draw(detail: ImportDetail, reason: Reason | None, count: int) -> None:
    """Write one value into a column of all these rows, or leave them all out."""
    rows = words.count(count, "row")
    key = f"repair-all-{detail.id}-{reason.key if reason else ''}"
    with st.popover(f"All {rows}" if count > 1 else "This row", icon=":material/done_all:", key="repair-all"):
        names = list(detail.columns)
        usual = names.index(reason.column) if reason and reason.column in names else 0
        column = st.selectbox("Column", names, index=usual, key=f"{key}-column") or names[0]
        value = st.text_input(
            "Value", key=f"{key}-value", max_chars=500, placeholder="Leave empty to clear the cells"
        )
        with st.container(horizontal=True):
            if st.button(f"Write into {rows}", key=f"{key}-write", type="primary"):
                with guard(done=f"“{column}” was changed in {rows}.", rerun=True):
                    repairing.mend_all(me(), detail.id, reason.key if reason else "", column, value)
            if st.button(f"Leave out {rows}", key=f"{key}-drop"):
                with guard(done=f"{rows} will be left out.", rerun=True):
                    repairing.drop_all(me(), detail.id, reason.key if reason else "")
