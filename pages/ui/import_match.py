"""Imports, step 2: which column fills which field, and what happens with records that exist already."""

import streamlit as st

from crm_core.data import imports
from crm_core.data.import_types import ImportDetail, ImportEntry
from crm_core.data.mapping import Guess
from crm_core.kernel.access import Permission
from crm_core.team import users
from pages.ui import import_fields, import_options, import_state, words
from pages.ui.fragments import secured
from pages.ui.guard import guard
from pages.ui.session import me

AT_ONCE = 50
SHOWN_LETTERS = 28
REMEMBERED = "This is how the layout was mapped before."


@secured(Permission.IMPORTS_RUN)
def draw(import_id: int) -> None:
    """The columns, the options, and the way on. Every choice is stored at once."""
    detail = imports.get(me(), import_id)
    guesses = imports.guesses(me(), import_id)
    earlier = imports.earlier(me(), import_id)
    if earlier:
        st.info(_known(earlier[0]), icon=":material/content_copy:")
    with st.container(border=True, gap="small"):
        _heading(detail, guesses)
        for position, guess in _page(guesses):
            _row(detail, guess, position)
        import_fields.ask_for_new_field(detail)
    import_options.draw(detail)
    _next(detail)


def _known(entry: ImportEntry) -> str:
    """The very same file came before: when, by whom, and what another time would do."""
    names = dict(users.choices(me()))
    who = "You" if entry.owner_id == me().id else names.get(entry.owner_id or 0, "Somebody")
    counts = {"created": entry.created_count, "updated": entry.updated_count, "skipped": 0, "rejected": 0}
    came = import_state.numbers(counts) or "nothing changed"
    day = words.when(entry.finished_at or entry.created_at)
    return (
        f"{words.md(who)} imported this very file on {day}: {came}. "
        "What is here with the same values changes nothing; the check counts what would."
    )


def _heading(detail: ImportDetail, guesses: list[Guess]) -> None:
    used = sum(bool(detail.mapping.get(column)) for column in detail.columns)
    st.markdown(f"**Columns** :gray[{used} of {len(detail.columns)} will be imported]")
    if any(guess.reason == REMEMBERED for guess in guesses):
        st.caption(":material/history: Matched as in your last file of this layout.")
    if detail.unmapped:
        shown = ", ".join(map(words.md, detail.unmapped[:12]))
        more = f" and {len(detail.unmapped) - 12} more" if len(detail.unmapped) > 12 else ""
        st.caption(f"Left out: {shown}{more}")


def _page(guesses: list[Guess]) -> list[tuple[int, Guess]]:
    numbered = list(enumerate(guesses))
    if len(numbered) <= AT_ONCE:
        return numbered
    pages = -(-len(numbered) // AT_ONCE)
    number = st.pagination(pages, key="imports.columns") if hasattr(st, "pagination") else 1
    return numbered[(number - 1) * AT_ONCE : number * AT_ONCE]


def _row(detail: ImportDetail, guess: Guess, position: int) -> None:
    field = detail.mapping.get(guess.column)
    with st.container(key=f"column-{position}", gap=None):
        name, samples, target = st.columns([4, 4, 4], vertical_alignment="center")
        with name.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.markdown(f"**{words.md(guess.column)}**", width="content")
            _why(guess, field)
        cells = " · ".join(words.md(cell[:SHOWN_LETTERS]) for cell in guess.samples)
        samples.markdown(f":small[:gray[{cells or 'empty'}]]")
        with target:
            import_fields.choose(detail, guess.column, field, position)


def _why(guess: Guess, field: str | None) -> None:
    if field != guess.field:
        st.badge(
            "chosen by you", icon=":material/person:", color="blue", help="You or somebody else chose this."
        )
    elif field is None:
        st.badge("left out", color="gray", help=words.md(guess.reason))
    elif guess.confidence >= 0.9:
        st.badge("sure", icon=":material/check:", color="green", help=words.md(guess.reason))
    else:
        st.badge("please look", icon=":material/visibility:", color="orange", help=words.md(guess.reason))


def _next(detail: ImportDetail) -> None:
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="right"):
        st.caption("Nothing is stored by the check: you see each row’s outcome first.", width="content")
        if st.button("Discard", key="discard-import", type="tertiary", help="Throw this file away."):
            with guard(done="The file was thrown away; nothing of it was stored.", rerun=True):
                imports.discard(me(), detail.id)
                st.query_params.clear()
        if st.button("Check the file", key="check-import", type="primary", icon=":material/fact_check:"):
            with guard(rerun=True):
                imports.check(me(), detail.id)
