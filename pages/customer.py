"""The page of one customer: who it is, what happened, what belongs to it. A contact or a company."""

from collections.abc import Callable
from typing import TypeVar

import streamlit as st

from crm_core.insights import customer
from crm_core.insights.customer import ContactSheet
from crm_core.kernel.access import Actor, Permission
from crm_core.kernel.errors import CrmError, NotFound
from crm_core.people import accounts
from pages.ui import (
    address,
    customer_aside,
    customer_company,
    customer_dialogs,
    customer_facts,
    customer_header,
    customer_log,
    customer_loyalty,
    customer_purchases,
    customer_service,
    customer_tasks,
    customer_timeline,
    customer_values,
    customer_worth,
    next_actions,
    unchanged,
)
from pages.ui.guard import guard, show
from pages.ui.session import require

T = TypeVar("T")
# On a phone everything stands in one column: what happened comes before the facts.
STYLE = """<style>
[class*="st-key-entry-"] { padding: .5rem .8rem .6rem; }
[class*="st-key-entry-"] [data-testid="stText"] { white-space: pre-wrap; overflow-wrap: anywhere; }
[class*="st-key-entry-"] [data-testid="stMarkdownContainer"],
.st-key-facts [data-testid="stMarkdownContainer"],
.st-key-customer-head [data-testid="stMarkdownContainer"] { overflow-wrap: anywhere; }
.st-key-facts [data-testid="stMarkdownContainer"] { margin-bottom: 0; }
.st-key-facts [data-testid="stMarkdownContainer"] p { margin-bottom: .45rem; line-height: 1.4; }
.st-key-facts a { color: inherit; text-decoration: underline; }
.st-key-customer-body [data-testid="stPageLink-NavLink"] { height: auto; }
.st-key-customer-body [data-testid="stPageLink-NavLink"] p { white-space: normal; overflow-wrap: anywhere; }
.st-key-customer-body > * > .stHorizontalBlock > .stColumn { min-width: 0; }
[data-testid="stDialog"] > div:has(.st-key-edit-acts) { overflow: visible; }
[data-testid="stLayoutWrapper"]:has(> .st-key-edit-acts) {
  position: sticky; bottom: 0; z-index: 5; padding: .6rem 0; backdrop-filter: blur(16px);
}
@media (max-width: 640px) {
  [class*="st-key-log-kind"] button { padding-left: .5rem; padding-right: .5rem; }
  [class*="st-key-log-kind"] button span:has(> [data-testid="stIconMaterial"]) { display: none; }
}
@media (max-width: 1150px) {
  .st-key-customer-body > * > .stHorizontalBlock { flex-wrap: wrap; }
  .st-key-customer-body > * > .stHorizontalBlock > .stColumn { flex: 1 1 100%; }
  .st-key-customer-body > * > .stHorizontalBlock > .stColumn:nth-child(2) { order: -1; }
}
</style>"""


def contact_page(actor: Actor, sheet: ContactSheet) -> None:
    """Everything about one person, in three parts."""
    contact, labels = sheet.contact, customer_values.labels("contacts", sheet.own_fields)
    customer_header.draw(actor, sheet)
    with st.container(key="customer-body"):
        who, happened, belongs = st.columns([9, 20, 9], gap="medium")
    stand = unchanged.look(actor)
    with happened:
        next_actions.of_contact(actor, contact.id, stand)
        customer_tasks.draw(actor, contact_id=contact.id, name=contact.name)
        if actor.may(Permission.INTERACTIONS_EDIT):
            customer_log.draw(contact_id=contact.id)
        customer_timeline.draw(labels, contact_id=contact.id)
    with who:
        customer_facts.draw(actor, contact, labels, sheet.arrival)
    with belongs:
        customer_purchases.draw(stand, contact_id=contact.id)
        customer_service.draw(contact, stand)
        customer_worth.draw(contact.id, stand)
        customer_loyalty.draw(actor, contact.id)
        customer_aside.draw(actor, sheet)


def sheet_of(actor: Actor, number: int) -> ContactSheet:
    """A contact with what belongs to it."""
    return customer.sheet(actor, number, customer_aside.COLLEAGUES + 1)


def found(read: Callable[[Actor, int], T], actor: Actor, number: int) -> T | None:
    """The record, or None when it does not exist for this person."""
    refusals: list[CrmError] = []
    with guard(refused=refusals.append):
        return read(actor, number)
    for refusal in refusals:
        if not isinstance(refusal, NotFound):
            show(refusal)
            st.stop()
    return None


def missing(noun: str) -> None:
    """A friendly answer to an address that leads nowhere for this person."""
    st.header("Nothing to see here", anchor=False)
    st.write(f"This {noun} does not exist, or it is not yours to see.")
    st.caption(
        "Perhaps it was deleted, or given to somebody else. The list shows everything that you can open."
    )


asking = require(Permission.CONTACTS_READ)
next_actions.follow()
st.html(STYLE)
kind = "accounts" if address.number("account") else "contacts"
customer_header.back(kind)
number = address.number("account") or address.number("id")
record = f"{kind}-{number}"
was_deleted = customer_dialogs.undo_bar(record)
if kind == "accounts" and (company := found(accounts.get, asking, number)):
    customer_company.draw(asking, company)
elif kind == "contacts" and (person := found(sheet_of, asking, number)):
    contact_page(asking, person)
elif not was_deleted:
    missing("company" if kind == "accounts" else "contact")
customer_dialogs.draw(record)
