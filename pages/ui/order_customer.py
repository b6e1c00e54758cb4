"""A new order: the person or the company that it is for."""

from typing import Any

import streamlit as st

from crm_core.kernel.access import Actor
from crm_core.people import accounts, contacts
from pages.ui import picking
from pages.ui.guard import guard

PERSON, COMPANY = "A person", "A company"


def draw(actor: Actor, contact_id: int, account_id: int) -> dict[str, Any]:
    """The chosen contact or company, by its field; who came from the page of one finds it chosen already."""
    kind = st.segmented_control(
        "Sold to", [PERSON, COMPANY], default=COMPANY if account_id and not contact_id else PERSON,
        required=True, key=f"order-for-{contact_id}-{account_id}",
    )  # fmt: skip
    named: list[tuple[int, str]] = []
    if kind == COMPANY:
        with guard():
            if account_id:
                named.append((account_id, accounts.get(actor, account_id).name))
        key = f"order-company-{account_id}"
        return {"account_id": picking.company(actor, "Company", key=key, now=next(iter(named), None))}
    with guard():
        if contact_id:
            named.append((contact_id, contacts.get(actor, contact_id).name))
    key = f"order-customer-{contact_id}"
    return {"contact_id": picking.contact(actor, "Customer", key=key, now=next(iter(named), None))}
