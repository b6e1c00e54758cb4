"""What is asked before something happens to a lead: who it is, why it ends, what it becomes."""

from collections.abc import Mapping
from typing import Any

import streamlit as st

from crm_core.kernel.access import Actor, Permission
from crm_core.sales import conversion, lead_rules, leads, pipelines
from crm_core.sales.lead_types import NewConversion
from crm_core.team.company import company
from pages.ui import navigation, words
from pages.ui.guard import flash, guard
from pages.ui.session import me

ASKED = ("full_name", "company", "email", "phone", "job_title", "source")


@st.dialog("Add a lead")
def add() -> None:
    """A short form; the rules of assignment say who gets the lead."""
    typed: dict[str, str] = {}
    for pair in (ASKED[:2], ASKED[2:4], ASKED[4:]):
        for place, name in zip(st.columns(2), pair, strict=True):
            label = "Name" if name == "full_name" else words.label(name)
            typed[name] = place.text_input(label, key=f"add-lead-{name}", max_chars=200)
    keep = st.checkbox("Keep it for me, whatever the rules say", key="add-lead-keep")
    with st.container(horizontal=True, horizontal_alignment="right"):
        if st.button("Cancel", key="cancel-add-lead"):
            st.rerun()
        if st.button("Add lead", key="save-add-lead", type="primary", shortcut="Ctrl+Enter"):
            _add(typed, keep=keep)


def _add(typed: Mapping[str, str], *, keep: bool) -> None:
    actor = me()
    given: dict[str, Any] = {name: text for name, text in typed.items() if text.strip()}
    if keep and actor.id is not None:
        given["owner"] = actor.id
    with guard():
        made = leads.create(actor, given)
        whose = "is yours" if made.owner_id == actor.id else f"goes to {made.owner_name or 'nobody yet'}"
        flash(f"The lead {whose}{f': {made.because}' if made.because else ''}.")
        st.rerun()


@st.dialog("Disqualify")
def disqualify(lead_ids: tuple[int, ...]) -> None:
    """Why these leads will not become customers."""
    st.write(f"{words.count(len(lead_ids), 'lead')} will leave the queue. You can take them up again.")
    reason = st.selectbox(
        "Why?", lead_rules.LOST_REASONS, index=None, placeholder="Choose a reason", key="lost-reason"
    )
    note = st.text_area("Note", key="lost-note", max_chars=2_000, height=90)
    with st.container(horizontal=True, horizontal_alignment="right"):
        if st.button("Cancel", key="cancel-disqualify"):
            st.rerun()
        if st.button("Disqualify", key="save-disqualify", type="primary"):
            with guard(done=f"{words.count(len(lead_ids), 'lead')} disqualified.", rerun=True):
                leads.disqualify(me(), lead_ids, reason or "", note)


@st.dialog("Convert the lead", width="large")
def convert(lead_id: int) -> None:
    """What the lead becomes: company and deal. A known company of the same name or web domain is used."""
    actor = me()
    lead = leads.get(actor, lead_id).row
    st.markdown(f"**{words.md(lead.name)}** becomes a contact with a company and a deal.")
    left, right = st.columns(2)
    firm = left.text_input(
        "Company", lead.company, key="convert-company", max_chars=300,
        help="A company of this name, or of the web domain of the e-mail, is used where there is one.",
    )  # fmt: skip
    with_deal = right.toggle("With a deal", value=True, key="convert-with-deal")
    deal = _deal(actor, firm or lead.name) if with_deal else None
    with st.container(horizontal=True, horizontal_alignment="right"):
        if st.button("Cancel", key="cancel-convert"):
            st.rerun()
        if st.button("Convert", key="save-convert", type="primary", shortcut="Ctrl+Enter"):
            _convert(lead_id, NewConversion(firm, deal))


def _deal(actor: Actor, usual: str) -> dict[str, Any]:
    """The values of the deal, as far as they are known by now."""
    name, amount, close = st.columns([2, 1, 1])
    found: dict[str, Any] = {"deal": name.text_input("Deal", usual, key="convert-deal", max_chars=300)}
    typed = amount.text_input(f"Amount in {company().currency}", key="convert-amount", max_chars=30)
    if typed.strip():
        found |= {"amount": typed, "currency": company().currency}
    if day := close.date_input("Closes", value=None, key="convert-close"):
        found["close_date"] = day
    stages = {
        stage.id: f"{pipeline.name}: {stage.name}"
        for pipeline in pipelines.search(actor)
        for stage in pipeline.stages
    }
    if stages:
        stage = st.selectbox("Stage", list(stages), format_func=stages.__getitem__, key="convert-stage")
        found["stage_id"] = stage
    return found


def _convert(lead_id: int, wanted: NewConversion) -> None:
    with guard():
        made = conversion.convert(me(), lead_id, wanted)
        flash(
            "The lead is a customer to be."
            if made.is_new
            else f"{made.by or 'Somebody'} converted it already."
        )
        if made.deal_id is not None and me().may(Permission.DEALS_READ):
            navigation.open_page("deal", id=made.deal_id)
        st.rerun()
