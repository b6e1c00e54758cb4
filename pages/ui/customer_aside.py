"""What belongs to a contact: the company with colleagues, look-alikes, and what the person agreed to."""

from collections.abc import Sequence

import streamlit as st

from crm_core.insights.customer import ContactSheet
from crm_core.kernel.access import Actor, Permission
from crm_core.kernel.paging import Page
from crm_core.people import contacts
from crm_core.people.types import AccountContact, ConsentEntry, ContactDetail
from pages.ui import customer_deals, customer_lead, navigation, quality_card, words
from pages.ui.customer_form import TELLING, hints
from pages.ui.customer_state import open_dialog

_LOOK_ALIKES = "customer.look_alikes"
COLLEAGUES = 6
SHOWN_CONSENTS = 5
CHANNELS = {"email": "e-mail", "phone": "phone", "sms": "SMS", "post": "post", "social": "social media"}


def draw(actor: Actor, sheet: ContactSheet) -> None:
    """The cards beside the timeline."""
    if sheet.colleagues is not None:
        _company(sheet.contact, sheet.colleagues)
    customer_lead.draw(actor, sheet.contact)
    customer_deals.draw(actor, contact=(sheet.contact.id, sheet.contact.name))
    _look_alikes(actor, sheet.contact)
    quality_card.draw(actor, "contacts", sheet.contact)
    _consents(actor, sheet.contact, sheet.consents)


def _company(contact: ContactDetail, people: Page[AccountContact]) -> None:
    others = [person for person in people if person.id != contact.id][:COLLEAGUES]
    with st.container(border=True, key="company-card", gap="small"):
        st.markdown("**Company**")
        navigation.link(
            "customer", words.md(contact.company), icon=":material/domain:", account=contact.account_id or 0
        )
        if not others:
            st.caption("Nobody else is known there.")
        for person in others:
            job = f" · :gray[{words.md(person.job_title)}]" if person.job_title else ""
            navigation.link("customer", f"{words.md(person.name)}{job}", id=person.id)
        further = people.total - 1 - len(others)
        if further > 0:
            more = words.count(further, "more person", "more people")
            navigation.link("customer", more, icon=":material/more_horiz:", account=contact.account_id or 0)


def _look_alikes(actor: Actor, contact: ContactDetail) -> None:
    # Asked once for each state of the contact, not at every click: it looks in many places.
    asked = (contact.id, contact.version, actor)
    before, found = st.session_state.get(_LOOK_ALIKES, (None, []))
    if before != asked:
        found = contacts.similar(actor, {name: contact[name] for name in TELLING}, besides=contact.id)
        st.session_state[_LOOK_ALIKES] = (asked, found)
    if found:
        with st.container(border=True, key="look-alikes", gap="small"):
            st.markdown(":orange[:material/group:] **Possibly the same person**")
            hints(found)


def _consents(actor: Actor, contact: ContactDetail, entries: Sequence[ConsentEntry]) -> None:
    with st.container(border=True, key="consents", gap="small"):
        st.markdown("**Consents**")
        if not entries:
            st.caption("Nothing was agreed to or taken back yet.")
        with st.container(gap="small"):
            lines = [_line(entry) for entry in entries]
            for line in lines[:SHOWN_CONSENTS]:
                st.markdown(line)
            if len(lines) > SHOWN_CONSENTS:
                with st.expander(f"{len(lines) - SHOWN_CONSENTS} earlier"):
                    st.markdown("\n\n".join(lines[SHOWN_CONSENTS:]))
        if actor.may(Permission.CONTACTS_EDIT):
            record = f"contacts-{contact.id}"
            with st.container(horizontal=True, gap="small"):
                if contact.email_opt != "in" and st.button(
                    "Opt in", key="opt-in", icon=":material/mark_email_read:"
                ):
                    open_dialog("opt-in", record, contact)
                if contact.email_opt != "out" and st.button(
                    "Opt out", key="opt-out", icon=":material/unsubscribe:"
                ):
                    open_dialog("opt-out", record, contact)


def _line(entry: ConsentEntry) -> str:
    icon = ":green[:material/check:] Opt-in"
    if not entry.is_granted:
        icon = ":red[:material/block:] Opt-out"
    channel = CHANNELS.get(entry.channel, words.md(entry.channel))
    proof = f"{words.md(entry.source)} · {words.md(words.when(entry.happened_at))}"
    return f"{icon} · {channel}  \n:small[:gray[{proof}]]"
