"""Imports, step 4: what came of it, and the way back."""

from typing import Final

import streamlit as st

from crm_core.data import imports
from crm_core.data.import_types import ImportDetail
from pages.ui import import_outcome, import_rows, import_state, navigation, words
from pages.ui.dialogs import confirm
from pages.ui.guard import guard
from pages.ui.session import me

# The pages that list what one import has brought.
_LISTS: Final = {"contacts": "contacts"}


def draw(detail: ImportDetail) -> None:
    """The numbers as they are stored, counted after the fact, and what can be done now."""
    if detail.state == "undone":
        _undone(detail)
        return
    _said(detail)
    import_outcome.draw(detail, is_over=True)
    import_state.refused_file(detail)
    made = import_outcome.made_with(detail)
    if made:
        st.markdown(f":material/add_circle: Added with them: {made}.")
    if unknown := detail.summary.get("parents_unknown", 0):
        told = "company names a parent" if unknown == 1 else "companies name a parent"
        st.markdown(f":material/account_tree: {words.number(unknown)} {told} that is not known here.")
    _acts(detail)


def _said(detail: ImportDetail) -> None:
    if detail.state == "done":
        seconds = max(round(detail.seconds), 1)
        done = f"Done: {words.count(detail.rows_done, 'row')} in {words.count(seconds, 'second')}."
        if not detail.counts["created"] and not detail.counts["updated"]:
            done += " Nothing changed: every row is here already, was left out or refused."
        st.success(done, icon=":material/check_circle:")
    else:
        st.warning(
            words.md(detail.message or "This import has not come to its end."), icon=":material/pause_circle:"
        )
        for row in detail.summary.get("differs", ())[:20]:
            st.markdown(f":small[Line {row['line']}: was to be “{row['was']}”, is now “{row['now']}”.]")


def _acts(detail: ImportDetail) -> None:
    created = detail.counts["created"]
    with st.container(horizontal=True, vertical_alignment="center", key="result-acts"):
        if created and detail.kind in _LISTS:
            nouns = [f"new {noun}" for noun in import_state.ONE[detail.kind]]
            label = f"See the {words.count(created, *nouns)}"
            navigation.link(_LISTS[detail.kind], label, icon=":material/list:", imported=detail.id)
        if detail.state in ("stopped", "failed"):
            differs = bool(detail.summary.get("differs"))
            if differs and not detail.rows_done and st.button("Check again", key="check-again"):
                with guard(rerun=True):
                    imports.check(me(), detail.id)
            if st.button("Go on anyway" if differs else "Go on", key="resume-import", type="primary"):
                with guard(rerun=True):
                    imports.resume(me(), detail.id, anyway=differs)
        if detail.rows_done and st.button("Undo this import", key="undo-import", icon=":material/undo:"):
            _ask_to_undo(detail)
        if st.button("Import another file", key="another-import", icon=":material/upload_file:"):
            import_state.close()


def _ask_to_undo(detail: ImportDetail) -> None:
    counts = detail.counts
    nouns = import_state.ONE[detail.kind]
    parts = [f"{words.count(counts['created'], *nouns)} will be removed"] if counts["created"] else []
    parts += (
        [f"{words.count(counts['updated'], *nouns)} will get the old values back"]
        if counts["updated"]
        else []
    )
    confirm(
        f"Undo the import of {detail.file_name}?",
        f"{words.joined(parts) or 'Nothing was stored, so nothing changes'}. Records that somebody changed "
        "or used since stay as they are, and you get a list of them.",
        "Undo the import", lambda: imports.undo(me(), detail.id), done="The import is being taken back.",
    )  # fmt: skip


def _undone(detail: ImportDetail) -> None:
    removed, restored, kept = (
        detail.summary.get(f"undo_{name}", 0) for name in ("removed", "restored", "kept")
    )
    done = [f"{words.count(removed, 'record')} removed"] if removed else []
    done += [f"{words.count(restored, 'record')} set back to before"] if restored else []
    st.success(
        "Undone: " + words.joined(done or ["nothing was stored"]) + ".",
        icon=":material/undo:",
    )
    if kept:
        st.markdown(f"**{words.count(kept, 'record')} stayed**, because somebody changed or used them since:")
        import_rows.draw(detail, "kept")
    if st.button("Import another file", key="another-import", icon=":material/upload_file:"):
        import_state.close()
