"""Imports, step 3: what will happen, before anything happens."""

import streamlit as st

from crm_core.data import imports, repairing
from crm_core.data.import_types import ImportDetail
from pages.ui import import_outcome, import_state, import_words, words
from pages.ui.guard import guard
from pages.ui.session import me


def draw(detail: ImportDetail) -> None:
    """The five numbers, what else will be made, and the ways on and back."""
    import_outcome.draw(detail, is_over=False)
    _besides(detail)
    import_words.draw(detail)
    import_state.refused_file(detail)
    count = detail.counts["created"] + detail.counts["updated"]
    with st.container(horizontal=True, horizontal_alignment="right", key="check-acts"):
        if st.button("Cancel", key="cancel-import", type="tertiary", help="Leave it; nothing is stored."):
            import_state.close()
        if st.button("Back", key="back-to-match", icon=":material/arrow_back:"):
            with guard(rerun=True):
                imports.plan(me(), detail.id)
        label = f"Import {words.count(count, *import_state.ONE[detail.kind])}"
        waiting = repairing.progress(me(), detail.id).waiting
        is_off = not count or bool(waiting)
        if st.button(label, key="run-import", type="primary", icon=":material/upload:", disabled=is_off):
            with guard(rerun=True):
                imports.run(me(), detail.id)
    if waiting:
        st.caption("You repaired rows since this check. Check again to see what they come to.")
    elif not count:
        more = " or is refused" if detail.counts["rejected"] else ""
        st.caption(f"Nothing would change: every row is here already{more}.")


def _besides(detail: ImportDetail) -> None:
    """What the import makes beside its rows, and what it was sure or not so sure of."""
    made = import_outcome.made_with(detail)
    if made:
        st.markdown(f":material/add_circle: {made} will be added with them.")
    for sentence in detail.summary.get("assumptions", ()):
        st.markdown(f":small[:gray[:material/calendar_month: {words.md(sentence)}]]")
    if any(
        name in detail.mapping.values() for name in ("unsubscribed", "subscription_status", "email_consent")
    ):
        st.caption("People who opted out of mail stay opted out, whatever the file says.")
