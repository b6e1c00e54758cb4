"""The page of a company: facts, its people, and what happened to it and to them."""

import streamlit as st

from crm_core.kernel.access import Actor, Permission
from crm_core.kernel.paging import Paging
from crm_core.people import accounts, custom_fields
from crm_core.people.types import AccountDetail
from pages.ui import (
    customer_deals,
    customer_facts,
    customer_header,
    customer_log,
    customer_purchases,
    customer_tasks,
    customer_timeline,
    customer_values,
    navigation,
    quality_card,
    unchanged,
    words,
)

PEOPLE_A_PAGE = 20


def draw(actor: Actor, account: AccountDetail) -> None:
    """Everything about one company."""
    labels = customer_values.labels("accounts", custom_fields.search(actor, "accounts"))
    customer_header.draw_company(actor, account)
    with st.container(key="customer-body"):
        who, happened, belongs = st.columns([9, 20, 9], gap="medium")
    with happened:
        customer_tasks.draw(actor, account_id=account.id, name=account.name)
        if actor.may(Permission.INTERACTIONS_EDIT):
            customer_log.draw(account_id=account.id)
        customer_timeline.draw(labels, account_id=account.id)
    with who:
        customer_facts.draw_company(account, labels)
    with belongs:
        _people(actor, account)
        customer_purchases.draw(unchanged.look(actor), account_id=account.id)
        customer_deals.draw(actor, account=(account.id, account.name))
        quality_card.draw(actor, "accounts", account)


def _people(actor: Actor, account: AccountDetail) -> None:
    key = f"customer.people-{account.id}"
    number = st.session_state.get(key, 1)
    page = accounts.contacts_of(actor, account.id, Paging(number, PEOPLE_A_PAGE))
    with st.container(border=True, key="people", gap="small"):
        st.markdown(f"**People** :gray[{words.number(page.total, is_capped=page.is_capped)}]")
        if not page.items:
            st.caption("Nobody is known here yet.")
        for person in page:
            job = f" · :gray[{words.md(person.job_title)}]" if person.job_title else ""
            navigation.link("customer", f"{words.md(person.name)}{job}", id=person.id)
        if page.pages > 1:
            with st.container(horizontal=True, vertical_alignment="center"):
                if st.button(
                    "",
                    key="people-before",
                    icon=":material/chevron_left:",
                    disabled=number <= 1,
                    help="Before",
                ):
                    _turn(key, number - 1)
                st.markdown(f":small[{number} of {page.pages}]")
                if st.button(
                    "",
                    key="people-next",
                    icon=":material/chevron_right:",
                    disabled=number >= page.pages,
                    help="Next",
                ):
                    _turn(key, number + 1)


def _turn(key: str, number: int) -> None:
    st.session_state[key] = number
    st.rerun()
