"""What may be expected of a customer within a year, on the customer's page."""

import streamlit as st

from crm_core.insights import customer_value
from crm_core.insights.customer_value_types import CustomerValue
from crm_core.kernel.access import Permission
from pages.ui import words
from pages.ui.unchanged import Stand


def draw(contact_id: int, stand: Stand) -> None:
    """Expected purchases and value with their bounds; nothing for somebody who never bought."""
    if not stand.actor.may(Permission.ORDERS_READ):
        return
    found = stand.kept(customer_value.of_contact, contact_id)
    if found is None:
        return
    with st.container(border=True, key="customer-worth", gap="small"):
        st.markdown("**Within a year**")
        if found.orders is None:
            st.caption(found.missing)
            return
        _outlook(found)


def _outlook(found: CustomerValue) -> None:
    orders, value = found.orders, found.value
    if orders is None:
        return
    if value is not None:
        worth, low, high = (
            words.md(words.money(round(amount), found.currency))
            for amount in (value.middle, value.low, value.high)
        )
        st.markdown(f"**{worth}** expected  \n:small[:gray[four times out of five {low} to {high}]]")
    many = words.count(found.days, "day")
    st.markdown(
        f"**{orders.middle:.1f}** purchases  \n:small[:gray[{orders.low:.0f} to {orders.high:.0f}; "
        f"bought on {many} so far]]"
    )
    if found.alive is not None and found.days > 1:
        st.markdown(f"**{found.alive:.0%}** still a customer")
    if found.error is not None:
        off = f"{abs(found.error):.0%} too {'low' if found.error < 0 else 'high'}"
        st.caption(f"When tried on held-out days, the model was {off} over all customers.")
