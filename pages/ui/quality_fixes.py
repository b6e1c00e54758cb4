"""Data quality: the records of one point, mended many at once after a look at what comes out."""

from collections.abc import Sequence
from typing import Final

import streamlit as st

from crm_core.data import quality, quality_runs
from crm_core.data.check_types import Check
from crm_core.data.quality import Found
from crm_core.data.quality_checks import kind_of
from crm_core.kernel.access import Actor, Permission
from crm_core.kernel.errors import CrmError
from crm_core.kernel.paging import Page, Paging
from pages.ui import (
    quality_mend,
    quality_point_state,
    quality_rows,
    quality_work_run,
    words,
)
from pages.ui.guard import flash, guard
from pages.ui.quality_state import ONE
from pages.ui.session import me

SIZE: Final = 25


def draw(actor: Actor, record: str, key: str) -> None:
    """The point that is open; the work list again when there is no such point."""
    with guard(refused=_gone):
        check = kind_of(record).check(key)
        page_key = f"quality-rows-{record}-{key}"
        page = quality.search(actor, record, key, Paging(st.session_state.get(page_key, 1), SIZE))
    _head(record, check, page)
    run = quality_runs.under_way(actor, record)
    quality_point_state.undo_bar(record)
    if run is not None:
        quality_work_run.watch(run.id)
        return
    if not page.total:
        st.success("Nothing is left to mend here.", icon=":material/task_alt:")
    else:
        mending = st.container()
        chosen = quality_rows.draw(record, check, page)
        if page.pages > 1:
            st.pagination(page.pages, key=page_key)
        if actor.may(Permission.CONTACTS_EDIT):
            with mending:
                _mend(actor, record, check, page, chosen)
    if actor.may(Permission.CONTACTS_EDIT):
        _dismissed(actor, record, check)


def _gone(error: CrmError) -> None:
    flash(error.message)
    quality_point_state.open_point("")


def _head(record: str, check: Check, page: Page[Found]) -> None:
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        total = f"{page.total:,}{'+' if page.is_capped else ''} {ONE[record][page.total != 1]}"
        st.markdown(f"#### {check.title}  \n:gray[{total}]", width="stretch")
        if st.button("All points", key="close-point", icon=":material/arrow_back:", type="tertiary"):
            quality_point_state.open_point("")


def _mend(actor: Actor, record: str, check: Check, page: Page[Found], chosen: Sequence[int]) -> None:
    fitting = [one for one in quality_runs.possible(record, check.key) if actor.may(one.permission)]
    with st.container(border=True, key="mend-card"):
        ticked = "the ticked one" if len(chosen) == 1 else f"the {len(chosen)} ticked"
        whom = ticked if chosen else f"all {page.total:,}{'+' if page.is_capped else ''}"
        if fitting:
            only = f": {quality_mend.small(fitting[0].label)}" if len(fitting) == 1 else ""
            st.markdown(f"**Mend {whom}**{only}  \n:small[:gray[Tick rows below to mend only some.]]")
            quality_mend.draw(actor, record, check, fitting, chosen)
        else:
            st.markdown(
                "**This cannot be mended from here**  \n:small[:gray[Open the records and complete them, or "
                "tick those that are right as they are.]]"
            )
        if chosen:
            _offer_to_dismiss(record, check, chosen)
        elif fitting:
            st.caption("Some are right as they are? Tick them to say so: they are not listed again.")


def _offer_to_dismiss(record: str, check: Check, chosen: Sequence[int]) -> None:
    right = "This is right" if len(chosen) == 1 else f"These {len(chosen)} are right"
    if st.button(right, key="dismiss-rows", icon=":material/verified:", help="They are not listed again."):
        with guard(rerun=True):
            count = quality.dismiss(me(), record, check.key, chosen)
            flash(f"{quality_point_state.nouns(record, count)} will not be listed here again.")


def _dismissed(actor: Actor, record: str, check: Check) -> None:
    page = quality.dismissed(actor, record, check.key, Paging(1, 50))
    if not page.total:
        return
    with st.expander(f"{page.total:,} said to be right"):
        for row in page:
            with st.container(horizontal=True, vertical_alignment="center", key=f"right-{row.id}"):
                st.markdown(words.md(row.name), width="stretch")
                if st.button("List again", key=f"reopen-{row.id}", type="tertiary"):
                    with guard(rerun=True):
                        quality.reopen(me(), record, check.key, [row.id])
