"""What a contact is as a lead: how promising and why, how far it is, and the way to a customer."""

import streamlit as st

from crm_core.kernel.access import Actor, Permission
from crm_core.kernel.errors import CrmError
from crm_core.people.types import ContactDetail
from crm_core.sales import leads
from crm_core.sales.lead_rules import OPEN
from crm_core.sales.lead_types import LeadDetail
from pages.ui import lead_dialogs, navigation, words
from pages.ui.guard import guard

_SHOWN = 4


def draw(actor: Actor, contact: ContactDetail) -> None:
    """The card of a lead; nothing for a contact that is none, or that nobody scored yet."""
    if not contact["lead_status"]:
        return
    found: list[LeadDetail] = []
    refusals: list[CrmError] = []
    with guard(refused=refusals.append):
        found.append(leads.get(actor, contact.id))
    for lead in found:
        with st.container(border=True, key="lead-panel", gap="small"):
            _said(lead)
            _acts(actor, lead)


def _said(lead: LeadDetail) -> None:
    row = lead.row
    st.markdown(f"**Lead** :gray[· {words.sentence(row.lead_status)}]")
    if row.lead_status in OPEN:
        st.progress(row.score, text=f"Score {row.score} of 100")
        for reason in row.reasons[:_SHOWN]:
            color = "red" if reason.points < 0 else "green"
            st.markdown(f":{color}-badge[{reason.points:+d}] :small[{words.md(reason.text)}]")
    if lead.conversion is not None:
        st.caption(words.md(f"Converted {words.ago(lead.conversion.converted_at)} by {lead.conversion.by}."))
    elif lead.came_converted:
        st.caption("Came converted from the import.")


def _acts(actor: Actor, lead: LeadDetail) -> None:
    with st.container(horizontal=True, gap="small"):
        may_convert = actor.may(Permission.DEALS_EDIT) and lead.row.lead_status in OPEN
        if may_convert and st.button("Convert", key="convert-here", icon=":material/handshake:"):
            lead_dialogs.convert(lead.row.id)
        navigation.link("lead", "Open the lead", icon=":material/person_raised_hand:", id=lead.row.id)
