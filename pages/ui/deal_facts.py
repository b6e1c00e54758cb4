"""The facts of a deal, to read and to edit."""

from typing import Any

import streamlit as st

from crm_core.kernel.access import Actor, Permission
from crm_core.kernel.errors import Conflict, CrmError
from crm_core.sales import deals
from crm_core.sales.types import DealDetail
from pages.ui import deal_fields, navigation, picking, words
from pages.ui.guard import flash, guard
from pages.ui.session import me

_PAIRS = (("deal", "contact"), ("company", "owner"), ("close_date", "judgement"), ("probability", "source"))


def draw(actor: Actor, deal: DealDetail) -> None:
    """Who and what it is about, one fact a line."""
    row = deal.row
    with st.container(border=True, key="facts"):
        head, act = st.columns([3, 1], vertical_alignment="center")
        head.subheader("Facts", anchor=False)
        if actor.may(Permission.DEALS_EDIT) and act.button("Edit", key="edit-deal", icon=":material/edit:"):
            picking.forget("edit-deal-contact")
            _edit(deal)
        if row.contact_id:
            navigation.link(
                "customer", words.md(row.contact_name), icon=":material/person:", id=row.contact_id
            )
        if row.account_id:
            navigation.link(
                "customer", words.md(row.company), icon=":material/domain:", account=row.account_id
            )
        lines = {
            "Owner": row.owner_name or "Nobody",
            "Expected close": words.day(row.close_on) if row.close_on else words.NOTHING,
            "Your judgement": deal_fields.JUDGEMENTS.get(row.judgement, row.judgement),
            "Source": row.source,
            "Opened": words.when(row.opened_at),
        }
        lines |= {label: str(deal[name] or "") for name, label in deal_fields.own(actor).items()}
        st.markdown(
            "\n\n".join(
                f":gray[{words.md(name)}]  \n{words.md(value)}" for name, value in lines.items() if value
            )
        )
        if deal.description:
            st.text(deal.description)
        if deal.was_imported:
            st.caption("Came with an import.")


@st.dialog("Edit the deal", width="large")
def _edit(deal: DealDetail) -> None:
    actor, row = me(), deal.row
    now = dict(deal.values) | {"contact": (row.contact_id, row.contact_name) if row.contact_id else None}
    key = f"edit-deal-{deal.version}"
    typed: dict[str, Any] = {}
    for pair in _PAIRS:
        for place, name in zip(st.columns(2), pair, strict=True):
            with place:
                at = "edit-deal" if name == "contact" else key
                typed[name] = deal_fields.ask(actor, name, now, key=at)
    if deal.lines:
        st.caption("The amount is the sum of the products.")
    else:
        typed["amount"] = deal_fields.ask(actor, "amount", now, key=key)
    typed["description"] = deal_fields.ask(actor, "description", now, key=key)
    for name in deal_fields.own(actor):
        typed[name] = deal_fields.ask(actor, name, now, key=key)
    with st.container(horizontal=True, horizontal_alignment="right"):
        if st.button("Cancel", key="cancel-edit-deal"):
            st.rerun()
        if st.button("Save", key="save-edit-deal", type="primary", shortcut="Ctrl+Enter"):
            _save(deal, deal_fields.written(typed))


def _save(deal: DealDetail, values: dict[str, Any]) -> None:
    refusals: list[CrmError] = []
    is_saved = False
    with guard(refused=refusals.append):
        deals.change(me(), deal.id, values, version=deal.version)
        is_saved = True
    for refusal in refusals:
        hints = [f"{words.label(name, 'deals')}: {hint}" for name, hint in refusal.fields.items()]
        st.error(words.md(" ".join([refusal.message, *hints])))
        if isinstance(refusal, Conflict):
            theirs = {
                name: value for name, value in refusal.theirs.items() if deal.values.get(name, value) != value
            }
            told = [f"{words.label(name, 'deals')} is now “{value}”" for name, value in theirs.items()]
            st.caption(words.md("; ".join(told) or "Close this and look at the deal again."))
    if is_saved:
        flash("The deal is saved.")
        st.rerun()
