"""Several files at once: what each holds, in which order they come in, and how far they are."""

from collections.abc import Sequence

import streamlit as st

from crm_core.data import import_queues, imports, rereading
from crm_core.data.import_queues import QueuedFile
from crm_core.data.layouts import Options
from crm_core.kernel.access import Permission
from pages.ui import import_state, words
from pages.ui.fragments import secured
from pages.ui.guard import guard
from pages.ui.session import me


def draw(import_ids: Sequence[int]) -> None:
    """The files in their order, and the ways on."""
    files = import_queues.files(me(), import_ids)
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        st.header(words.count(len(files), "file"), anchor=False)
        if st.button("All imports", key="close-import", icon=":material/arrow_back:", type="tertiary"):
            import_state.close()
    if not files:
        st.info("These imports are no longer here, or not yours to see.", icon=":material/info:")
        return
    st.caption(
        "They come in one after the other, so that each finds the records it names. "
        "If one does not come to its end, those that need it wait for you."
    )
    if any(one.state in import_state.MOVING for one in files):
        _moving([one.id for one in files])
    else:
        _list(files)
        _acts(files)


@secured(Permission.IMPORTS_RUN, run_every=1)
def _moving(import_ids: list[int]) -> None:
    """The list while a worker is at it, anew every second."""
    files = import_queues.files(me(), import_ids)
    _list(files, is_moving=True)
    if not any(one.state in import_state.MOVING for one in files):
        st.rerun(scope="app")


def _list(files: Sequence[QueuedFile], *, is_moving: bool = False) -> None:
    for place, one in enumerate(files):
        with st.container(border=True, key=f"queued-{one.id}"):
            what, kind, acts = st.columns([5, 3, 3], vertical_alignment="center")
            with what:
                st.markdown(f"**{place + 1}. {words.md(one.file_name)}**  \n:small[:gray[{_line(one)}]]")
                import_state.badge(one.state)
            with kind:
                _kind(one, is_fixed=is_moving or one.state not in imports.OPEN)
            with acts.container(horizontal=True, horizontal_alignment="right"):
                if not is_moving and any(file.state in import_queues.WAITING for file in files):
                    _move(files, place)
                if st.button("Open", key=f"open-queued-{one.id}", help="Look at its columns and rows."):
                    import_state.show(one.id, queue=tuple(file.id for file in files))
            _said(one)


def _line(one: QueuedFile) -> str:
    if one.state in ("running", "checking"):
        return f"{words.number(one.rows_done)} of about {words.count(one.rows_total, 'row')}"
    if one.state in ("draft", "queued"):
        matched = f"{one.mapped} of {words.count(one.columns, 'column')} matched"
        return f"about {words.count(one.rows_total, 'row')} · {matched}"
    return import_state.numbers(one.counts) or "nothing changes"


def _kind(one: QueuedFile, *, is_fixed: bool) -> None:
    known = list(import_state.KINDS)
    if is_fixed or one.kind not in known:
        st.markdown(import_state.KINDS.get(one.kind, one.kind))
        return
    chosen = st.selectbox(
        f"{words.md(one.file_name)} holds", known, index=known.index(one.kind),
        key=f"holds-{one.id}-{one.kind}",
        format_func=import_state.KINDS.__getitem__, label_visibility="collapsed",
    )  # fmt: skip
    if chosen != one.kind:
        with guard(rerun=True):
            rereading.read_again(me(), one.id, chosen, Options())


def _move(files: Sequence[QueuedFile], place: int) -> None:
    """One place up or down; the address keeps the order."""
    ids = [one.id for one in files]
    for step, icon, name in ((-1, "arrow_upward", "Earlier"), (1, "arrow_downward", "Later")):
        other = place + step
        is_end = not 0 <= other < len(ids)
        key = f"move-{ids[place]}-{step}"
        if st.button("", key=key, icon=f":material/{icon}:", help=name, type="tertiary", disabled=is_end):
            ids[place], ids[other] = ids[other], ids[place]
            import_state.show_queue(ids)


def _said(one: QueuedFile) -> None:
    """Why the file stands where it stands, and what keeps it from coming in."""
    noun = import_state.KINDS.get(one.kind, one.kind)
    if one.message:
        st.warning(words.md(one.message), icon=":material/info:")
    elif one.too_early:
        names = words.joined([f"“{words.md(name)}”" for name in one.too_early])
        st.warning(f"{noun} name records of {names}, so that should come first.", icon=":material/swap_vert:")
    elif one.needs and one.state in import_queues.WAITING:
        names = words.joined([f"“{words.md(name)}”" for name in one.needs])
        st.caption(f"Comes after {names}: {noun.lower()} name its records.")


def _acts(files: Sequence[QueuedFile]) -> None:
    ids = [one.id for one in files]
    open_files = [one for one in files if one.state in import_queues.WAITING]
    if not open_files:
        st.success("Everything is in. Each import can be undone by itself.", icon=":material/check_circle:")
        return
    with st.container(horizontal=True, horizontal_alignment="right", key="queue-acts"):
        proposed = import_queues.in_order(me(), ids)
        if proposed != ids and st.button("Order them for me", key="order-queue", icon=":material/swap_vert:"):
            import_state.show_queue(proposed)
        if st.button("Check all", key="check-queue", icon=":material/fact_check:"):
            with guard(rerun=True):
                import_queues.check(me(), ids)
        label = f"Import {words.count(len(open_files), 'file')}"
        if st.button(label, key="run-queue", type="primary", icon=":material/upload:"):
            with guard(rerun=True):
                import_queues.run(me(), ids)
