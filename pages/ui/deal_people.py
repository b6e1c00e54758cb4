"""Who has a part in a deal, and in which role."""

import streamlit as st

from crm_core.kernel.access import Actor, Permission
from crm_core.sales import deal_people, rules
from crm_core.sales.types import DealDetail, DealPerson
from pages.ui import navigation, picking, words
from pages.ui.guard import guard
from pages.ui.session import me


def draw(actor: Actor, deal: DealDetail) -> None:
    """The people, the main contact first."""
    with st.container(border=True, key="deal-people"):
        head, act = st.columns([3, 1], vertical_alignment="center")
        head.subheader("People", anchor=False)
        may_edit = actor.may(Permission.DEALS_EDIT)
        if may_edit and act.button("Add", key="add-person", icon=":material/person_add:"):
            picking.forget("deal-person")
            _add(deal)
        if not deal.people:
            st.caption("Nobody yet. Who decides, who uses it, who pays?")
        for person in deal.people:
            _person(deal, person, may_edit=may_edit)


def _person(deal: DealDetail, person: DealPerson, *, may_edit: bool) -> None:
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        role = "main contact" if person.is_main else person.role
        label = " · ".join(part for part in (words.md(person.name), words.md(role)) if part)
        navigation.link("customer", label, icon=":material/person:", id=person.contact_id)
        if may_edit and not person.is_main and st.button(
            "", key=f"remove-person-{person.contact_id}", icon=":material/close:", type="tertiary",
            help=f"Take {words.md(person.name)} out of this deal",
        ):  # fmt: skip
            with guard(done=f"{person.name} is taken out.", rerun=True):
                deal_people.remove(me(), deal.id, person.contact_id)


@st.dialog("Add a person to the deal")
def _add(deal: DealDetail) -> None:
    contact_id = picking.contact(me(), "Contact", key="deal-person")
    role = st.selectbox(
        "Role", rules.ROLES, index=None, format_func=words.sentence, accept_new_options=True,
        key="person-role",         placeholder="Choose or write",
    )  # fmt: skip
    with st.container(horizontal=True, horizontal_alignment="right"):
        if st.button("Cancel", key="cancel-person"):
            st.rerun()
        if st.button("Add", key="save-person", type="primary", disabled=contact_id is None) and contact_id:
            with guard(done="The person is added.", rerun=True):
                deal_people.put(me(), deal.id, contact_id, role or "")
