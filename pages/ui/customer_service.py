"""Cases and opinions of a customer, on the customer's page, with the quick ways to begin something."""

import streamlit as st

from crm_core.kernel.access import Permission
from crm_core.kernel.work import Clock
from crm_core.people.types import ContactDetail
from crm_core.service import case_lists, feedback, rules
from crm_core.service.case_types import CaseRow
from pages.ui import case_dialogs, case_state, case_words, feedback_dialogs, feedback_words, navigation, words
from pages.ui.unchanged import Stand

SHOWN = 4


def draw(contact: ContactDetail, stand: Stand) -> None:
    """Open cases with their promises, the latest scores, and the forms for new ones."""
    actor = stand.actor
    if not actor.may(Permission.CASES_READ):
        return
    page = stand.kept(case_lists.of_contact, contact.id, 20)
    is_open = [row for row in page if row.status in rules.UNSOLVED]
    with st.container(border=True, key="customer-service", gap="small"):
        many = words.count(len(is_open), "open case") if is_open else "no open case"
        st.markdown(f"**Service** :gray[{many}]")
        for row in (is_open or list(page))[:SHOWN]:
            _case(row)
        if actor.may(Permission.FEEDBACK_READ):
            said = stand.kept(feedback.summary, contact.id)
            for line in feedback_words.summary(said):
                st.markdown(line)
            if said.last_at is not None:
                st.caption(f"{words.count(said.count, 'answer')}, the last {words.ago(said.last_at)}")
        with st.container(horizontal=True, gap="small"):
            if actor.may(Permission.CASES_EDIT):
                st.button(
                    "New case", key="customer-new-case", icon=":material/add_comment:", type="tertiary",
                    on_click=case_state.open_dialog, args=("new",),
                    kwargs={"contact_id": contact.id, "contact_name": contact.name},
                )  # fmt: skip
            feedback_dialogs.buttons(actor, contact.id, contact.name)
    case_dialogs.draw_new()
    feedback_dialogs.draw()


def _case(row: CaseRow) -> None:
    promise = case_words.promise(row, Clock.now())
    navigation.link(
        "service", f"{rules.shown(row.number)} {words.md(row.subject)} {case_words.badge(promise)}",
        icon=f":material/{case_words.STATUS_ICONS[row.status]}:", case=row.id,
    )  # fmt: skip
