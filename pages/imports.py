"""Imports: bring a file in, see what will happen, let it happen, take it back."""

import streamlit as st

from crm_core.data import imports, rereading
from crm_core.data.import_types import ImportDetail
from crm_core.kernel.access import Permission
from pages.ui import (
    import_check,
    import_history,
    import_layout,
    import_match,
    import_progress,
    import_queue,
    import_result,
    import_state,
    import_upload,
    words,
)
from pages.ui.session import me, require

STEPS = ("Upload", "Match", "Check", "Import")


def start() -> None:
    """No import is open: bring a file, or look at earlier ones."""
    st.header("Imports", anchor=False)
    import_upload.draw()
    import_history.draw()


def wizard(import_id: int) -> None:
    """One import, at the step where it stands."""
    detail = imports.get(me(), import_id)
    # A run that would not come out as promised stores nothing, and shows which rows differ.
    differs = detail.state == "stopped" and bool(detail.summary.get("differs"))
    has_begun = differs or rereading.has_begun(me(), import_id)
    head(detail, import_state.step(detail, has_begun=has_begun))
    if detail.state in import_state.MOVING:
        import_progress.draw(import_id, detail.state)
    elif has_begun:
        import_result.draw(detail)
    elif detail.state == "checked":
        import_check.draw(detail)
    else:
        if detail.message:
            st.warning(words.md(detail.message), icon=":material/info:")
        import_layout.draw(detail)
        import_match.draw(import_id)


def head(detail: ImportDetail, step: int) -> None:
    """The name of the file, and how far it has come."""
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        st.header(words.md(detail.file_name), anchor=False)
        queue = import_state.queue()
        label = words.count(len(queue), "file") if queue else "All imports"
        if st.button(label, key="close-import", icon=":material/arrow_back:", type="tertiary"):
            import_state.show_queue(queue) if queue else import_state.close()
    parts = [
        f"**:primary[{number} {name}]**" if number == step else f":gray[{number} {name}]"
        for number, name in enumerate(STEPS, start=1)
    ]
    st.markdown(" :gray[:material/chevron_right:] ".join(parts))


require(Permission.IMPORTS_RUN)
opened, queued = import_state.opened(), import_state.queue()
if opened is None and queued:
    import_queue.draw(queued)
elif opened is None:
    start()
else:
    wizard(opened)
