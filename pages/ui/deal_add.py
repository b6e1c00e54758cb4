"""Adding a deal: a short form."""

from typing import Any

import streamlit as st

from crm_core.kernel.errors import CrmError
from crm_core.sales import deals, pipelines
from pages.ui import deal_fields, navigation, picking, words
from pages.ui.guard import flash, guard
from pages.ui.session import me


def show(*, contact: tuple[int, str] | None = None, company: str = "", stay: bool = False) -> None:
    """Open the form.

    Args:
        contact: who it is about: id and name, when that is known already.
        company: the company, when that is known.
        stay: stay on this page afterwards instead of opening the new deal.
    """
    picking.forget("add-deal-contact")
    _form(contact, company, stay)


@st.dialog("Add a deal", width="large")
def _form(contact: tuple[int, str] | None, company: str, stay: bool) -> None:
    actor = me()
    now: dict[str, Any] = {"contact": contact, "company": company, "owner": actor.id}
    typed: dict[str, Any] = {"deal": deal_fields.ask(actor, "deal", now, key="add-deal")}
    pairs = (("contact", "company"), ("amount", "close_date"), ("owner", "source"))
    for pair in pairs:
        for place, name in zip(st.columns(2), pair, strict=True):
            with place:
                typed[name] = deal_fields.ask(actor, name, now, key="add-deal")
    stages = {
        stage.id: f"{pipeline.name}: {stage.name}" if len(every) > 1 else stage.name
        for every in [pipelines.search(actor)]
        for pipeline in every
        for stage in pipeline.stages
    }
    stage_id = None
    if stages:
        stage_id = st.selectbox("Stage", list(stages), format_func=stages.__getitem__, key="add-deal-stage")
    with st.container(horizontal=True, horizontal_alignment="right"):
        if st.button("Cancel", key="cancel-add-deal"):
            st.rerun()
        if st.button("Add deal", key="save-add-deal", type="primary", shortcut="Ctrl+Enter"):
            _save(deal_fields.written(typed), stage_id, stay=stay)


def _save(values: dict[str, Any], stage_id: int | None, *, stay: bool) -> None:
    refusals: list[CrmError] = []
    made: list[int] = []
    with guard(refused=refusals.append):
        given = {name: value for name, value in values.items() if value}
        made.append(deals.create(me(), given | ({"stage_id": stage_id} if stage_id else {})))
    for refusal in refusals:
        hints = [f"{words.label(name, 'deals')}: {hint}" for name, hint in refusal.fields.items()]
        st.error(words.md(" ".join([refusal.message, *hints])))
    for key in made:
        flash("The deal is added.")
        if stay:
            st.rerun()
        navigation.open_page("deal", id=key)
