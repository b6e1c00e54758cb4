"""What is planned with a customer or for a deal: finish it, put it off, plan the next step."""

from typing import Any

import streamlit as st

from crm_core.activity import task_lists
from crm_core.activity.task_types import TaskQuery
from crm_core.kernel.access import Actor, Permission
from crm_core.kernel.paging import Paging
from pages.ui import navigation, task_dialogs, task_row, task_words, words
from pages.ui.task_row import STYLE
from pages.ui.task_state import open_dialog, undo_bar

SHOWN = 6


def draw(
    actor: Actor,
    *,
    contact_id: int | None = None,
    account_id: int | None = None,
    deal_id: int | None = None,
    name: str = "",
) -> None:
    """The open tasks of one contact, company or deal, and buttons for new ones."""
    if not actor.may(Permission.TASKS_READ):
        return
    st.html(STYLE)
    undo_bar()
    query = TaskQuery(
        contact_id=contact_id, account_id=account_id, deal_id=deal_id, paging=Paging(size=SHOWN)
    )
    page = task_lists.search(actor, query)
    with st.container(border=True, gap="xxsmall", key="customer-tasks"):
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.markdown("**Next steps**" if page.total else "**No next step**", width="stretch")
            if actor.may(Permission.TASKS_EDIT):
                _new(_about(contact_id, account_id, deal_id, name))
        for row in page:
            is_whole = account_id is not None and row.contact_id is not None
            task_row.draw(
                actor, row, place="customer", with_owner=row.owner_id != actor.id, with_about=is_whole
            )
        if page.total > len(page):
            more = f"{words.number(page.total - len(page))} more"
            navigation.link("tasks", more, icon=":material/more_horiz:", part="All tasks", q=name)
    task_dialogs.draw()


def _about(contact_id: int | None, account_id: int | None, deal_id: int | None, name: str) -> dict[str, Any]:
    if deal_id is not None:
        return {"deal_id": deal_id}
    return {"contact_id": contact_id, "contact_name": name} if contact_id else {"account_id": account_id}


def _new(about: dict[str, Any]) -> None:
    for kind in ("todo", "call", "meeting"):
        icon = f":material/{task_words.ICONS[kind]}:"
        if st.button(
            f"Plan a {task_words.KINDS[kind].lower()}", key=f"plan-{kind}", icon=icon, type="tertiary"
        ):
            open_dialog("add", kind=kind, due_on=words.today(), **about)
            st.rerun()
