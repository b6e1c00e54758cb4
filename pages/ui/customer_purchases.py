"""What a customer bought, on the customer's page: totals, rhythm, favourites, the latest orders."""

from datetime import datetime

import streamlit as st

from crm_core.commerce import purchases
from crm_core.commerce.rules import quantity_text
from crm_core.commerce.types import PurchaseSheet, Rhythm
from crm_core.kernel.access import Permission
from pages.ui import navigation, recommended, words
from pages.ui.unchanged import Stand


def draw(stand: Stand, *, contact_id: int | None = None, account_id: int | None = None) -> None:
    """The card of purchases of one contact or company, for those who see orders."""
    actor = stand.actor
    if not actor.may(Permission.ORDERS_READ):
        return
    if contact_id is not None:
        sheet = purchases.of_contact(actor, contact_id)
    else:
        sheet = purchases.of_account(actor, account_id or 0)
    with st.container(border=True, key="purchases", gap="small"):
        st.markdown("**Purchases**")
        if not sheet.latest:
            st.caption("Nothing was bought yet.")
        else:
            _totals(sheet)
        if contact_id is not None:
            recommended.for_contact(contact_id, stand)
        if actor.may(Permission.ORDERS_EDIT):
            whom = {"contact": contact_id} if contact_id is not None else {"account": account_id}
            navigation.button("orders", "New order", icon=":material/add_shopping_cart:", new="1", **whom)


def _totals(sheet: PurchaseSheet) -> None:
    for bought in sheet.totals:
        revenue = words.md(words.money(bought.revenue, bought.currency))
        usual = words.md(words.money(bought.average, bought.currency))
        orders = words.count(bought.orders, "order")
        st.markdown(f"**{revenue}** in {orders}  \n:small[:gray[{usual} each, last {_day(bought.last_at)}]]")
    if sheet.rhythm is not None:
        st.markdown(_rhythm(sheet.rhythm))
    if sheet.likes:
        likes = ", ".join(f"{words.md(one.name)} ({quantity_text(one.quantity)})" for one in sheet.likes)
        st.markdown(f":small[Buys most: {likes}]")
    for order in sheet.latest:
        shown = words.md(words.money(order.total - order.refunded, order.currency))
        state = words.sentence(order.status)
        label = f"{words.md(order.number)} · {shown} :gray[{state}, {_day(order.ordered_at)}]"
        navigation.link("orders", label, icon=":material/receipt_long:", order=order.id)


def _rhythm(rhythm: Rhythm) -> str:
    usual = f"Every {rhythm.days_between:g} days"
    if rhythm.next_on < words.today():
        return f":small[{usual}; :orange[was due on {words.day(rhythm.next_on)}]]"
    return f":small[{usual}; next expected about {words.day(rhythm.next_on)}]"


def _day(moment: datetime) -> str:
    return words.ago(moment)
