"""One lead: its score and why, who has it and why, what can be done, and what it became."""

import streamlit as st

from crm_core.activity import history
from crm_core.kernel.access import Actor, Permission
from crm_core.kernel.errors import CrmError
from crm_core.kernel.paging import Paging
from crm_core.sales import conversion, leads
from crm_core.sales.lead_rules import OPEN, UNQUALIFIED
from crm_core.sales.lead_types import Conversion, LeadDetail
from pages.ui import dialogs, lead_dialogs, lead_list, navigation, words
from pages.ui.guard import guard
from pages.ui.session import me

_SHOWN = 8


def draw(actor: Actor, lead_id: int) -> None:
    """The page of one lead."""
    navigation.link("leads", "Back to leads", icon=":material/arrow_back:")
    refusals: list[CrmError] = []
    lead: LeadDetail | None = None
    with guard(refused=refusals.append):
        lead = leads.get(actor, lead_id)
    if lead is None:
        st.header("Nothing to see here", anchor=False)
        st.write("This lead does not exist, or it is not yours to see.")
        return
    _head(actor, lead)
    if lead.conversion is not None:
        _became(actor, lead_id, lead.conversion)
    elif lead.came_converted:
        st.caption(
            ":material/upload_file: Came converted from the import: its deal was made in the other system. "
            "“Take up again” puts the lead back in the queue."
        )
    about, around = st.columns([3, 2], gap="medium")
    with about:
        _score(lead)
        _lately(actor, lead_id)
    with around:
        _facts(lead)


def _head(actor: Actor, lead: LeadDetail) -> None:
    row = lead.row
    with st.container(horizontal=True, vertical_alignment="center", key="lead-head"):
        st.header(words.md(row.name), anchor=False, width="stretch")
        if actor.may(Permission.CONTACTS_EDIT):
            _acts(actor, lead)
    about = " · ".join(filter(None, (words.md(row.job_title), words.md(row.company))))
    st.markdown(f"{lead_list.mark(row)} {words.sentence(row.lead_status)}{f' · {about}' if about else ''}")


def _acts(actor: Actor, lead: LeadDetail) -> None:
    row = lead.row
    if row.lead_status in OPEN:
        is_free = row.owner_id in (None, actor.id) and row.lead_status in ("new", "contacted")
        if is_free and st.button("Accept", key="accept-lead", icon=":material/check:"):
            with guard(done=f"{row.name} is yours.", rerun=True):
                leads.accept(me(), [row.id])
        if st.button("Disqualify", key="disqualify-lead", icon=":material/block:"):
            lead_dialogs.disqualify((row.id,))
        if actor.may(Permission.DEALS_EDIT) and st.button(
            "Convert", key="convert-lead", type="primary", icon=":material/handshake:"
        ):
            lead_dialogs.convert(row.id)
    elif (row.lead_status == UNQUALIFIED or lead.came_converted) and st.button(
        "Take up again", key="reopen-lead", icon=":material/undo:"
    ):
        with guard(done=f"{row.name} is in the queue again.", rerun=True):
            leads.reopen(me(), [row.id])


def _became(actor: Actor, lead_id: int, made: Conversion) -> None:
    with st.container(border=True, horizontal=True, vertical_alignment="center", key="lead-became"):
        was = words.sentence(made.before_status or "new").lower()
        st.markdown(
            f":material/handshake: Converted on {words.when(made.converted_at)} by "
            f"{words.md(made.by or 'the system')}, from the status {words.md(was)}.",
            width="stretch",
        )
        if made.account_id is not None:
            name = words.md(made.account_name or "Company")
            navigation.link("customer", name, icon=":material/domain:", account=made.account_id)
        if made.deal_id is not None:
            navigation.link(
                "deal", words.md(made.deal_name or "Deal"), icon=":material/handshake:", id=made.deal_id
            )
        if made.can_undo and actor.may(Permission.DEALS_EDIT):
            if st.button("Take back", key="undo-convert", icon=":material/undo:"):
                dialogs.confirm(
                    "Take the conversion back?",
                    "The deal goes, and the company too if it was made for it. The lead is what it was.",
                    "Take back", lambda: conversion.undo(me(), lead_id), done="It is a lead again.",
                )  # fmt: skip
        elif not made.can_undo:
            st.caption("The deal was worked on since, so this stays.")


def _score(lead: LeadDetail) -> None:
    row = lead.row
    with st.container(border=True, key="lead-score"):
        how = "learned from history" if row.model == "learned" else "by the rules"
        st.markdown(f"**Score {row.score} of 100** :gray[· {how}]")
        st.progress(row.score)
        for reason in row.reasons:
            color = "red" if reason.points < 0 else "green"
            st.markdown(f":{color}-badge[{reason.points:+d}] {words.md(reason.text)}")
        if not row.reasons:
            st.caption("Nothing is known that speaks for or against this lead yet.")


def _facts(lead: LeadDetail) -> None:
    row = lead.row
    with st.container(border=True, key="lead-facts"):
        owner = words.md(row.owner_name) if row.owner_id else "nobody yet"
        st.markdown(f":gray[Owner] {owner}")
        if lead.because:
            st.caption(words.md(f"Given by {lead.because}"))
        for label, value in (
            ("E-mail", row.email), ("Phone", words.phone(row.phone)), ("Source", row.source),
            ("Country", words.country_name(row.country)), ("Came", words.when(row.created_at)),
            ("Last touch", words.ago(row.last_touch_at)), ("Disqualified", lead.lost_reason),
        ):  # fmt: skip
            if value:
                st.markdown(f":gray[{label}] {words.md(value)}")
        navigation.link("customer", "Open the contact", icon=":material/person:", id=row.id)


def _lately(actor: Actor, lead_id: int) -> None:
    if not actor.may(Permission.INTERACTIONS_READ):
        return
    st.subheader("What happened", anchor=False)
    for entry in history.of_contact(actor, lead_id, Paging(1, _SHOWN)):
        when = words.ago(entry.happened_at)
        st.markdown(f"{words.md(entry.actor)} {words.md(entry.sentence)} :small[:gray[{when}]]")
        if entry.text:
            st.text(entry.text[:600])
