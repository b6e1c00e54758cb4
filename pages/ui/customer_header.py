"""The top of a customer's page: who this is in one glance, and what can be done with the record."""

from collections.abc import Sequence
from typing import Literal

import streamlit as st

from crm_core.insights.customer import ContactSheet
from crm_core.kernel.access import Actor, Permission
from crm_core.people import contacts
from crm_core.people.types import AccountDetail, ContactDetail
from pages.ui import navigation, words
from pages.ui.customer_state import open_dialog
from pages.ui.guard import guard
from pages.ui.session import me

BACK = "contacts.address"
"""Where the list of contacts leaves its filters, as the query of its address, for the way back."""
Color = Literal["green", "violet", "blue", "orange", "red", "gray"]
STAGES: dict[str, Color] = {
    "customer": "green",
    "advocate": "violet",
    "lead": "blue",
    "qualified": "blue",
    "opportunity": "orange",
}
OPT: dict[str, tuple[str, str, Color, str]] = {
    "in": ("Opted in", "mark_email_read", "green", "Agreed to receive marketing e-mail."),
    "out": ("Opted out", "unsubscribe", "red", "Receives no marketing e-mail."),
}


def back(kind: str) -> None:
    """The way back to the list of contacts as it was left, or to the list of companies."""
    if kind == "accounts":
        navigation.link("contacts", "Back to companies", icon=":material/arrow_back:", show="companies")
    else:
        query = st.session_state.get(BACK, {})
        navigation.link("contacts", "Back to contacts", icon=":material/arrow_back:", **query)


def draw(actor: Actor, sheet: ContactSheet) -> None:
    """The header of a contact."""
    contact = sheet.contact
    with st.container(key="customer-head", gap="small"):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.header(words.md(contact.name), anchor=False, width="stretch")
            with st.container(horizontal=True, width="content"):
                _acts(actor, sheet)
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            job = words.md(contact["job_title"])
            if contact.company and sheet.colleagues is not None and contact.account_id is not None:
                if job:
                    st.markdown(job)
                navigation.link(
                    "customer",
                    words.md(contact.company),
                    icon=":material/domain:",
                    account=contact.account_id,
                )
            else:
                st.markdown(" · ".join(filter(None, (job, words.md(contact.company)))) or ":gray[No company]")
            st.markdown(f":gray[Owner] {words.md(contact.owner_name) or 'nobody'}")
            st.markdown(
                f":gray[Last touch] {words.md(words.ago(contact.last_touch_at))}",
                help="Computed from the timeline.",
            )
        with st.container(horizontal=True, gap="small"):
            _badges(contact)


def draw_company(actor: Actor, account: AccountDetail) -> None:
    """The header of a company."""
    with st.container(key="customer-head", gap="small"):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.header(f":material/domain: {words.md(account.name)}", anchor=False, width="stretch")
            with st.container(horizontal=True, width="content"):
                _company_acts(actor, account)
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.markdown(words.md(str(account["industry"])) or ":gray[No line of business]")
            st.markdown(f":gray[Owner] {words.md(account.owner_name) or 'nobody'}")
            st.markdown(words.count(account.contact_count, "person", "people"))
            st.markdown(
                f":gray[Last touch] {words.md(words.ago(account.last_touch_at))}",
                help="Computed from the timeline.",
            )
        with st.container(horizontal=True, gap="small"):
            for tag in account.tags:
                st.badge(words.md(tag), icon=":material/sell:", color="gray")


def _company_acts(actor: Actor, account: AccountDetail) -> None:
    record = f"accounts-{account.id}"
    if actor.may(Permission.CONTACTS_EDIT) and st.button("Edit", key="edit-record", icon=":material/edit:"):
        open_dialog("edit", record, account)
    if actor.may(Permission.CONTACTS_DELETE) and st.button(
        "Delete", key="delete-record", icon=":material/delete:"
    ):
        open_dialog("delete", record, account)


def _badges(contact: ContactDetail) -> None:
    stage = contact["lifecycle"]
    if stage:
        st.badge(words.md(words.sentence(stage)), color=STAGES.get(stage, "gray"), help="Lifecycle stage")
    if contact.email_opt in OPT:
        label, icon, color, meaning = OPT[contact.email_opt]
        st.badge(label, icon=f":material/{icon}:", color=color, help=meaning)
    if contact.is_sample:
        st.badge(
            "Sample", icon=":material/science:", color="yellow", help="Made up, from the sample company."
        )
    for tag in contact.tags:
        st.badge(words.md(tag), icon=":material/sell:", color="gray")


def _acts(actor: Actor, sheet: ContactSheet) -> None:
    contact, record = sheet.contact, f"contacts-{sheet.contact.id}"
    if not actor.may(Permission.CONTACTS_EDIT):
        return
    _tags(contact, sheet.all_tags)
    if st.button("Edit", key="edit-record", icon=":material/edit:"):
        open_dialog("edit", record, contact)
    if actor.may(Permission.CONTACTS_DELETE) and st.button(
        "Delete", key="delete-record", icon=":material/delete:", type="secondary"
    ):
        open_dialog("delete", record, contact)


def _tags(contact: ContactDetail, known: Sequence[str]) -> None:
    with st.popover("Tags", icon=":material/sell:"):
        free = [name for name in known if name not in contact.tags]
        name = st.selectbox(
            "Add a tag", free, index=None, accept_new_options=True, placeholder="Choose or write a tag",
            key=f"new-tag-{contact.id}-{len(contact.tags)}",
        )  # fmt: skip
        if st.button("Add", key=f"add-tag-{contact.id}", type="primary", disabled=not name) and name:
            with guard(done=f"Tagged “{name}”.", rerun=True):
                contacts.tag(me(), [contact.id], name)
        for tag in contact.tags:
            if st.button(
                words.md(tag),
                key=f"untag-{contact.id}-{tag}",
                icon=":material/close:",
                type="tertiary",
                help="Take this tag off",
            ):
                with guard(done=f"The tag “{tag}” is taken off.", rerun=True):
                    contacts.untag(me(), [contact.id], tag)
