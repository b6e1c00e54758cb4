"""All imports that one may see, the latest first."""

import streamlit as st

from crm_core.data import imports
from crm_core.data.import_types import ImportEntry
from crm_core.kernel.access import Permission
from crm_core.kernel.paging import Paging
from crm_core.team import users
from pages.ui import import_state, words
from pages.ui.fragments import secured
from pages.ui.session import me

SIZE = 10


def draw() -> None:
    """The list; it is drawn anew by itself while something is under way."""
    number = st.session_state.get("imports.history", 1)
    page = imports.search(me(), Paging(number, SIZE))
    if any(entry.state in import_state.MOVING for entry in page):
        _moving(number)
    else:
        _list(number)
    if page.pages > 1:
        st.pagination(page.pages, key="imports.history")


@secured(Permission.IMPORTS_RUN, run_every=2)
def _moving(number: int) -> None:
    _list(number)


def _list(number: int) -> None:
    page = imports.search(me(), Paging(number, SIZE))
    if not page.items:
        with st.container(border=True):
            st.markdown("**No imports yet**")
            st.caption(
                "Export your contacts from the program you use now, and drop the file above. "
                "If you want to try first, take the sample file."
            )
        return
    st.subheader("Earlier imports", anchor=False)
    names = dict(users.choices(me()))
    for entry in page:
        _row(entry, names)


def _row(entry: ImportEntry, names: dict[int, str]) -> None:
    with st.container(border=True, key=f"import-{entry.id}"):
        what, numbers, open_it = st.columns([5, 5, 2], vertical_alignment="center")
        who = names.get(entry.owner_id or 0, "") or ("Command line" if entry.owner_id is None else "")
        kind = import_state.KINDS.get(entry.kind, entry.kind)
        below = " · ".join(filter(None, (kind, words.md(who), words.when(entry.created_at))))
        what.markdown(f"**{words.md(entry.file_name)}**  \n:small[:gray[{below}]]")
        with numbers.container(horizontal=True, vertical_alignment="center"):
            import_state.badge(entry.state)
            st.markdown(f":small[{_numbers(entry)}]", width="content")
        with open_it.container(horizontal=True, horizontal_alignment="right"):
            label = "Go on" if entry.state in ("draft", "checked", "stopped", "failed") else "Open"
            if st.button(label, key=f"open-import-{entry.id}"):
                import_state.show(entry.id)


def _numbers(entry: ImportEntry) -> str:
    if entry.state == "draft":
        return f"about {words.count(entry.rows_total, 'row')}" if entry.rows_total else ""
    if entry.state in import_state.MOVING:
        return f"{words.number(entry.rows_done)} of about {words.number(entry.rows_total)} rows"
    counts = {"created": entry.created_count, "updated": entry.updated_count}
    return import_state.numbers(counts | {"skipped": entry.skipped_count, "rejected": entry.rejected_count})
